"""`wenqu books compare`: two files of any layout, odd files, hostile files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from books.stand import HEADERS, their_rows, workbook
from wenqu.cli import main

OURS = ("户编号", "乡镇", "行政村", "户主姓名", "证件号码", "联系电话", "人数", "是否入户")


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    book = Workbook()
    book.active.append(OURS)
    for n in range(6):
        book.active.append([f"H{n + 1}", "甲镇" if n < 3 else "乙镇", "甲一村" if n < 3 else "乙一村", f"张{n + 1}", "11010519491231002X", "13800001234", 3, "是"])
    book.save(tmp_path / "ours.xlsx")
    return tmp_path / "ours.xlsx"


def run(*words: object) -> int:
    return main(["books", "compare", *map(str, words)])


def test_two_layouts_of_one_ledger(ours: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    result = tmp_path / "result.xlsx"
    assert run(ours, workbook(tmp_path / "theirs.xlsx"), "--ledger", "households", "-o", result, "--all-rows") == 2
    told = capsys.readouterr().out
    for line in ("不一致 2", "仅我方有 1", "仅对方有 1", "关键列重复 3", "缺少关键列 1", "一致 2"):
        assert f"  {line}\n" in told
    assert "Sheet 第 7 行 E 身份证号" in told and "110105194912310000" not in told
    book = load_workbook(result)
    assert book.sheetnames == ["封面", "不一致", "仅我方有", "仅对方有", "关键列重复", "缺少关键列", "一致"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert any(cell.value == '=HYPERLINK("http://x")' for cell in cells)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ours.xlsx", "result.xlsx", "theirs.xlsx"]


def test_any_two_tables_by_their_common_headers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, rows in (("a", "合同号,金额,日期,备注,备注\nC1,100,2024-1-2,x,y\nC2,1200,,,\n"), ("b", "日期,合同号,金额,多余\n2024/1/2,ｃ1,100.0,\n,C2,\"1,200\",\n")):
        (tmp_path / f"{name}.csv").write_text(rows, encoding="utf-8")
    assert run(tmp_path / "a.csv", tmp_path / "b.csv", "--key", "合同号", "-o", tmp_path / "r.xlsx") == 0
    assert "  一致 2\n" in capsys.readouterr().out


def test_our_own_and_a_mapped_header(ours: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    theirs = workbook(tmp_path / "theirs.xlsx", headers=("镇", "村", "本地编码", *HEADERS[3:]))
    (tmp_path / "map.toml").write_text('[columns.number]\nfrom = "本地编码"\n', encoding="utf-8")
    assert run(ours, theirs, "--ledger", "households", "-o", tmp_path / "r.xlsx") == 1
    assert "没有关键列“户编号”" in capsys.readouterr().err
    assert run(ours, theirs, "--ledger", "households", "--map-theirs", tmp_path / "map.toml", "-o", tmp_path / "r.xlsx") == 2


@pytest.mark.parametrize(("words", "sentence"), [
    ((), "请用 --key"), (("--key", "没有的列"), "没有"), (("--ledger", "households", "--key", " "), "不能是空的"),
])
def test_a_wrong_use_says_what_to_do(ours: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], sentence: str) -> None:
    assert run(ours, workbook(tmp_path / "theirs.xlsx"), *words, "-o", tmp_path / "r.xlsx") == 1
    assert sentence in capsys.readouterr().err and not (tmp_path / "r.xlsx").exists()


def test_odd_files_are_refused_in_a_sentence_and_leave_nothing(ours: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "empty.xlsx").write_bytes(b"")
    (folder / "text.xlsx").write_text("<html>不是表</html>")
    (folder / "cut.xlsx").write_bytes(ours.read_bytes()[:3000])
    with zipfile.ZipFile(folder / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as bomb, zipfile.ZipFile(ours) as real:
        for item in real.infolist():
            data = real.read(item)
            if item.filename.startswith("xl/worksheets/"):
                data = data.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData>')
            bomb.writestr(item, data)
    book = Workbook()
    book.active.append(OURS)
    book.save(folder / "header.xlsx")
    for path in sorted(folder.iterdir()):
        assert run(ours, path, "--ledger", "households", "-o", tmp_path / "r.xlsx") == 1, path
        told = capsys.readouterr().err
        assert told.startswith("wenqu books：") and "Traceback" not in told and path.name in told, told
    assert not (tmp_path / "r.xlsx").exists() and not list(tmp_path.glob(".*"))


def test_wrong_rows_in_every_place_are_listed_not_joined(ours: Path, tmp_path: Path) -> None:
    rows = their_rows() + [["合计", "", "", "", "", "", 21, ""]]
    assert run(ours, workbook(tmp_path / "theirs.xlsx", rows), "--ledger", "households", "-o", tmp_path / "r.xlsx") == 2
    doubles = load_workbook(tmp_path / "r.xlsx")["关键列重复"]
    assert [doubles.cell(row, 4).value for row in (3, 4, 5)] == ["我方", "对方", "对方"]
