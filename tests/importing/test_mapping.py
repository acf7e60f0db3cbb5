from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from wenqu.importing.columns import FACT_COLUMNS
from wenqu.importing.mapping import load_mapping, parse_mapping, simple_mapping
from wenqu.importing.refusal import MappingError, TableError

from .files import Reader, csv, xlsx


def test_conversions_words_constants_and_blanks(reader: Reader, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "编号,单程(小时),停水月,化验,问题\n1,0.5,1,优,\n2,99,12,劣,水咸\n3,x,NA,一般,很好\n4,-1,NA,,怪\n")
    rows = reader.values(path, "household_id", "round_trip_min", "short_days", "lab_result", "sensory_ok", "scheme_class", mapping="""
        [table]
        blank = ["NA", "99"]
        [columns.household_id]
        from = "编号"
        [columns.round_trip_min]
        from = "单程(小时)"
        multiply = 120
        add = 1
        [columns.short_days]
        from = "停水月"
        multiply = 30.4
        [columns.lab_result]
        from = "化验"
        values = { "优" = "pass", "劣" = "不合格" }
        [columns.sensory_ok]
        from = "问题"
        no_if_contains = ["咸", "浑"]
        yes_if_contains = ["好"]
        [columns.scheme_class]
        constant = "分散"
    """)
    assert rows == [("1", 61.0, Decimal("30.4"), "pass", None, "decentralised"), ("2", None, Decimal("364.8"), "fail", False, "decentralised"),
                    ("3", None, None, None, True, "decentralised"), ("4", None, None, None, None, "decentralised")]
    assert [(row, letter, raw, code) for _, row, letter, _, raw, code in reader.errors()] == [
        (4, "B", "x", "not_a_number"), (4, "D", "一般", "unknown_choice"), (5, "B", "-1", "negative"), (5, "E", "怪", "not_yes_no")]


@pytest.mark.parametrize(("otherwise", "value"), [("yes", True), ("no", False), ("blank", None)])
def test_what_a_text_without_the_words_means(reader: Reader, tmp_path: Path, otherwise: str, value: bool | None) -> None:
    path = csv(tmp_path / "a.csv", "户编号,感官\n1,怪\n2,咸\n3,\n")
    mapping = f'[columns.sensory_ok]\nfrom = "感官"\nno_if_contains = ["咸"]\notherwise = "{otherwise}"'
    assert reader.values(path, "sensory_ok", mapping=mapping) == [value, False, None] and reader.errors() == []


def test_other_headers_decide_first(reader: Reader, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "户编号,状况,备注,月\n1,停用,,0\n2,好,没有问,0\n3,好,,0\n4,好,,x\n5,停用,,x\n6,,,2\n")
    mapping = """
        [columns.short_days]
        from = "月"
        multiply = 30
        [[columns.short_days.when]]
        is = { "状况" = ["停用", "废弃"] }
        value = 365
        [[columns.short_days.when]]
        is = { "状况" = ["好"], "月" = ["0"] }
        contains = { "备注" = ["没有问"] }
        value = ""
    """
    assert reader.values(path, "short_days", mapping=mapping) == [365, None, 0, None, 365, 60]
    assert [error[1:] for error in reader.errors()] == [(5, "D", "short_days", "x", "not_a_number")]
    with pytest.raises(TableError, match="没有"):
        reader.read(csv(tmp_path / "b.csv", "户编号,月\n1,0\n"), mapping=mapping)


def test_very_many_spellings_take_the_long_way_and_keep_the_order(reader: Reader, tmp_path: Path) -> None:
    path = csv(tmp_path / "a.csv", "户编号,往返时间\n" + "".join(f"H{n},{(n * 7919) % 1400 / 2}\n" for n in range(5000)))
    rows = reader.values(path, "_row", "round_trip_min", mapping='[columns.round_trip_min]\nfrom = "往返时间"\nmultiply = 2')
    assert rows == [(n + 2, float((n * 7919) % 1400)) for n in range(5000)]


def test_sheets_and_header_rows_can_be_named(reader: Reader, tmp_path: Path) -> None:

    path = xlsx(tmp_path / "a.xlsx", {"甲": [["户编号", "水量"], ["户编号", "水量"], ["H1", 1]], "乙": [["户编号"], ["H2"]]}, hidden=["乙"])
    assert reader.values(path, "_sheet", "_row", "household_id", mapping="[table]\nsheets = ['甲']\nheader_row = 2") == [("甲", 3, "H1")]
    assert reader.values(path, "_sheet", "household_id", mapping="[table]\nsheets = ['乙']") == [("乙", "H2")]
    with pytest.raises(TableError, match="没有工作表“丙”；有：甲、乙"):
        reader.read(path, mapping="[table]\nsheets = ['丙']")


def test_a_simple_mapping_can_be_saved_and_read_again() -> None:
    text = simple_mapping({"household_id": '户"编\\号', "piped": "通水"})
    rules = parse_mapping(text, FACT_COLUMNS).rules
    assert {name: rule.source for name, rule in rules.items()} == {"household_id": '户"编\\号', "piped": "通水"}


@pytest.mark.parametrize(("text", "words"), [
    ("x = 1", "不认识的键 x"), ("[table]\nfoo = 1", "table.foo"), ("[columns.x]\nfrom = 'a'", "columns.x：没有这一列"),
    ("[columns.piped]\nform = 'a'", "columns.piped.form"), ("[columns.piped]\nfrom = 1", "columns.piped.from"),
    ("[columns.piped]\nconstant = 'maybe'", "columns.piped.constant：“maybe”不是“是”或“否”"), ("[columns.piped]\nconstant = true\nfrom = 'a'", "constant"),
    ("[columns.piped]\nmultiply = 2", "multiply"), ("[columns.rain_mm]\nmultiply = 'x'", "columns.rain_mm.multiply：应为数字"),
    ("[columns.rain_mm]\nmultiply = true", "应为数字"), ("[columns.rain_mm]\nadd = nan", "应为数字"),
    ("[columns.rain_mm]\nno_if_contains = ['a']", "只能用于是否列"), ("[columns.piped]\notherwise = 'perhaps'", "columns.piped.otherwise"),
    ("[columns.lab_result]\nvalues = { '优' = 'good' }", "columns.lab_result.values.优"), ("[columns.lab_result]\nvalues = 1", "应为一个表"),
    ("[columns.piped]\nno_if_contains = 'a'", "列表"), ("[columns.piped]\nno_if_contains = ['']", "列表"), ("[table]\nheader_row = [3, 5]", "header_row"),
    ("[table]\nheader_row = 0", "header_row"), ("[table]\nheader_row = true", "header_row"), ("columns = 1", "columns：应为一个表"),
    ("[[columns.piped.when]]\nvalue = 'no'", "要写 is 或 contains"), ("[[columns.piped.when]]\nis = {a = ['b']}", "value"),
    ("[columns.piped]\nwhen = 1", "[[columns.piped.when]]"), ("[[columns.piped.when]]\nis = {a = ['b']}\nvalue = 'x1'", "columns.piped.when[1].value"),
    ("a = [", "不是正确的 TOML")])
def test_mistakes_are_named_with_file_and_key(text: str, words: str) -> None:
    with pytest.raises(MappingError) as refusal:
        parse_mapping(text, FACT_COLUMNS, "本县.toml")
    assert "本县.toml" in refusal.value.message and words in refusal.value.message


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="找不到映射文件"):
        load_mapping(tmp_path / "a.toml", FACT_COLUMNS)
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(MappingError, match="UTF-8"):
        load_mapping(tmp_path / "b.toml", FACT_COLUMNS)
