"""The parts of a backup that only go wrong on bad days: no client, no room, a copy that grew past the snapshot."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from wenqu.kit.refusal import Refused
from wenqu.operations.backup import making, postgres, sqlite
from wenqu.operations.backup.files import found_files


def test_a_missing_or_old_client_names_the_package(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "programs", lambda: [tmp_path])
    with pytest.raises(Refused, match="postgresql-client"):
        postgres.program("pg_dump", 15)
    (tmp_path / "pg_dump").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 13.4'\n")
    (tmp_path / "pg_dump").chmod(0o755)
    assert postgres.program("pg_dump", 13) == str(tmp_path / "pg_dump")
    with pytest.raises(Refused, match="postgresql-client-15"):
        postgres.program("pg_dump", 15)


def test_the_password_goes_through_the_environment_and_rows_stay_out_of_the_reason(tmp_path: Path) -> None:
    database = {"NAME": "n", "USER": "u", "PASSWORD": "geheim", "HOST": "h", "PORT": 5432, "OPTIONS": {"sslmode": "require"}}
    told = postgres.environment(database)
    assert (told["PGPASSWORD"], told["PGSSLMODE"], told["PGDATABASE"]) == ("geheim", "require", "n")
    tool = tmp_path / "tool"
    tool.write_text('#!/bin/sh\necho "pg_dump: error: Key (phone)=(13800001234) exists" >&2\necho "CONTEXT: COPY h, line 1: 张三" >&2\nexit 1\n')
    tool.chmod(0o755)
    with pytest.raises(Refused) as caught:
        postgres.run([str(tool)], {}, "pg_dump")
    assert "exists" in caught.value.message and "13800001234" not in caught.value.message and "张三" not in caught.value.message


def test_too_little_room_is_said_before_anything_is_written(monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: shutil._ntuple_diskusage(100, 90, 10 << 20))  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="空间不够"):
        making.check_room(tmp_path, 1 << 20)


@pytest.mark.parametrize(("until", "lines"), [(0, 0), (1, 2), (3, 4), (700, 701), (1000, 1001), (5000, 1001)])
def test_only_the_lines_of_the_audit_copy_that_the_snapshot_chained_belong(settings, until: int, lines: int) -> None:
    file = Path(settings.AUDIT_DIR) / "audit-2026-03.jsonl"
    file.parent.mkdir(parents=True)
    whole = [json.dumps({"first": 1, "part": "month"}), *(json.dumps({"seq": seq, "verb": "x" * 200}) for seq in range(1, 1001))]
    file.write_text("\n".join(whole) + "\n" + '{"seq": 1001, "half')
    found = [each for each in found_files(until) if each.name.startswith("audit/")]
    kept = file.read_bytes()[: found[0].size] if found else b""
    assert kept == "".join(line + "\n" for line in whole[:lines]).encode()


def test_a_copy_of_sqlite_never_begins_again_and_keeps_nobody_waiting(tmp_path: Path) -> None:
    source, target = tmp_path / "s.sqlite3", tmp_path / "t.sqlite3"
    with closing(sqlite3.connect(source, isolation_level=None)) as con:
        con.execute("PRAGMA journal_mode=WAL")
        con.execute("PRAGMA synchronous=OFF")
        con.execute("CREATE TABLE a (n INTEGER, pad BLOB)")
        con.execute("CREATE TABLE b (n INTEGER)")
        con.execute("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 40000) INSERT INTO a SELECT n, randomblob(2000) FROM c")
    stop, written, failures = threading.Event(), list[int](), list[Exception]()

    def load() -> None:
        try:
            with closing(sqlite3.connect(source, isolation_level=None, timeout=120)) as con:
                con.execute("PRAGMA synchronous=OFF")
                while not stop.is_set():
                    number = len(written) + 1
                    con.execute("BEGIN IMMEDIATE")
                    con.execute("INSERT INTO b VALUES (?)", (number,))
                    con.execute("UPDATE a SET n = n + 100000 WHERE rowid = ?", (number,))
                    con.execute("COMMIT")
                    written.append(number)
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    def more(than: int) -> None:
        """Wait for the writer to have written more than this."""
        end = time.monotonic() + 120
        while len(written) <= than:
            assert not failures and time.monotonic() < end, failures
            time.sleep(0.001)

    thread = threading.Thread(target=load)
    thread.start()
    steps: list[int] = []
    seen: list[int] = []

    def told(done: int, total: int) -> None:
        steps.append(done)
        if len(steps) == 2:
            more(seen[0])
        seen.append(len(written))

    try:
        more(5)
        sqlite.copy(source, target, told)
    finally:
        stop.set()
        thread.join()
    assert failures == []
    assert steps == sorted(steps) and len(set(steps)) == len(steps) > 3, "it began again"
    assert seen[-1] > seen[0], "writers stood still while it was copied"
    with closing(sqlite.opened(target)) as con:
        rows = sqlite.reader(con)
        assert rows("SELECT count(*) FROM a WHERE n > 100000") == rows("SELECT count(*) FROM b"), "half a transaction"
        assert rows("SELECT count(*), max(n) FROM b")[0][0] == rows("SELECT max(n) FROM b")[0][0]
        assert rows("PRAGMA integrity_check") == [("ok",)]
