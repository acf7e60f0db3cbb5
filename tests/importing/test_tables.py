from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from wenqu.importing.refusal import TableError

from .files import Reader, csv, xls, xlsx

HEAD = ["户编号", "区划代码", "人均日用水量（L/(人·d)）"]


def test_an_excel_file_keeps_its_own_row_and_column_numbers(reader: Reader, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"一": [["某县台账"], HEAD, ["H1", "610122100201", 60], ["H2", "610122100201", "六十"]]}, first=(3, 2))
    assert reader.values(path, "_row", "household_id", "litres_per_person_day") == [(6, "H1", 60.0), (7, "H2", None)]
    assert reader.errors() == [("一", 7, "E", "litres_per_person_day", "六十", "not_a_number")]
    assert reader.table.sheets[0].header_rows == (5, 5)


def test_an_old_workbook_reads_alike(reader: Reader, tmp_path: Path) -> None:
    path = xls(tmp_path / "a.xls", [[], ["", "某县台账"], [None, *HEAD], [None, "H1", 610122100201, 59.9999999999], [None, "H2", "x", -1]])
    assert reader.values(path, "_row", "household_id", "division_code", "litres_per_person_day") == [
        (4, "H1", "610122100201", 59.9999999999), (5, "H2", None, None)]
    assert [error[2:] for error in reader.errors()] == [
        ("C", "division_code", "x", "bad_code_form"), ("D", "litres_per_person_day", "-1", "negative")]


@pytest.mark.parametrize("name", ["a.xls", "a.et", "a.csv"])
def test_what_is_inside_counts_not_the_name(reader: Reader, tmp_path: Path, name: str) -> None:
    path = xlsx(tmp_path / "b.xlsx", {"一": [HEAD, ["H1", None, 60]]}).rename(tmp_path / name)
    assert reader.values(path, "litres_per_person_day") == [60.0]


def test_titles_and_two_merged_header_rows(reader: Reader, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"一": [
        ["蓝田县农村饮水安全台账"], [], ["填报单位：水务局", None, None, None, "2026年"],
        ["户编号", "取水", None, None, "水质"],
        [None, "水平距离（米）", "垂直距离（米）", "往返时间（分钟）", "感官评价"],
        ["H1", 100, 20, 5, "正常"]]})
    assert reader.values(path, "household_id", "horizontal_m", "vertical_m", "round_trip_min", "sensory_ok") == [("H1", 100.0, 20.0, 5.0, True)]
    assert reader.table.sheets[0].header_rows == (4, 5)


def test_totals_notes_repeated_headers_and_rows_of_numbers_or_units_are_not_data(reader: Reader, tmp_path: Path) -> None:
    head = ["序号", "乡镇", "户编号", "是否入户", "缺水天数", "年天数"]
    path = xlsx(tmp_path / "a.xlsx", {"一": [
        ["台账"], head, [None, None, None, None, "天", "天"], [1, 2, 3, 4, 5, 6],
        [1, "玉山镇", "H1", "是", 1, 365], [None, "小 计", 1, None, 1, None],
        ["台账"], head,
        [2, "玉山镇", "H2", "否", 2, 365], [], ["合  计：", None, 2, None, 3, None], ["玉山镇合计", None, 2], ["Grand Total", None, 2],
        ["注：缺水天数按年累计"], ["备注", "本表一式两份"], ["填表人：张三", None, None, "审核人：李四"]]})
    assert reader.values(path, "_row", "household_id", "short_days") == [(5, "H1", 1), (9, "H2", 2)]
    assert reader.table.sheets[0].skipped == {"total": 4, "note": 3, "header": 2}
    assert reader.errors() == []


def test_every_sheet_with_a_header_is_read_and_the_others_are_named(reader: Reader, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {
        "玉山镇": [HEAD, ["H1", None, 60]], "说明": [["本表由水务局填报"]], "空": [], "字典": [HEAD, ["D", None, 1]],
        "汤峪镇": [["标题"], [HEAD[2], HEAD[0]], ["x", "H2"]]}, hidden=["字典"])
    assert reader.values(path, "_sheet", "_row", "household_id") == [("玉山镇", 2, "H1"), ("汤峪镇", 3, "H2")]
    assert reader.errors() == [("汤峪镇", 3, "A", "litres_per_person_day", "x", "not_a_number")]
    assert reader.table.left_out == {"说明": "没有认识的表头", "空": "空工作表", "字典": "隐藏的工作表"}


