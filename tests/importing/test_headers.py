from __future__ import annotations

import pytest

from wenqu.importing.columns import FACT_COLUMNS, Column
from wenqu.importing.headers import Matcher, below_header, double, find_header, normal, single
from wenqu.importing.mapping import Mapping, parse_mapping
from wenqu.importing.refusal import TableError
from wenqu.importing.units import unit_conflict, unit_of
from wenqu.rulebook.facts import FACT_KEYS

MATCHER = Matcher(FACT_COLUMNS, Mapping())


def bound(*texts: str, mapping: str = "") -> dict[str, str]:
    matcher = Matcher(FACT_COLUMNS, parse_mapping(mapping, FACT_COLUMNS)) if mapping else MATCHER
    return {b.column.name: b.header for b in matcher.match(single(texts), "").bindings if b.index is not None}


@pytest.mark.parametrize("key", FACT_KEYS, ids=lambda key: key.name)
def test_every_name_of_every_fact_is_found_however_it_is_dressed(key) -> None:
    for name in (key.name, key.zh, key.en, *key.aliases):
        for dressed in (name, f" {name} ", f"*{name}：", f"{name}（必填）", name.upper(), "\n".join(name), f"{name}【{key.unit}】", f"{name}({key.unit})"):
            assert bound(dressed) == {key.name: " ".join(dressed.split())}, dressed


@pytest.mark.parametrize("text", ["水平距离/米", "水平距离／m", "水平距离（单位：米）", "水平距离 (m)", "水 平 距 离"])
def test_units_are_no_part_of_a_name(text: str) -> None:
    assert list(bound(text)) == ["horizontal_m"]


@pytest.mark.parametrize(("header", "unit", "conflict"), [
    ("往返时间（小时）", "min", True), ("往返时间（分）", "min", False), ("水平距离(km)", "m", True), ("水平距离（公里）", "m", True),
    ("人均日用水量（m³/人·d）", "L/(人·d)", True), ("人均日用水量（升/人·日）", "L/(人·d)", False), ("缺水天数（月）", "d", True),
    ("缺水天数（年）", "d", True), ("缺水天数（累计）", "d", False), ("年均降水量（厘米）", "mm", True), ("水平距离", "m", False), ("感官（是/否）", "", False)])
def test_a_header_in_another_unit_is_noticed(header: str, unit: str, conflict: bool) -> None:
    assert unit_conflict(header, unit) is conflict


def test_units_have_words() -> None:
    assert [unit_of(text) for text in ("L/(人·d)", "m³/(人·a)", "分钟", "天", "xyz", "（米）")] == ["l", "m3", "min", "d", None, "m"]


def test_a_proper_name_outranks_an_alias_and_the_other_is_told() -> None:
    match = MATCHER.match(single(["household_id", "户号", "停水天数", "缺水天数"]), "")
    assert {b.column.name: b.header for b in match.bindings if b.index is not None} == {"household_id": "household_id", "short_days": "缺水天数"}
    assert match.notes == ("“户号”没有使用：户编号已由“household_id”提供", "“停水天数”没有使用：缺水天数已由“缺水天数”提供")


def test_two_headers_with_the_same_right_are_refused_unless_the_mapping_decides() -> None:
    with pytest.raises(TableError) as refusal:
        bound("停水天数", "累计缺水天数")
    assert refusal.value.code == "ambiguous_header" and "“停水天数”（第 1 列）" in refusal.value.message
    assert bound("停水天数", "累计缺水天数", mapping='[columns.short_days]\nfrom = "累计缺水天数"') == {"short_days": "累计缺水天数"}


def test_the_mapping_goes_before_names() -> None:
    mapping = '[columns.rain_mm]\nfrom = "水量"\n[columns.litres_per_person_day]\nfrom = "雨"\n[columns.piped]\nconstant = true'
    assert bound("水量", "雨", "是否入户", mapping=mapping) == {"rain_mm": "水量", "litres_per_person_day": "雨"}
    assert "映射要求的表头“雨”不在表中" in Matcher(FACT_COLUMNS, parse_mapping(mapping, FACT_COLUMNS)).match(single(["水量"]), "").notes[0]


def test_two_rows_lower_wins_upper_fills() -> None:
    headers = double(["户编号", "取水", None, None, "感官评价"], [None, "水平距离", "垂直高差", "", None])
    assert [(h.index, h.text) for h in headers] == [(0, "户编号"), (1, "取水/水平距离"), (2, "取水/垂直高差"), (4, "感官评价")]
    assert "取水水平距离" in headers[1].names


@pytest.mark.parametrize(("rows", "first", "last"), [
    ([["户编号", "是否入户"]], 0, 0),
    ([["台账"], ["户编号", "是否入户"], ["1", "是"]], 1, 1),
    ([["a"], ["b"], [], ["c"], ["d"], ["户编号", "取水", None], [None, "水平距离", "垂直距离"]], 5, 6),
    ([["户编号", "是否入户"], ["household_id", "piped"], ["1", "是"]], 0, 0)])
def test_where_the_header_stands(rows: list[list[str | None]], first: int, last: int) -> None:
    found = find_header(rows, MATCHER)
    assert found is not None and (found.first, found.last) == (first, last)


def test_no_header_among_data() -> None:
    assert find_header([["台账"], ["张三", "13800000000"]], MATCHER) is None
    assert find_header([["题"]] * 11 + [["户编号"]], MATCHER) is None


def test_rows_of_units_numbers_and_the_other_language_belong_to_the_header() -> None:
    rows = [["户编号", "往返时间"], ["household_id", "round_trip_min"], [None, "分钟"], ["H1", "5"]]
    assert below_header(rows, 0, MATCHER) == 2
    assert below_header([["a"], ["1", "2", "3"]], 0, MATCHER) == 0
    assert below_header([["a"], ["1", "2", "3", "4", "5", "6"], ["7"]], 0, MATCHER) == 1


def test_normal_names() -> None:
    assert normal("＊户　编号：") == "户编号" and normal("Ａbc【x】") == "abc(x)"


def test_no_name_means_two_columns() -> None:
    names: dict[str, str] = {}
    for column in FACT_COLUMNS:
        for text in (column.name, column.zh, column.en, *column.aliases):
            assert names.setdefault(normal(text), column.name) == column.name, text


def test_an_unknown_kind_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        Column("x", "某列", kind="colour")
