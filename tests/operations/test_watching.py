"""/healthz and /metrics: one word for everybody, details for those who may watch, nobody's data for anybody."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cast import AT
from django.db import DatabaseError

from wenqu.jobs import beat
from wenqu.jobs.models import Job, State
from wenqu.operations import health, state
from wenqu.operations.metrics import exposition
from wenqu.people.models import Throttle

JSON = {"Accept": "application/json"}
TOKEN = {"Authorization": "Bearer watchers-token"}


@pytest.fixture(autouse=True)
def _own_beats(settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path


def test_health_is_one_word_for_simple_checks_and_tells_more_to_watchers(client, cast) -> None:
    assert (client.get("/healthz").content, client.get("/healthz").status_code) == (b"ok\n", 200)
    told = client.get("/healthz", headers=JSON).json()
    assert told["status"] == "degraded", "no worker runs here"
    assert set(told["checks"]) == {"database", "disk", "migrations", "keys", "worker", "audit"}
    assert [name for name, check in told["checks"].items() if not check["ok"]] == ["worker"]
    text = client.get("/healthz", headers=JSON).content.decode()
    assert "陈县" not in text and "清泉县" not in text and "version" not in text


@pytest.mark.parametrize(("address", "headers", "proxy"), [
    ("10.1.2.3", {}, False), ("127.0.0.1", {"X-Forwarded-For": "10.1.2.3"}, False), ("127.0.0.1", {"X-Real-IP": "10.1.2.3"}, False),
    ("127.0.0.1", {}, True), ("10.1.2.3", {"Authorization": "Bearer wrong"}, False), ("10.1.2.3", {"Authorization": "Bearer "}, False),
])
def test_strangers_get_no_details_and_no_figures(client, db, settings, address, headers, proxy) -> None:
    settings.PROXY = proxy
    for token in ("", "watchers-token"):
        settings.METRICS_TOKEN = token
        assert client.get("/healthz", headers={**JSON, **headers}, REMOTE_ADDR=address).json() == {"status": "ok"}
        assert client.get("/metrics", headers=headers, REMOTE_ADDR=address).status_code == 404


def test_the_token_opens_both_from_anywhere(client, db, settings) -> None:
    settings.METRICS_TOKEN, settings.PROXY = "watchers-token", True
    assert "checks" in client.get("/healthz", headers={**JSON, **TOKEN}, REMOTE_ADDR="10.1.2.3").json()
    assert client.get("/metrics", headers=TOKEN, REMOTE_ADDR="10.1.2.3").status_code == 200


@pytest.mark.parametrize(("name", "broken"), [
    ("database_fault", "数据库只读"), ("pending_migrations", ["kit.9999_x"]), ("keys_fault", "密钥文件与数据库不匹配"), ("disk_free", 1000),
])
def test_what_stops_the_pages_is_503(client, db, monkeypatch, name, broken) -> None:
    monkeypatch.setattr(state, name, lambda: broken)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (503, b"down\n")
    assert client.get("/healthz", headers=JSON).json()["status"] == "down"


def test_a_database_that_goes_away_while_looking_is_down(db, monkeypatch) -> None:
    def gone() -> int:
        raise DatabaseError("gone")

    monkeypatch.setattr(state, "pending_migrations", gone)
    assert health.look()["status"] == "down"


def test_the_wrong_key_file_is_seen(db, settings, tmp_path: Path) -> None:
    from wenqu.kit.crypto.keys import create  # noqa: PLC0415
    from wenqu.kit.crypto.start import prove_keys  # noqa: PLC0415

    prove_keys(AT)
    assert state.keys_fault() == ""
    settings.KEYS_FILE = tmp_path / "other.json"
    create(settings.KEYS_FILE, "aes-256-gcm", AT)
    assert "不匹配" in state.keys_fault()


def test_a_worker_that_beats_is_alive_and_one_that_stopped_is_not(db) -> None:
    assert health.look()["checks"]["worker"] == {"ok": False, "seconds_since_beat": None}
    stop = beat.start()
    end = time.monotonic() + 120
    while beat.age() is None and time.monotonic() < end:
        time.sleep(0.01)
    assert health.look()["checks"]["worker"]["ok"]
    # One that ends says so; one that was killed leaves its file, and nobody touches that any more.
    stop.set()
    while beat.age() is not None and time.monotonic() < end:
        time.sleep(0.01)
    assert health.look()["checks"]["worker"] == {"ok": False, "seconds_since_beat": None}
    killed = beat._folder() / "worker-killed"
    killed.touch()
    assert health.look()["checks"]["worker"]["ok"]
    os.utime(killed, (time.time() - 60, time.time() - 60))
    assert not health.look()["checks"]["worker"]["ok"]


def figures(text: bytes) -> dict[str, float]:
    lines = [line for line in text.decode().splitlines() if line and not line.startswith("#")]
    return {line.rpartition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines}


def test_requests_are_counted_by_view_and_never_by_path(client, cast, sign_in) -> None:
    client = sign_in(cast.chen)
    before = figures(client.get("/metrics").content).get('wenqu_requests_total{method="GET",status="404",view="unmatched"}', 0)
    client.get("/no/11010519491231002X/")
    client.get("/households/?q=13800001234")
    text = client.get("/metrics").content
    found = figures(text)
    assert found['wenqu_requests_total{method="GET",status="404",view="unmatched"}'] == before + 1
    assert found['wenqu_request_seconds_count{view="operations:metrics"}'] >= 1
    assert b"11010519491231002X" not in text and b"13800001234" not in text and "清泉".encode() not in text


def test_jobs_and_failed_sign_ins_are_counted(cast) -> None:
    for number in range(3):
        Job.objects.create(kind="x", title="t", path=cast.county.path, state=State.QUEUED, created_at=AT.replace(hour=number))
    Throttle.objects.create(key="k", failures=4, last_at=AT)
    found = figures(exposition(AT.replace(hour=2)))
    assert found['wenqu_jobs{state="queued"}'] == 3 and found["wenqu_job_queue_age_seconds"] == 7200
    assert found["wenqu_sign_in_failures_held"] == 4 and found["wenqu_audit_entries_waiting"] > 0 and found["wenqu_database_up"] == 1


def test_processes_are_counted_together(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom wenqu.kit.boot import load\nload()\nfrom wenqu.operations import metrics\n"
        "metrics.count_request('a:b', 'GET', 200, 0.1)\n"
        "from prometheus_client import CollectorRegistry, generate_latest, multiprocess\n"
        "registry = CollectorRegistry(); multiprocess.MultiProcessCollector(registry)\n"
        "print(generate_latest(registry).decode())"
    )
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "WENQU_DATA": str(tmp_path / "data")}
    said = [subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, text=True, check=True).stdout for _ in range(2)]
    assert 'wenqu_requests_total{method="GET",status="200",view="a:b"} 2.0' in said[1]
