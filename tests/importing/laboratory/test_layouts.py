"""Each layout with all its ugliness: what is read, where it stood, and what is told of the rest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from workbooks_of_laboratories import LONG, REPORT_ROWS, WIDE, WIDE_MERGED, book, report

from wenqu.importing.laboratory.delivery import Delivery
from wenqu.importing.refusal import TableError


def results(delivery: Delivery, *columns: str) -> list[tuple[Any, ...]]:
    names = ", ".join("CASE WHEN value IS NULL THEN '' ELSE rtrim(rtrim(CAST(value AS VARCHAR), '0'), '.') END" if name == "value" else f'"{name}"' for name in columns)
    return list(delivery.con.execute(f"SELECT {names} FROM results").fetchall())


def wrong(delivery: Delivery) -> list[tuple[int, str, str]]:
    return list(delivery.con.execute("SELECT row, letter, code FROM wrong ORDER BY sheet_no, row, column_no").fetchall())


WIDE_READ = [
    ("W2024001", "colour", "below", "5", "度"), ("W2024001", "turbidity", "value", "0.32", "NTU"), ("W2024001", "ph", "value", "7.4", "pH"),
    ("W2024001", "arsenic", "below", "0.0005", "mg/L"), ("W2024001", "nitrate", "value", "2.31", "mg/L"), ("W2024001", "plate_count", "value", "3", "CFU/mL"),
    ("W2024001", "total_coliform", "not_detected", "", "MPN/100mL"), ("W2024001", "free_chlorine", "value", "0.45", "mg/L"),
    ("W2024002", "colour", "value", "5", "度"), ("W2024002", "turbidity", "value", "0.5", "NTU"), ("W2024002", "ph", "value", "7.5", "pH"),
    ("W2024002", "arsenic", "value", "0.0012", "mg/L"), ("W2024002", "nitrate", "value", "12.4", "mg/L"), ("W2024002", "plate_count", "value", "120", "CFU/mL"),
    ("W2024002", "total_coliform", "value", "8", "MPN/100mL"), ("W2024002", "free_chlorine", "below", "0.02", "mg/L"),
    ("W2024003", "colour", "below", "5", "度"), ("W2024003", "total_coliform", "below", "2", "MPN/100mL"),
    ("W2024004", "colour", "value", "5", "度"), ("W2024004", "turbidity", "value", "0.4", "NTU"), ("W2024004", "ph", "value", "7.1", "pH"),
    ("W2024004", "arsenic", "value", "0.0008", "mg/L"), ("W2024004", "nitrate", "value", "3.3", "mg/L"), ("W2024004", "plate_count", "value", "12", "CFU/mL"),
    ("W2024004", "total_coliform", "not_detected", "", "MPN/100mL"), ("W2024004", "free_chlorine", "value", "0.1", "mg/L"),
]
WIDE_WRONG = [(9, "G", "is_a_limit"), (9, "I", "small_l"), (9, "K", "countless"), (10, "C", "bad_date"), (11, "B", "sample_missing")]


def check_wide(delivery: Delivery) -> None:
    assert results(delivery, "sample", "item", "kind", "value", "unit") == WIDE_READ
    assert wrong(delivery) == WIDE_WRONG
    sheet, = delivery.sheets
    assert (sheet.layout.kind, sheet.rows, sheet.skipped) == ("wide", 5, {"note": 2, "limits": 2})
    assert sheet.layout.left_out == ("序号", "是否合格")
    first = results(delivery, "row", "column", "sampled_on", "place", "water", "unit_written", "written")[3]
    assert first == (7, "I", date(2024, 1, 8), "甲镇水厂", "出厂水", "μg/L", "<0.5")


def test_a_row_for_each_sample_under_two_merged_header_rows_with_units_limits_averages_and_notes(opened, tmp_path: Path) -> None:
    check_wide(opened(book(tmp_path / "汇总.xlsx", {"汇总": WIDE}, {"汇总": WIDE_MERGED})))


def test_the_same_table_in_the_old_binary_format(opened, tmp_path: Path) -> None:
    old = xlwt.Workbook()
    sheet = old.add_sheet("汇总")
    for row, cells in enumerate(WIDE):
        for column, value in enumerate(cells):
            if value is not None:
                sheet.write(row, column, value)
    old.save(str(tmp_path / "汇总.xls"))
    check_wide(opened(tmp_path / "汇总.xls"))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_the_same_table_as_text(opened, tmp_path: Path, encoding: str) -> None:
    lines = [",".join("" if cell is None else str(cell) for cell in row) for row in WIDE]
    text = "\n".join(lines) + "\n"
    if encoding == "gb18030":
        text = text.replace("μ", "u").replace("²", "^2")
    (tmp_path / "汇总.csv").write_bytes(text.encode(encoding))
    delivery = opened(tmp_path / "汇总.csv")
    assert results(delivery, "sample", "item", "kind", "value", "unit") == WIDE_READ
    assert wrong(delivery) == WIDE_WRONG


def test_a_row_for_each_result_with_merged_samples(opened, tmp_path: Path) -> None:
    delivery = opened(book(tmp_path / "数据.xlsx", {"数据": LONG}, {"数据": ("A1:I1", "A3:A8", "B3:B8", "C3:C8")}))
    assert results(delivery, "row", "sample", "item", "kind", "value", "word", "unit") == [
        (3, "S-01", "permanganate_index", "value", "1.24", "", "mg/L"), (4, "S-01", "ammonia", "below", "0.02", "", "mg/L"),
        (5, "S-01", "arsenic", "value", "0.012", "", "mg/L"), (6, "S-01", "total_coliform", "not_detected", "", "", "CFU/100mL"),
        (8, "S-01", "odour_taste", "word", "", "none", ""), (9, "S-02", "fluoride", "value", "0.35", "", "mg/L"), (15, "S-02", "manganese", "value", "0.05", "", "mg/L"),
    ]
    assert wrong(delivery) == [(7, "D", "item_unknown"), (10, "F", "unit_missing"), (11, "D", "basis_differs"), (12, "F", "unit_differs"),
                               (13, "E", "results_differ"), (14, "E", "results_differ"), (16, "E", "duplicate")]
    assert results(delivery, "sampled_on", "place", "column", "item_written")[0] == (date(2024, 7, 2), "丁村末梢", "E", "耗氧量（CODMn法，以O2计）")
    assert {sentence.count("；") >= 1 for *_place, sentence in delivery.wrong_cells()} == {True}


def test_a_sheet_for_each_sample_printed_in_two_halves(opened, tmp_path: Path) -> None:
    path = book(tmp_path / "报告.xlsx", {
        "001": report("R001", "2024-03-15", REPORT_ROWS), "002": report("R002", "2024年3月16日", REPORT_ROWS),
        "封面": [["检测报告"], ["某县疾病预防控制中心"]]}, {"001": ("A1:L1", "A4:C4"), "002": ("A1:L1",)})
    delivery = opened(path)
    assert delivery.left_out == {"封面": "没有认识的检测项目；请核对表头，或在对应关系里指定"}
    assert wrong(delivery) == []
    read = results(delivery, "sheet", "sample", "sampled_on", "place", "scheme", "item", "kind", "value", "word")
    assert [row[5:] for row in read[:6]] == [("total_coliform", "not_detected", "", ""), ("arsenic", "below", "0.001", ""), ("plate_count", "value", "15", ""),
                                             ("fluoride", "value", "0.21", ""), ("turbidity", "value", "0.3", ""), ("visible_matter", "word", "", "none")]
    assert {row[:5] for row in read} == {("001", "R001", date(2024, 3, 15), "甲镇水厂出口", "某县甲镇供水站"), ("002", "R002", date(2024, 3, 16), "甲镇水厂出口", "某县甲镇供水站")}


def test_a_workbook_of_many_reports_keeps_their_order(opened, tmp_path: Path) -> None:
    path = book(tmp_path / "报告.xlsx", {f"{number}": report(f"R{number}", "2024-03-15", REPORT_ROWS) for number in range(11)})
    delivery = opened(path)
    assert results(delivery, "sheet", "sample", "item")[::6] == [(f"{number}", f"R{number}", "total_coliform") for number in range(11)]
    assert (delivery.count(), wrong(delivery)) == (66, [])


def test_a_report_without_a_number_is_told_once_and_nothing_of_it_is_used(opened, tmp_path: Path) -> None:
    rows = [row if "样品编号：R9" not in row else ["报告编号：JC-9"] for row in report("R9", "2024-03-15", REPORT_ROWS)]
    delivery = opened(book(tmp_path / "报告.xlsx", {"001": rows}))
    assert delivery.count() == 0
    assert wrong(delivery) == [(1, "A", "sample_missing")]


def test_results_limits_and_verdicts_side_by_side_under_each_item(opened, tmp_path: Path) -> None:
    rows = [["样品编号", "采样日期", "氟化物(mg/L)", None, None, "浑浊度", None, None], [None, None, "检测值", "限值", "单项判定", "结果", "标准限值", "判定"],
            ["A1", "2024-05-06", 0.2, 1, "合格", "0.4NTU", 1, "合格"]]
    delivery = opened(book(tmp_path / "a.xlsx", {"表": rows}, {"表": ("A1:A2", "B1:B2", "C1:E1", "F1:H1")}))
    assert results(delivery, "column", "item", "value", "unit") == [("C", "fluoride", "0.2", "mg/L"), ("F", "turbidity", "0.4", "NTU")]
    assert wrong(delivery) == []


def test_a_column_without_a_unit_is_told_once_and_says_only_what_needs_none(opened, tmp_path: Path) -> None:
    rows = [["样品编号", "氟化物", "总大肠菌群", "pH"], ["A1", 0.2, "未检出", 7], ["A2", 0.3, "2", 8]]
    delivery = opened(book(tmp_path / "a.xlsx", {"表": rows}))
    assert results(delivery, "sample", "item", "kind") == [("A1", "total_coliform", "not_detected"), ("A1", "ph", "value"), ("A2", "ph", "value")]
    assert wrong(delivery) == [(1, "B", "unit_missing"), (1, "C", "unit_missing")]
    agreed = opened(tmp_path / "a.xlsx", '[table]\nunits = "standard"')
    assert results(agreed, "sample", "item", "value", "unit")[0] == ("A1", "fluoride", "0.2", "mg/L")
    assert wrong(agreed) == []


def test_a_unit_in_the_title_holds_for_what_it_can_be(opened, tmp_path: Path) -> None:
    rows = [["水质结果", None, "（单位：mg/L）"], ["采样日期：2024年5月6日"], ["样品编号", "氟化物", "铁", "浑浊度"], ["A1", 0.2, 0.1, 0.4]]
    delivery = opened(book(tmp_path / "a.xlsx", {"表": rows}))
    assert results(delivery, "item", "value", "unit", "sampled_on") == [("fluoride", "0.2", "mg/L", date(2024, 5, 6)), ("iron", "0.1", "mg/L", date(2024, 5, 6))]
    assert wrong(delivery) == [(3, "D", "unit_missing")]


def test_one_item_in_two_columns_is_used_from_neither(opened, tmp_path: Path) -> None:
    rows = [["样品编号", "氨氮(mg/L)", "氨（以N计）(mg/L)", "铁(mg/L)", "镍(mg/L)"], ["A1", 0.2, 0.1, 0.1, 0.01]]
    delivery = opened(book(tmp_path / "a.xlsx", {"表": rows}))
    assert results(delivery, "item") == [("iron",)]
    assert wrong(delivery) == [(1, "B", "item_twice"), (1, "C", "item_twice"), (1, "E", "item_unknown")]


def test_a_number_that_stands_for_two_days_is_nobody(opened, tmp_path: Path) -> None:
    rows = [["样品编号", "采样日期", "铁(mg/L)"], ["1", "2024-01-02", 0.1], ["2", "2024-01-02", 0.1]]
    later = [["样品编号", "采样日期", "铁(mg/L)"], ["1", "2024-02-02", 0.2], ["3", "2024-02-02", 0.2]]
    delivery = opened(book(tmp_path / "a.xlsx", {"一月": rows, "二月": later}))
    assert results(delivery, "sheet", "sample") == [("一月", "2"), ("二月", "3")]
    assert [code for _row, _letter, code in wrong(delivery)] == ["sample_differs", "sample_differs"]
    joined = opened(tmp_path / "a.xlsx", '[sample]\nnumber = ["样品编号", "采样日期"]')
    assert [sample for sample, in results(joined, "sample")] == ["1 2024-01-02", "2 2024-01-02", "1 2024-02-02", "3 2024-02-02"]


def test_what_a_spreadsheet_computed_is_read_as_it_shows_it(opened, tmp_path: Path) -> None:
    rows = [["样品编号", "铁(mg/L)", "汞(mg/L)", "铅(mg/L)", "氯化物(mg/L)"], ["A1", 0.1 + 0.2, 5e-05, "#N/A", 99999999.1 + 0.2]]
    delivery = opened(book(tmp_path / "a.xlsx", {"表": rows}))
    assert results(delivery, "item", "value") == [("iron", "0.3"), ("mercury", "0.00005"), ("chloride", "99999999.3")]
    assert wrong(delivery) == [(2, "D", "formula_error")]


def test_a_workbook_without_results_is_refused_with_the_reason_of_each_sheet(opened, tmp_path: Path) -> None:
    with pytest.raises(TableError) as refusal:
        opened(book(tmp_path / "a.xlsx", {"甲": [["姓名", "电话"], ["张三", "1"]], "乙": [["氟化物(mg/L)", "铁(mg/L)"], [0.1, 0.2]]}))
    assert refusal.value.message == ("a.xlsx 中没有读到检测结果。工作表“甲”：没有认识的检测项目；请核对表头，或在对应关系里指定；"
                                     "工作表“乙”：没有找到样品编号的列；请核对表头，或在对应关系里指定（number；没有编号的表用 number_otherwise 指定由哪几列合成，如地点和日期）")


def check_raised(delivery: Delivery) -> None:
    assert results(delivery, "sample", "item", "value") == [("A1", "manganese", "0.021"), ("A2", "iron", "0.02"), ("A2", "plate_count", "12"), ("A2", "manganese", "0.02")]
    assert wrong(delivery) == [(2, "B", "raised_digit"), (2, "C", "lost_power")]


RAISED = [["样品编号", "铁(mg/L)", "菌落总数(CFU/mL)", "锰(mg/L)"], ["A1", None, None, "0.021"], ["A2", "0.02", "12", "0.02"]]


def test_a_digit_that_only_formatting_raises_is_no_digit(opened, tmp_path: Path) -> None:
    """As spreadsheets keep it: all texts in one part of the workbook."""
    made = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet, raised = made.add_worksheet("表"), made.add_format({"font_script": 1})
    for at, cells in enumerate(RAISED):
        sheet.write_row(at, 0, cells)
    sheet.write_rich_string("C1", "菌落总数(CFU·mL", raised, "-1", ")")
    sheet.write_rich_string("B2", "0.02", raised, "3")
    sheet.write_rich_string("C2", "1.2×10", raised, "3")
    made.close()
    check_raised(opened(tmp_path / "a.xlsx"))


def test_nor_where_the_sheet_itself_holds_the_text(opened, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"表": RAISED})
    made = openpyxl.load_workbook(path)
    raised = InlineFont(vertAlign="superscript")
    made["表"]["B2"] = CellRichText("0.02", TextBlock(raised, "3"))
    made["表"]["C2"] = CellRichText("1.2×10", TextBlock(raised, "3"))
    made.save(path)
    check_raised(opened(path))


def test_what_can_be_judged_of_a_word_stands_in_its_sign(opened, tmp_path: Path) -> None:
    rows = [["样品编号", "臭和味", "肉眼可见物", "总大肠菌群"], ["A1", "无异臭、异味", "少量沉淀", "检出"], ["A2", "合格", "无", "未检出"]]
    delivery = opened(book(tmp_path / "a.xlsx", {"表": rows}))
    assert results(delivery, "sample", "item", "word", "sign") == [
        ("A1", "odour_taste", "none", "not_detected"), ("A1", "visible_matter", "some", "detected"), ("A1", "total_coliform", "some", "detected"),
        ("A2", "odour_taste", "fit", None), ("A2", "visible_matter", "none", "not_detected"), ("A2", "total_coliform", "", "not_detected")]


def test_great_numbers_and_small_ones_are_exact(opened, tmp_path: Path) -> None:
    rows = [["样品编号", "溶解性总固体(mg/L)", "汞(ng/L)", "氯化物(g/L)", "铁(mg/L)"], ["A1", "1234567.891", "0.000000001", 123456789, "1e15"], ["A2", 1000, 35, "999999999.999999999", "1e-16"]]
    delivery = opened(book(tmp_path / "a.xlsx", {"表": rows}))
    assert results(delivery, "sample", "item", "value") == [
        ("A1", "dissolved_solids", "1234567.891"), ("A1", "mercury", "0.000000000000001"), ("A1", "chloride", "123456789000"), ("A1", "iron", "1000000000000000"),
        ("A2", "dissolved_solids", "1000"), ("A2", "mercury", "0.000035"), ("A2", "chloride", "999999999999.999999")]
    assert wrong(delivery) == [(3, "E", "too_fine")]


def test_a_village_that_is_named_like_a_limit_keeps_its_sample(opened, tmp_path: Path) -> None:
    rows = [["样品编号", "采样地点", "铁(mg/L)"], ["A1", "标准", 0.1], ["*A2", "方法村", 0.2], ["标准限值", None, 0.3], [None, "平均值", 0.15], ["注：无", None, None], ["※以上仅供参考"]]
    delivery = opened(book(tmp_path / "a.xlsx", {"表": rows}))
    assert results(delivery, "sample", "value") == [("A1", "0.1"), ("*A2", "0.2")]
    assert (delivery.sheets[0].skipped, wrong(delivery)) == ({"note": 2, "limits": 2}, [])


def test_a_table_that_is_turned_is_told_so(opened, tmp_path: Path) -> None:
    rows = [["检测项目", "单位", "W1", "W2"], ["铁", "mg/L", 0.1, 0.2], ["锰", "mg/L", 0.1, 0.2], ["铜", "mg/L", 0.1, 0.2]]
    with pytest.raises(TableError) as refusal:
        opened(book(tmp_path / "a.xlsx", {"表": rows}))
    assert "转置" in refusal.value.message


def test_a_day_and_a_place_that_are_merged_over_several_samples_are_theirs_and_a_blank_is_nobodys(opened, tmp_path: Path) -> None:
    rows = [["样品编号", "采样日期", "采样地点", "铁(mg/L)"], ["A1", "2024-05-06", "甲村", 0.1], ["A2", None, None, 0.2], ["A3", None, "乙村", 0.3], ["A4", None, None, 0.3]]
    other = [["说明"], *rows]
    path = book(tmp_path / "a.xlsx", {"一": rows, "二": [[f"B{cell[1]}" if isinstance(cell, str) and cell[0] == "A" else cell for cell in row] for row in other]},
                {"一": ("B2:B4", "C2:C3"), "二": ("C3:C4",)})
    assert [(sample, str(day), str(place)) for sample, day, place in results(opened(path), "sample", "sampled_on", "place")] == [
        ("A1", "2024-05-06", "甲村"), ("A2", "2024-05-06", "甲村"), ("A3", "2024-05-06", "乙村"), ("A4", "None", "None"),
        ("B1", "2024-05-06", "甲村"), ("B2", "None", "甲村"), ("B3", "None", "乙村"), ("B4", "None", "None")]
