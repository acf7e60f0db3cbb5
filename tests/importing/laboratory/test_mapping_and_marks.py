"""What a person corrected, kept as data; the dry run of the command; the workbook that goes back with its marks."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbooks_of_laboratories import LONG, WIDE, WIDE_MERGED, book

from wenqu.cli import main
from wenqu.importing import annotate as annotate_module
from wenqu.importing.laboratory.mapping import DATES, FACTS, LAYOUTS, ROLES, LabMapping, parse_lab_mapping
from wenqu.importing.laboratory.marking import mark
from wenqu.importing.refusal import MappingError
from wenqu.rulebook.quality.results.naming import names_of_all

NAMES = names_of_all()
ODD = [
    ["甲单位水质数据"], ["送检号", "时间", "乡镇", "点位", "总铁(mg/L)", "游离性二氧化氯残留", "氨态氮", "水温(℃)"],
    ["1", "05/06/2024", "甲镇", "出厂", "0.1", "未超", 0.1, 18], [None, "05/07/2024", "乙镇", "末梢", "*", "0.03", 0.2, 19],
]
MAPPING = """
[table]
laboratory = "甲单位"
layout = "wide"
header_row = 2
dates = "month/day/year"
[sample]
number = "送检号"
day = "时间"
place = ["乡镇", "点位"]
number_otherwise = ["乡镇", "时间"]
[items]
"总铁(mg/L)" = "iron"
"游离性二氧化氯残留" = "chlorine_dioxide"
"氨态氮" = "ammonia"
"水温(℃)" = ""
[units]
"游离性二氧化氯残留" = "mg/L"
"氨" = "mg/L"
"ammonia" = "mg/L"
[words]
"未超" = "未检出"
"*" = ""
"""


def test_a_mapping_reads_what_recognition_cannot(opened, tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", {"表": ODD})
    delivery = opened(path, MAPPING)
    read = delivery.con.execute("SELECT sample, CAST(sampled_on AS VARCHAR), place, item, kind, CAST(value AS DOUBLE), unit FROM results").fetchall()
    assert read == [
        ("1", "2024-05-06", "甲镇 出厂", "iron", "value", 0.1, "mg/L"), ("1", "2024-05-06", "甲镇 出厂", "chlorine_dioxide", "not_detected", None, "mg/L"),
        ("1", "2024-05-06", "甲镇 出厂", "ammonia", "value", 0.1, "mg/L"),
        ("乙镇 05/07/2024", "2024-05-07", "乙镇 末梢", "chlorine_dioxide", "value", 0.03, "mg/L"), ("乙镇 05/07/2024", "2024-05-07", "乙镇 末梢", "ammonia", "value", 0.2, "mg/L"),
    ]
    assert delivery.wrong_cells() == []


def test_columns_of_a_long_table_may_be_named(opened, tmp_path: Path) -> None:
    rows = [["号", "参量", "数", "量纲"], ["A", "铁", "0.1", "mg/L"], ["B", "铁", "200", "ug/L"]]
    mapping = '[table]\nlayout = "long"\n[sample]\nnumber = "号"\n[columns]\nitem = "参量"\nresult = "数"\nunit = "量纲"'
    delivery = opened(book(tmp_path / "a.xlsx", {"表": rows}), mapping)
    assert delivery.con.execute("SELECT sample, CAST(value AS DOUBLE) FROM results").fetchall() == [("A", 0.1), ("B", 0.2)]


TEXTS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("C",)), min_size=1, max_size=8).filter(str.strip)


@given(st.builds(
    LabMapping, laboratory=TEXTS, sheets=st.lists(TEXTS, max_size=2).map(tuple), layout=st.sampled_from(["", *LAYOUTS]), header_row=st.integers(0, 9),
    dates=st.sampled_from(DATES), standard_units=st.booleans(), sample=st.dictionaries(st.sampled_from([*FACTS, "number_otherwise"]), st.lists(TEXTS, min_size=1, max_size=3).map(tuple)),
    columns=st.dictionaries(st.sampled_from(ROLES), TEXTS), items=st.dictionaries(TEXTS, st.sampled_from(["", *NAMES.items])), units=st.dictionaries(TEXTS, st.just("mg/L")),
    words=st.dictionaries(TEXTS, st.sampled_from(["", "未检出", "<0.01"]))))
def test_a_mapping_that_was_saved_is_the_same_again(mapping: LabMapping) -> None:
    assert parse_lab_mapping(mapping.text(), NAMES) == mapping


@pytest.mark.parametrize(("text", "told"), [
    ("[tables]\nx = 1", "不认识的键 tables"), ('[table]\nlayout = "high"', "table.layout：应为 wide、long、report 之一"), ('[items]\n"铁" = "ferrum"', "items.铁：没有这个项目"),
    ('[units]\n"铁" = "毫克"', "units.铁：单位看不懂"), ('[words]\n"x" = "≤1"', "words.x：写成大家都用的写法"), ("[table]\nheader_row = -1", "应为表头所在的行号"),
    ("[sample]\nnumber = 3", "sample.number：应为一个表头的文字"), ("not toml", "不是正确的 TOML"), ('[columns]\nlimit = "x"', "columns.limit：只能写 item、result、unit"),
])
def test_a_mapping_that_makes_no_sense_is_refused_with_its_key(text: str, told: str) -> None:
    with pytest.raises(MappingError) as refusal:
        parse_lab_mapping(text, NAMES, "甲.toml")
    assert told in refusal.value.message and "甲.toml" in refusal.value.message


def check_marks(path: Path, sheet: str) -> None:
    made = openpyxl.load_workbook(path)
    page = made[sheet]
    wrong = page["G9"]
    assert (wrong.value, wrong.fill.start_color.rgb[-6:]) == ("≤1", "FFC7CE")
    assert wrong.comment.text.startswith("是限值的写法")
    assert "没有样品编号" in page["B11"].comment.text and page["F11"].fill.start_color.rgb[-6:] == "FFEB9C"
    assert page["I7"].value == "<0.5" and page["I7"].comment is None
    listed = [[cell.value for cell in row] for row in made["错误清单"].iter_rows()]
    assert [sheet, 9, "I 砷", "0.01l", "末尾是小写字母 l，看不出是“L”（低于检出限）还是数字 1", "低于检出限写成大写“L”，例如 0.01L", "此格按空白处理"] in listed
    assert len(listed) == 6


def test_the_workbook_goes_back_with_its_wrong_cells_marked(opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    delivery = opened(book(tmp_path / "汇总.xlsx", {"汇总": WIDE}, {"汇总": WIDE_MERGED}))
    mark(delivery, tmp_path / "kept.xlsx")
    check_marks(tmp_path / "kept.xlsx", "汇总")
    assert len(openpyxl.load_workbook(tmp_path / "kept.xlsx")["汇总"].merged_cells.ranges) == len(WIDE_MERGED), "its own look is kept"
    monkeypatch.setattr(annotate_module, "SMALL_CELLS", 0)
    mark(delivery, tmp_path / "anew.xlsx")
    check_marks(tmp_path / "anew.xlsx", "汇总")


def test_the_command_tells_the_dry_run_and_writes_the_marked_workbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = book(tmp_path / "数据.xlsx", {"数据": LONG})
    assert main(["results", "read", str(path), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().out
    assert "数据.xlsx：2 个样品，7 个结果" in told and "工作表“数据”：一行一个结果，14 行" in told and "没有采用的单元格：7" in told
    assert "工作表“数据”D7（检测项目）“水温”：没有认识的检测项目；核对项目名称，或在对应关系里指定是哪一项、或写明不用" in told
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["annotated.xlsx", "results.parquet"]
    good = book(tmp_path / "好.xlsx", {"数据": LONG[:4]})
    assert main(["results", "read", str(good), "--out", str(tmp_path / "out")]) == 0
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["results.parquet"], "marks of an earlier file do not stay"


def test_the_command_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["results", "read", str(tmp_path / "没有.xlsx")]) == 1
    assert "找不到文件" in capsys.readouterr().err
    path = book(tmp_path / "数据.xlsx", {"数据": LONG})
    (tmp_path / "坏.toml").write_text("[x]", encoding="utf-8")
    assert main(["results", "read", str(path), "--map", str(tmp_path / "坏.toml")]) == 1
    assert "坏.toml：不认识的键 x" in capsys.readouterr().err
