"""`wenqu audit`: files are checked without server, database or framework, and the first broken row is named."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cast import AT

from wenqu import cli
from wenqu.kit import append_only, audit
from wenqu.kit.audit_chain import seal_pending
from wenqu.kit.audit_copy import copy_files
from wenqu.kit.audit_rows import head
from wenqu.kit.chain import BEGINNING, header_of, line_of, link, split_line
from wenqu.kit.models import AuditEntry, AuditSeal

ROWS = 12


@pytest.fixture
def log(transactional_db):
    for number in range(ROWS):
        audit.record(by=audit.SYSTEM, verb="act", at=AT, subject=f"thing:{number}", detail={"说": f"第{number}次"})
    seal_pending(AT)


@pytest.fixture
def exported(log, tmp_path) -> Path:
    file = tmp_path / "export.jsonl"
    assert cli.main(["audit", "export", str(file)]) == 0
    return file


def lines_of(file: Path) -> list[bytes]:
    return file.read_bytes().splitlines(keepends=True)


def verify(capsys, *words: str) -> tuple[int, str]:
    capsys.readouterr()
    code = cli.main(["audit", "verify", *words])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_a_whole_export_is_sound(exported, capsys):
    code, told = verify(capsys, str(exported))
    assert code == 0
    assert f"完好：共 {ROWS} 条，从第 1 号到第 {ROWS} 号" in told
    assert "文件中" not in told


def test_any_changed_byte_names_its_row(exported, capsys):
    whole = exported.read_bytes()
    line_at = [line for line, text in enumerate(lines_of(exported), 1) for _ in text]
    for place in range(0, len(whole), 7):
        changed = bytearray(whole)
        changed[place] ^= 1
        exported.write_bytes(changed)
        code, told = verify(capsys, str(exported))
        assert code == 2, place
        named = int(re.search(r"第 (\d+) 行", told).group(1))  # type: ignore[union-attr]
        assert named == line_at[place], (place, told)


DAMAGE = {
    "deleted": (lambda rows: rows[:5] + rows[6:], 6, "应为第 5 号，却是第 6 号：前面的行被删除"),
    "inserted": (lambda rows: rows[:5] + [rows[3]] + rows[5:], 6, "应为第 5 号，却是第 3 号：行被重复、插入或调换"),
    "swapped": (lambda rows: rows[:5] + [rows[6], rows[5]] + rows[7:], 6, "顺序被调换"),
    "truncated": (lambda rows: rows[:-2], ROWS, "被截断：文件头写明共 12 条、到第 12 号，实际只有 10 条"),
    "half a row": (lambda rows: rows[:-1] + [rows[-1][:-30]], ROWS + 1, "不完整"),
    "no header": (lambda rows: rows[1:], 1, "缺少文件头"),
    "one too many": (lambda rows: rows + [more_of(rows)], ROWS + 2, "多出来的"),
    "another header": (lambda rows: [header_of("export", 1, BEGINNING, count=ROWS, last=ROWS, head="0" * 64)] + rows[1:], ROWS + 2, "链头不符"),
    "empty": (lambda rows: [], 1, "空的"),
}


def more_of(rows: list[bytes]) -> bytes:
    """A row that goes on soundly after the last."""
    parts = split_line(rows[-1][:-1])
    assert parts is not None
    body = parts[0].replace(b'"seq":12', b'"seq":13')
    return line_of(body, link(parts[1], body))


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_named_where_it_begins(exported, capsys, kind):
    damage, line, words = DAMAGE[kind]
    exported.write_bytes(b"".join(damage(lines_of(exported))))
    code, told = verify(capsys, str(exported))
    assert code == 2
    assert f"第 {line} 行" in told
    assert words in told


def test_a_row_made_anew_with_its_digest_breaks_the_next(exported, capsys):
    rows = lines_of(exported)
    before, parts = split_line(rows[4][:-1]), split_line(rows[5][:-1])
    assert before is not None and parts is not None
    body = parts[0].replace(b"thing:4", b"thing:9")
    rows[5] = line_of(body, link(before[1], body))
    exported.write_bytes(b"".join(rows))
    code, told = verify(capsys, str(exported))
    assert (code, "第 7 行（链上第 6 号）" in told) == (2, True)


def test_a_stretch_says_what_it_does_not_hold_and_stretches_join(log, tmp_path, capsys):
    files = [tmp_path / name for name in ("a.jsonl", "b.jsonl", "c.jsonl")]
    for file, first, last in zip(files, (1, 5, 9), (4, 8, 12), strict=True):
        assert cli.main(["audit", "export", str(file), "--from", str(first), "--to", str(last)]) == 0
    code, told = verify(capsys, str(files[1]))
    assert code == 0
    assert "从第 5 号到第 8 号" in told and "更早的记录不在文件中" in told
    assert verify(capsys, *map(str, files))[0] == 0
    code, told = verify(capsys, str(files[0]), str(files[2]))
    assert (code, "c.jsonl 第 1 行（链上第 5 号）：与上一个文件之间缺少第 5 至 8 号" in told) == (2, True)
    code, told = verify(capsys, str(files[1]), str(files[0]))
    assert (code, "重叠" in told) == (2, True)


def test_a_head_noted_earlier_must_stand_in_the_chain(exported, capsys):
    rows = lines_of(exported)
    noted = split_line(rows[6][:-1])
    assert noted is not None
    code, told = verify(capsys, str(exported), "--head", noted[1])
    assert (code, "第 6 号，其后的记录是之后追加的" in told) == (0, True)
    # A whole chain made anew is sound in itself; only the head noted elsewhere tells.
    fresh, before = [], BEGINNING
    for row in rows[1:]:
        parts = split_line(row[:-1])
        assert parts is not None
        body = parts[0].replace("系统".encode(), "别人".encode())
        before = link(before, body)
        fresh.append(line_of(body, before))
    exported.write_bytes(header_of("export", 1, BEGINNING, count=ROWS, last=ROWS, head=before) + b"".join(fresh))
    assert verify(capsys, str(exported))[0] == 0
    code, told = verify(capsys, str(exported), "--head", noted[1])
    assert (code, "没有摘要" in told) == (2, True)


def test_the_second_copy_is_checked_like_an_export(log, capsys):
    code, told = verify(capsys, *map(str, copy_files()))
    assert (code, f"共 {ROWS} 条" in told) == (0, True)


def test_a_file_that_is_not_there_is_named_in_chinese(tmp_path, capsys):
    assert cli.main(["audit", "verify", str(tmp_path / "none.jsonl")]) == 1
    said = capsys.readouterr().err
    assert "none.jsonl：找不到这个文件" in said and "No such file" not in said


def test_checking_a_file_loads_no_framework(exported):
    code = "import sys; from wenqu.cli import main; status = main(['audit', 'verify', sys.argv[1]]); assert 'django' not in sys.modules; sys.exit(status)"
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": "src"}
    subprocess.run([sys.executable, "-c", code, str(exported)], check=True, env=environment, cwd=Path(__file__).parents[2])


def test_a_shell_can_check_a_row_by_hand(exported):
    if not shutil.which("openssl"):
        pytest.skip("no openssl here")
    script = r"""
    before=$(sed -n 5p "$1" | sed 's/.*"digest":"\(.*\)"}$/\1/')
    body=$(sed -n 6p "$1" | sed 's/,"digest":"[0-9a-f]*"}$/}/')
    printf '%s%s' "$before" "$body" | openssl dgst -sm3 | sed 's/.*= //'
    """
    made = subprocess.run(["sh", "-c", script, "sh", str(exported)], capture_output=True, text=True, check=True)
    parts = split_line(lines_of(exported)[5][:-1])
    assert parts is not None
    assert made.stdout.strip() == parts[1]


def test_the_head_is_printed_and_the_export_is_in_the_log(exported, capsys):
    assert AuditEntry.objects.get(verb="export_audit").detail == {"first": 1, "last": ROWS, "file": "export.jsonl"}
    capsys.readouterr()
    assert cli.main(["audit", "head"]) == 0
    assert capsys.readouterr().out.split() == [str(ROWS + 1), head()[1]]


@pytest.mark.parametrize(("words", "told"), [(["--from", "99"], "没有从第 99 号"), (["--from", "0"], "没有从第 0 号"), (["--from", "5", "--to", "2"], "没有从第 5 号")])
def test_a_stretch_that_is_not_there_is_refused(log, tmp_path, capsys, words, told):
    assert cli.main(["audit", "export", str(tmp_path / "x.jsonl"), *words]) == 1
    assert told in capsys.readouterr().err


def test_an_export_overwrites_nothing(exported, capsys):
    assert cli.main(["audit", "export", str(exported)]) == 1
    assert "不覆盖" in capsys.readouterr().err
    assert cli.main(["audit", "verify", str(exported.parent / "none.jsonl")]) == 1


def test_the_database_and_the_copy_are_compared(log, capsys):
    code, told = verify(capsys)
    assert code == 0
    assert f"数据库的审计链完好：共 {ROWS} 条" in told
    assert "第二份副本与数据库一致" in told
    code, told = verify(capsys, "--head", "0" * 64)
    assert (code, "没有摘要" in told) == (2, True)


def test_a_change_in_the_database_is_named(log, capsys):
    from django.db import connection  # noqa: PLC0415

    append_only.remove(connection)
    try:
        AuditEntry.objects.filter(subject="thing:6").update(actor_name="别人")
        code, told = verify(capsys)
        assert (code, "数据库的审计链第 7 号：内容或摘要被改动" in told) == (2, True)
        AuditEntry.objects.filter(subject="thing:6").update(actor_name="系统")
        assert verify(capsys)[0] == 0
        AuditSeal.objects.filter(seq=4).update(verb="elsewhere")
        code, told = verify(capsys)
        assert (code, "第 4 号：供查找的字段与记录不一致" in told) == (2, True)
    finally:
        if connection.vendor == "postgresql":
            append_only.install(connection)


def test_a_change_in_the_copy_is_named(log, capsys):
    file = copy_files()[0]
    rows = lines_of(file)
    file.write_bytes(b"".join([*rows[:4], rows[4].replace(b"thing", b"thong"), *rows[5:]]))
    code, told = verify(capsys)
    assert (code, "第二份副本：audit-2026-03.jsonl 第 5 行（链上第 4 号）" in told) == (2, True)


def test_a_copy_that_lost_its_beginning_says_so(log, capsys):
    """A removed month leaves a copy that carries on and agrees: what is gone must be told."""
    file = copy_files()[0]
    rows = lines_of(file)
    assert "从第 1 号" in verify(capsys)[1]
    before = split_line(rows[4][:-1])
    assert before is not None
    file.write_bytes(b"".join([header_of("month", 5, before[1]), *rows[5:]]))
    code, told = verify(capsys)
    assert (code, "从第 5 号" in told, "副本缺少第 1 至 4 号" in told) == (0, True, True)


SEALER = """
from wenqu.kit.boot import setup
setup()
from django.utils import timezone
from wenqu.kit import audit, audit_chain, audit_copy
audit_chain.BATCH, audit_copy.PAGE = 20, 7
print("ready", flush=True)
while True:
    for number in range(60):
        audit.record(by=audit.SYSTEM, verb="act", at=timezone.now(), subject=f"thing:{number}")
    audit_chain.seal_pending(timezone.now())
    print("sealed", flush=True)
