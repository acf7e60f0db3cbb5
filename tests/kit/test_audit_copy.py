"""The second copy: the chain once more as files, without gap or double, whatever is killed or fails."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from cast import AT
from django.conf import settings
from django.db import connection

from wenqu.kit import audit, audit_copy
from wenqu.kit.audit_chain import seal_pending
from wenqu.kit.audit_copy import copy_files, copy_pending, second_copy_state
from wenqu.kit.chain_check import check_files
from wenqu.kit.models import AuditSeal

pytestmark = pytest.mark.django_db(transaction=True)


def write(count: int) -> None:
    for number in range(count):
        audit.record(by=audit.SYSTEM, verb="act", at=AT, subject=f"thing:{number}")


def seqs() -> list[int]:
    """The places of all lines; every file is sound, and each goes on where the one before ended."""
    files = copy_files()
    found = check_files(files)
    assert found.fault is None
    return list(range(found.first, found.last + 1)) if found.count else []


def test_the_copy_follows_the_chain():
    write(3)
    seal_pending(AT)
    assert [path.name for path in copy_files()] == ["audit-2026-03.jsonl"]
    assert seqs() == [1, 2, 3]
    write(2)
    seal_pending(AT)
    assert seqs() == [1, 2, 3, 4, 5]
    assert copy_pending(AT) == 0
    state = second_copy_state()
    assert (state.copied, state.chained, state.behind, state.fault) == (5, 5, 0, "")
    assert copy_files()[0].stat().st_mode & 0o077 == 0


def test_each_month_has_its_file_and_a_clock_set_back_opens_no_older_one():
    for days in (0, 40, 10):
        write(2)
        seal_pending(AT + timedelta(days=days))
    assert [path.name for path in copy_files()] == ["audit-2026-03.jsonl", "audit-2026-04.jsonl"]
    assert seqs() == list(range(1, 7))
    # A month can be checked without those before it.
    alone = check_files(copy_files()[1:])
    assert (alone.first, alone.last, alone.fault) == (3, 6, None)


@pytest.mark.parametrize("cut", [1, 30, "line", "header", "all"])
def test_a_half_written_end_is_repaired(cut):
    write(3)
    seal_pending(AT)
    path = copy_files()[0]
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    keep = {"line": len(whole) - len(lines[-1]), "header": 20, "all": 0}.get(cut, len(whole) - cut if isinstance(cut, int) else 0)
    path.write_bytes(whole[:keep])
    copy_pending(AT)
    assert path.read_bytes() == whole


def test_a_new_month_killed_before_its_header_goes_on_after_the_old_one():
    write(3)
    seal_pending(AT)
    (Path(settings.AUDIT_DIR) / "audit-2026-04.jsonl").touch()
    write(1)
    seal_pending(AT + timedelta(days=40))
    assert seqs() == [1, 2, 3, 4]


def test_a_copy_that_was_taken_away_is_written_again():
    write(3)
    seal_pending(AT)
    copy_files()[0].unlink()
    copy_pending(AT)
    assert seqs() == [1, 2, 3]


def test_a_failing_disk_stops_nothing_and_is_tried_again(settings, tmp_path, caplog):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    settings.AUDIT_DIR = blocked / "audit"
    write(3)
    assert seal_pending(AT) == 3
    assert "second copy" in caplog.text
    caplog.clear()
    assert seal_pending(AT) == 0
    assert caplog.text == ""  # said once
    settings.AUDIT_DIR = tmp_path / "audit"
    seal_pending(AT)
    assert seqs() == [1, 2, 3]


def test_a_full_disk_leaves_a_line_that_the_next_try_repairs(monkeypatch):
    write(3)
    seal_pending(AT)
    real = audit_copy._write

    def half(target, lines):
        target.write(b"".join(lines)[:-40])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(audit_copy, "_write", half)
    write(3)
    assert seal_pending(AT) == 3
    monkeypatch.setattr(audit_copy, "_write", real)
    seal_pending(AT)
    assert seqs() == [1, 2, 3, 4, 5, 6]


def test_a_copy_of_another_database_is_left_alone_and_told():
    write(3)
    seal_pending(AT)
    path = copy_files()[0]
    lines = path.read_bytes().splitlines(keepends=True)
    strange = lines[-1].replace(b'"seq":3', b'"seq":9')
    path.write_bytes(b"".join([*lines[:-1], strange]))
    assert copy_pending(AT) == 0
    assert "更长" in second_copy_state().fault
    path.write_bytes(b"".join([*lines[:-1], lines[-1][:-67] + b"0" * 64 + b'"}\n']))
    assert copy_pending(AT) == 0
    assert "不一致" in second_copy_state().fault
    path.write_bytes(b"".join([*lines[:-1], b"nonsense\n"]))
    assert "无法识别" in second_copy_state().fault


def test_another_process_that_writes_the_copy_is_not_disturbed():
    write(3)
    with audit_copy._alone(_folder()) as mine:
        assert mine
        assert seal_pending(AT) == 3
        assert copy_files() == []
    copy_pending(AT)
    assert seqs() == [1, 2, 3]


def _folder() -> Path:
    folder = Path(settings.AUDIT_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


SEALER = """
import sys
from pathlib import Path
from wenqu.kit.boot import setup
setup()
from django.conf import settings
from django.utils import timezone
from wenqu.kit import audit_chain, audit_copy
settings.AUDIT_DIR = Path(sys.argv[1])
audit_chain.BATCH, audit_copy.PAGE = 50, 7
copy = audit_copy.copy_pending
def tell(at, rows=()):
    copy(at, rows)
    print("copied", flush=True)
audit_chain.copy_pending = tell
while True:
    audit_chain.seal_pending(timezone.now())
"""


def test_a_sealer_killed_half_way_is_followed_by_the_next():
    """Killed again and again at any place, it leaves every entry chained once and copied once."""
    folder = _folder()
    database = connection.settings_dict
    if connection.vendor == "postgresql":
        url = f"postgres://{database['USER']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    else:
        pytest.skip("a database in memory is nobody else's; a file is tested with the command")
    environment = os.environ | {"DATABASE_URL": url, "PYTHONPATH": "src"}
    for round_ in range(4):
        write(700)
        child = subprocess.Popen([sys.executable, "-c", SEALER, str(folder)], env=environment, stdout=subprocess.PIPE)
        assert child.stdout is not None
        assert {child.stdout.readline() for _ in range(3 * (round_ + 1))} == {b"copied\n"}
        time.sleep(0.01 * round_)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert AuditSeal.objects.count() >= 3 * 50 * (round_ + 1)
    seal_pending(AT)
    assert list(AuditSeal.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 2801))
    assert seqs() == list(range(1, 2801))
