"""What many do at the same moment, from two page processes with their threads: one row, equal receipts, nothing lost,
not even where the page server is killed in the middle."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

HERE = Path(__file__).resolve()


@pytest.fixture
def crowd(tmp_path: Path) -> Iterator[Any]:
    """Run scripts against a database of their own, each as a process; give what they print."""
    environment = {**os.environ, "WENQU_DATA": str(tmp_path), "PYTHONPATH": f"{HERE.parents[2] / 'src'}:{HERE.parents[1]}", "WENQU_PHOTO_MB": "20"}
    environment.pop("WENQU_KEYS", None)
    url, name = os.environ.get("DATABASE_URL", ""), f"crowd_{os.getpid()}"
    if url.startswith("postgres"):
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}")
        environment["DATABASE_URL"] = f"{url.rpartition('/')[0]}/{name}"
    else:
        environment.pop("DATABASE_URL", None)

    def run(*lists: list[str]) -> list[Any]:
        running = [
            subprocess.Popen([sys.executable, str(HERE.with_name("crowd.py")), *each], env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True)
            for each in lists
        ]
        printed = [each.communicate(timeout=300)[0] for each in running]
        assert [each.returncode for each in running] == [0] * len(lists)
        return [json.loads(each.splitlines()[-1]) for each in printed]

    run.environment = environment  # type: ignore[attr-defined]
    yield run
    if url.startswith("postgres"):
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_a_thousand_repeats_make_one_row_and_equal_receipts(crowd: Any) -> None:
    (token,) = crowd(["prepare"])
    one, two = crowd(["repeat", token, "500"], ["repeat", token, "500"])
    assert len({*one, *two}) == 1 and sum(one.values()) + sum(two.values()) == 1000
    assert next(iter(one)).startswith("201 ")
    (told,) = crowd(["count"])
    # Two names of one content: two files of the record, one content.
    assert (told["records"], told["attachments"], told["evidence"], told["received"]) == (1, 2, 1, 1)


def test_photos_of_equal_names_or_equal_bytes_are_told_apart_by_both(crowd: Any) -> None:
    """A thousand times, in any order and at once: records whose photos have one name and different bytes, two names and the same bytes, and
    one name with other bytes than were sent before."""
    (token,) = crowd(["prepare"])
    one, two = crowd(["photos", token, "250"], ["photos", token, "250"])
    # Equal receipts for each of the two records.
    assert len({*one, *two}) == 2 and sum(one.values()) + sum(two.values()) == 1000
    (told,) = crowd(["count"])
    assert (told["records"], told["attachments"], told["evidence"], told["received"], told["incomplete"]) == (2, 5, 3, 2, 0)
    assert told["files"] == [["a", "photo0.jpg", 1], ["a", "photo1.jpg", 1], ["b", "photo0.jpg", 2], ["b", "photo1.jpg", 1]]


def test_parts_from_many_threads_in_any_order_make_whole_records(crowd: Any) -> None:
    (token,) = crowd(["prepare"])
    crowd(["parts", token, "40", "a"], ["parts", token, "40", "b"])
    (told,) = crowd(["count"])
    assert (told["records"], told["attachments"], told["incomplete"], told["received"]) == (80, 240, 0, 80)
    assert told["states"] == {"accepted": 80}


class Server:
    """The page server with its processes, which can be killed without a word."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.environment, self.folder = {**environment, "WENQU_FIELD_PER_MINUTE": "1000000"}, folder
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(self.port), "--workers", "2", "--blocking-threads", "4",
                   "--log-level", "critical", "wenqu.wsgi:application"]
        self.process = subprocess.Popen(command, env=self.environment, cwd=self.folder, start_new_session=True)

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def deliver(port: int, token: str, body: bytes, edge: str) -> None:
    """Send until there is a receipt, as a phone does."""
    for _ in range(3000):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            connection.request("POST", f"/x/{token}/submission", body, {"Content-Type": f"multipart/form-data; boundary={edge}"})
            answer = connection.getresponse()
            answer.read()
            if answer.status == 201:
                return
            assert answer.status >= 500, answer.status
        except (OSError, http.client.HTTPException):
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise AssertionError("never a receipt")


def test_no_receipt_is_lost_where_the_server_is_killed_in_the_middle(crowd: Any, tmp_path: Path) -> None:
    (token,) = crowd(["prepare"])
    (bodies,) = crowd(["bodies", token, "120"])
    server, receipts, errors, waiting = Server(crowd.environment, tmp_path), [], [], list(bodies.items())

    def phone() -> None:
        try:
            while waiting:
                instance, body = waiting.pop()
                deliver(server.port, token, body.encode("latin-1"), "EDGE")
                receipts.append(instance)
                if len(receipts) % 3 == 0:
                    # The receipt got lost on its way.
                    deliver(server.port, token, body.encode("latin-1"), "EDGE")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=phone) for _ in range(4)]
    try:
        for thread in threads:
            thread.start()
        for seen in (20, 60):
            while len(receipts) < seen and not errors:
                time.sleep(0.01)
            server.kill()
            server.start()
        for thread in threads:
            thread.join()
    finally:
        server.kill()
    assert errors == [] and sorted(receipts) == sorted(bodies)
    (told,) = crowd(["count"])
    assert (told["records"], told["attachments"], told["received"], told["incomplete"]) == (120, 120, 120, 0)
    (opened,) = crowd(["opened"])
    assert opened == dict.fromkeys(bodies, True)