def test_error_cells_are_wrong_not_blank(reader: Reader, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"一": [HEAD, ["H1", ("=1/0", "#DIV/0!"), ("=NA()", "#N/A")], ["H2", None, ("=30*2", 60)]]})
    assert reader.values(path, "division_code", "litres_per_person_day") == [(None, None), (None, 60.0)]
    assert [error[1:] for error in reader.errors()] == [
        (2, "B", "division_code", "#DIV/0!", "formula_error"), (2, "C", "litres_per_person_day", "#N/A", "formula_error")]


def test_numbers_keep_all_their_digits(reader: Reader, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"一": [["户编号", "人均日用水量", "缺水天数"], ["H1", 59.99999999999, 18.25], [2.0, 1e-12, 18.2500000000001]]})
    values = reader.values(path, "household_id", "litres_per_person_day", "short_days")
    assert values[0] == ("H1", 59.99999999999, 18.25)
    assert values[1][:2] == ("2", 1e-12) and values[1][2] > 18.25


def test_dates_and_booleans_in_cells(reader: Reader, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["户编号", "是否入户", "往返时间"])
    sheet.write_row(1, 0, ["H1", True])
    sheet.write_datetime(1, 2, dt.datetime(2026, 1, 2), book.add_format({"num_format": "yyyy-mm-dd"}))
    book.close()
    assert reader.values(tmp_path / "a.xlsx", "piped", "round_trip_min") == [(True, None)]
    assert reader.errors()[0][3:] == ("round_trip_min", "2026-01-02 00:00:00", "not_a_number")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_text_in_every_encoding(reader: Reader, tmp_path: Path, encoding: str, newline: str) -> None:
    text = newline.join(["户编号,人均日用水量,工程类型", "䶮1,60,千人以上", "H2,,分散", ""])
    path = csv(tmp_path / "a.csv", text, encoding)
    assert reader.values(path, "_row", "household_id", "scheme_class") == [(2, "䶮1", "thousand"), (3, "H2", "decentralised")]


