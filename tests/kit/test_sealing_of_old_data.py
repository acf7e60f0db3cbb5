"""A database from before numbers were sealed: brought up to date, killed half-way and begun again, nothing lies in clear."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress

import psycopg
import pytest
from server import server_database

HOUSES = 6000
# The tables as they were, filled as an import filled them.
OLD = f"""
from wenqu.kit import boot
boot.setup()
from django.core.management import call_command
for app, name in (("importing", "0003"), ("schemes", "0001"), ("households", "0004"), ("places", "0002")):
    call_command("migrate", app, name, interactive=False, verbosity=0)
import json
from django.db import connection
with connection.cursor() as cursor:
    run = cursor.execute
    run("INSERT INTO places_division (id, level, name, path) VALUES (1, 3, '清泉县', '0001')")
    cursor.executemany("INSERT INTO households_household (id, path, number, head_name, phone, group_name, kind, watch_kind, county_id, division_id) "
                       "VALUES (%s, '0001', %s, '张三', %s, '', '', '', 1, 1)",
                       [(n, f"H{{n}}", f"138{{n:08d}}" if n % 10 else "") for n in range(1, {HOUSES} + 1)])
    cursor.executemany("INSERT INTO households_member (household_id, number, name, id_number, relation, details) VALUES (%s, '', '张三', %s, '', %s)",
                       [(n, f"6101991970{{n:08d}}", '{{"健康状况": "长期慢性病"}}' if n % 2 else "{{}}") for n in range(1, {HOUSES} + 1)])
    changes = [["households.Household", 7, {{"phone": ["13900000007", "13800000007"], "head_name": ["李四", "张三"]}}],
               ["households.Member", 7, {{"details": [{{}}, {{"健康状况": "长期慢性病"}}]}}], ["households.Household", [[1, 6]], None]]
    report = {{"errors": [{{"raw": "13900000008", "code": "bad_phone"}}]}}
    run("INSERT INTO importing_batch (id, path, kind, file_name, stored, sha256, code_system, observed_on, mapping, state, counts, report, chunks_done, "
        "message, created_at, division_id) VALUES (1, '0001', 'households', 'a.xlsx', 'x', 'x', 'nbs', '2026-01-01', '', 'imported', '{{}}', %s, 1, '', "
        "'2026-01-01 00:00:00', 1)", [json.dumps(report)])
    run("INSERT INTO importing_batchchunk (batch_id, number, changes, counts) VALUES (1, 0, %s, '{{}}')", [json.dumps(changes, ensure_ascii=False)])
"""
START = "from wenqu.kit import boot; boot.start(migrate=True)"
CHECK = """
from wenqu.kit import boot
boot.start()
import json
from wenqu.households.models import Household, Member
from wenqu.importing.models import Batch, BatchChunk
from wenqu.kit.crypto.fields import Sealed
from wenqu.kit.crypto.seal import digests
for row in Household.objects.all():
    assert row.phone.open() == (f"138{row.pk:08d}" if row.pk % 10 else ""), row.pk
for row in Member.objects.all():
    n = row.household_id
    assert row.id_number.open() == f"6101991970{n:08d}"
    assert row.details.open() == ('{"健康状况": "长期慢性病"}' if n % 2 else "") and not row.account_number
assert Household.objects.get(phone_digest__in=digests("13800000007", "household.phone")).pk == 7
assert Member.objects.get(id_digest__in=digests("610199197000000007", "member.id_number")).household_id == 7
changed, person, made = BatchChunk.objects.get().changes
assert [Sealed(token, "household.phone").open() for token in changed[2]["phone"]] == ["13900000007", "13800000007"]
assert changed[2]["head_name"] == ["李四", "张三"] and made[2] is None
assert [Sealed(token, "member.details").open() for token in person[2]["details"]] == ["", '{"健康状况": "长期慢性病"}']
assert Batch.objects.get().report["errors"][0]["raw"] == "***********"
print("ok")
"""


@pytest.fixture
def place(tmp_path):
    with server_database() as url:
        environment = {**os.environ, "WENQU_DATA": str(tmp_path), "DATABASE_URL": url, "WENQU_KEYS": "", "DJANGO_SETTINGS_MODULE": "wenqu.settings"}
        python(OLD, environment)
        yield tmp_path, environment


def python(code: str, environment: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_old_data_is_sealed_whatever_is_killed(place):
    folder, environment = place
    for enough in (1, 3000):
        _kill_when_sealed(environment, enough)
    python(START, environment)
    assert python(CHECK, environment) == "ok\n"
    if environment["DATABASE_URL"]:
        return
    written = b"".join(path.read_bytes() for path in folder.glob("wenqu.sqlite3*"))
    for clear in ("13800000077", "610199197000000077", "13900000007", "13900000008", "长期慢性病", json.dumps("长期慢性病")):
        assert clear.encode() not in written


def _kill_when_sealed(environment: dict[str, str], enough: int) -> None:
    child = subprocess.Popen([sys.executable, "-c", START], env=environment)
    con = psycopg.connect(environment["DATABASE_URL"], autocommit=True) if environment["DATABASE_URL"] else sqlite3.connect(
        f"file:{environment['WENQU_DATA']}/wenqu.sqlite3?mode=ro", uri=True, timeout=30)
    sealed, until = 0, time.monotonic() + 120
    while sealed < enough and child.poll() is None and time.monotonic() < until:
        with suppress(sqlite3.OperationalError):
            sealed = con.execute("SELECT count(*) FROM households_household WHERE phone LIKE 'k1.%'").fetchone()[0]
        time.sleep(0.002)
    child.send_signal(signal.SIGKILL)
    child.wait()
    con.close()
    assert sealed >= enough