"""


def test_writers_and_sealers_killed_again_and_again_leave_one_whole_chain(tmp_path):
    """Two processes on one SQLite file, killed at any place: every entry is chained once and copied once."""
    root = Path(__file__).parents[2]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(root / "src"), "WENQU_DATA": str(tmp_path)}
    migrate = "from wenqu.kit.boot import setup; setup(); from django.core.management import call_command; call_command('migrate', verbosity=0)"
    subprocess.run([sys.executable, "-c", migrate], check=True, env=environment, cwd=root)
    for round_ in range(3):
        children = [subprocess.Popen([sys.executable, "-c", SEALER], env=environment, cwd=root, stdout=subprocess.PIPE) for _ in range(2)]
        for child in children:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
        for child in children:
            assert {child.stdout.readline() for _ in range(round_ + 1)} == {b"sealed\n"}
        time.sleep(0.05 * (round_ + 1))
        for child in children:
            child.send_signal(signal.SIGKILL)
            child.wait()
            child.stdout.close()
    made = subprocess.run([sys.executable, "-m", "wenqu.cli", "audit", "verify"], env=environment, cwd=root, capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    count = int(re.search(r"共 (\d+) 条", made.stdout).group(1))  # type: ignore[union-attr]
    assert count >= 2 * (1 + 2 + 3) * 60, "what two processes said they had chained"
    assert f"到第 {count} 号" in made.stdout
