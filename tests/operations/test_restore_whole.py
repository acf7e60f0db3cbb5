"""The proof of the backup: a county of 100,000 households, backed up while it is written to, wiped and put back."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

from places import Place, Places

LOAD = str(Path(__file__).with_name("load.py"))
HOUSEHOLDS = "100000"


def last_number(log: Path) -> int:
    lines = log.read_text().split() if log.exists() else []
    return int(lines[-1]) if lines else 0


def wait_for(load: subprocess.Popen[str], log: Path, number: int, seconds: float = 600) -> None:
    end = time.monotonic() + seconds
    while last_number(log) < number:
        assert load.poll() is None, load.communicate()[1]
        assert time.monotonic() < end, "the load does not get on"
        time.sleep(0.05)


def exported(*wanted: tuple[Place, Path]) -> list[dict[str, bytes]]:
    """The ledgers of several places, exported side by side."""
    running = []
    for place, folder in wanted:
        folder.mkdir()
        running.append(place.start(LOAD, "export", str(folder)))
    for process in running:
        _out, said = process.communicate()
        assert process.returncode == 0, said
    return [{path.name: path.read_bytes() for path in sorted(folder.iterdir())} for _place, folder in wanted]


def counts(place: Place) -> dict[str, int]:
    found = json.loads(place.run(LOAD, "counts").stdout)
    # What the taking and putting back of backups, and the chaining, add by themselves.
    return {table: count for table, count in found.items() if table not in {"kit_auditentry", "kit_auditseal", "django_session"}}


def test_a_county_backed_up_under_load_comes_back_byte_for_byte(places: Places, tmp_path: Path) -> None:
    busy = places.new()
    busy.run(LOAD, "prepare", HOUSEHOLDS)
    twin = places.copy(busy)
    log, backup = tmp_path / "writes", tmp_path / "backup.tar"

    load = busy.start(LOAD, "write", str(log), "1000000")
    try:
        wait_for(load, log, 20)
        before = last_number(log)
        busy.wenqu("backup", str(backup))
        after = last_number(log)
        wait_for(load, log, after + 5)
    finally:
        load.kill()
        load.communicate()
    assert after - before >= 10, f"the load stood still while the backup was made: {before} to {after}"
    busy.wenqu("backup", "verify", str(backup))
    places.wipe(busy)

    restored = places.new()
    restored.wenqu("restore", str(backup))
    facts, problems = (json.loads(line) for line in restored.run(LOAD, "marks").stdout.splitlines())
    caught = len(problems)
    # One state of the database: everything up to a write, nothing of any after it.
    assert problems == list(range(1, caught + 1))
    assert facts == problems
    assert before <= caught <= after + 1

    # The same state, made again on a copy that never saw a backup.
    twin.run(LOAD, "write", str(tmp_path / "again"), str(caught))
    mine, theirs = exported((restored, tmp_path / "mine"), (twin, tmp_path / "theirs"))
    assert list(mine) == ["households.xlsx", "problems.xlsx", "schemes.xlsx"]
    assert mine == theirs, [name for name in mine if mine[name] != theirs[name]]
    assert len(mine["households.xlsx"]) > 5_000_000
    assert counts(restored) == counts(twin)