def test_text_rows_are_the_lines_on_which_records_begin(reader: Reader, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", '户编号,工程类型,人均日用水量\n"H\n1",分散,x\n\nH2,"a ""b""",y\nH3\n')
    assert reader.values(path, "_row", "household_id") == [(2, "H\n1"), (5, "H2"), (6, "H3")]
    assert [(row, letter, raw) for _, row, letter, _, raw, _ in reader.errors()] == [(2, "C", "x"), (5, "B", 'a "b"'), (5, "C", "y")]


def test_tabs_and_uneven_lines(reader: Reader, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "台账\n户编号\t人均日用水量\nH1\t60\nH2\nH3\t5\n")
    assert reader.values(path, "_row", "household_id", "litres_per_person_day") == [(3, "H1", 60.0), (4, "H2", None), (5, "H3", 5.0)]


def test_a_line_with_too_many_cells_is_not_believed(reader: Reader, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "household_id,litres_per_person_day,rain_mm\nH1,60,900\nH2,1,200,900\nH3,60,900,\n")
    assert reader.values(path, "household_id", "litres_per_person_day", "rain_mm") == [("H1", 60.0, 900.0), ("H2", None, None), ("H3", 60.0, 900.0)]
    assert {error[5] for error in reader.errors()} == {"shifted_row"} and {error[1] for error in reader.errors()} == {3}


def test_parquet_keeps_types_and_counts_records(reader: Reader, tmp_path: Path) -> None:
    table = pa.table({
        "household_id": pa.array([1, 2, 3]), "division_code": pa.array([610122100201.0, None, 5.0]),
        "scheme_class": pa.array(["small", "大", None]).dictionary_encode(), "piped": pa.array([1, 0, 7], pa.int8()),
        "litres_per_person_day": pa.array([60, -1, 2000], pa.int16()), "rain_mm": pa.array([float("nan"), float("inf"), 800.5]),
        "short_days": pa.array([18.3, None, 1.0]), "year_days": pa.array([366, None, None], pa.decimal128(5, 1)),
        "sensory_ok": pa.array([True, None, False]), "extra": pa.array([[1], [2], None])})
    pq.write_table(table, tmp_path / "a.parquet")
    rows = reader.values(tmp_path / "a.parquet", "household_id", "division_code", "scheme_class", "piped", "litres_per_person_day",
                         "rain_mm", "short_days", "year_days", "sensory_ok")
    assert [tuple(str(cell) if cell is not None else None for cell in row) for row in rows] == [
        ("1", "610122100201", "small", "True", "60.0", None, "18.3000000000", "366.0", "True"),
        ("2", None, None, "False", None, None, None, None, None),
        ("3", None, None, None, None, "800.5", "1.0000000000", None, "False")]
    assert [error[1:] for error in reader.errors()] == [
        (2, "scheme_class", "scheme_class", "大", "unknown_choice"), (2, "litres_per_person_day", "litres_per_person_day", "-1", "negative"),
        (2, "rain_mm", "rain_mm", "inf", "not_a_number"), (3, "division_code", "division_code", "5", "bad_code_form"),
        (3, "piped", "piped", "7", "not_yes_no"), (3, "litres_per_person_day", "litres_per_person_day", "2000", "out_of_range")]


def test_wildcards_in_a_file_name_are_plain_characters(reader: Reader, tmp_path: Path) -> None:
    pq.write_table(pa.table({"household_id": ["A"]}), tmp_path / "x1.parquet")
    pq.write_table(pa.table({"household_id": ["B"]}), tmp_path / "x[1]*'.parquet")
    assert reader.values(tmp_path / "x[1]*'.parquet", "household_id") == ["B"]


RUBBISH = {
    "empty.xlsx": b"", "empty.csv": b"", "empty.parquet": b"", "picture.xlsx": b"\x89PNG\r\n\x1a\n" + b"\x00" * 64,
    "page.xls": b"<html><table><tr><td>1</td></tr></table></html>", "zip.xlsx": b"PK\x03\x04" + b"\x07" * 200,
    "ole.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "binary.csv": b"a,b\n\x00\x01,2\n",
    "broken.parquet": b"PAR1" + b"\x00" * 40 + b"PAR1", "text.parquet": b"hello", "odd.csv": b"\xff\xff\xfe\xfd,1\n\x81",
    "letter.docx": b"PK\x03\x04",
}


@pytest.mark.parametrize("name", RUBBISH)
def test_rubbish_is_refused_in_chinese(reader: Reader, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(RUBBISH[name])
    with pytest.raises(TableError) as refusal:
        reader.read(tmp_path / name)
    assert refusal.value.code == "not_a_table" and name in refusal.value.message
    assert any("\u4e00" <= c <= "\u9fff" for c in refusal.value.message)


def test_a_password_is_named_as_such(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500 + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(TableError) as refusal:
        reader.read(path)
    assert refusal.value.code == "encrypted" and "密码" in refusal.value.message


@pytest.mark.parametrize(("rows", "code"), [
    ([], "no_rows"), ([["姓名", "电话"], ["张三", "1"]], "no_known_column"), ([HEAD], "no_rows"), ([HEAD, ["合计", None, 1]], "no_rows"),
    ([["户编号", "人均日用水量", "人均日用水量（升）"], ["H1", 1, 2]], "ambiguous_header")])
def test_tables_without_anything_to_read(reader: Reader, tmp_path: Path, rows: list[list[object]], code: str) -> None:
    with pytest.raises(TableError) as refusal:
        reader.read(xlsx(tmp_path / "a.xlsx", {"一": rows}))
    assert refusal.value.code == code


def test_a_stray_cell_in_the_last_corner_is_refused_before_memory_ends(reader: Reader, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, HEAD)
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    with pytest.raises(TableError) as refusal:
        reader.read(tmp_path / "a.xlsx")
    assert refusal.value.code == "too_large"


def test_a_column_in_another_unit_is_left_out_and_said(reader: Reader, tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", {"一": [["户编号", "往返时间（小时）"], ["H1", 0.5]]})
    assert reader.values(path, "round_trip_min") == [None]
    assert reader.table.unit_refusals == ["“往返时间（小时）”表头的单位与这一列不同，整列没有采用；换算成 min，或在映射文件中用 multiply 换算"]
    assert reader.errors() == [("一", 1, "B", "round_trip_min", "往返时间（小时）", "unit_conflict")]
    assert reader.values(path, "round_trip_min", mapping='[columns.round_trip_min]\nfrom = "往返时间（小时）"\nmultiply = 60') == [30.0]
