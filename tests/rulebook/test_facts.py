"""The catalogue of columns: names, headers, words and contradictions."""

from __future__ import annotations

from dataclasses import fields

import pytest

from wenqu.rulebook.facts import CONTRADICTIONS, FACT_KEYS, FACTS_BY_NAME, contradictions, fold
from wenqu.rulebook.model import Facts, LabResult, SchemeClass


def test_columns_in_the_order_of_the_issue() -> None:
    assert [key.name for key in FACT_KEYS] == [
        "household_id", "division_code", "scheme_class", "piped", "litres_per_person_day", "rain_mm",
        "water_m3_per_head", "round_trip_min", "horizontal_m", "vertical_m", "short_days", "year_days",
        "longest_short_spell_days", "lab_result", "sensory_ok", "has_plant"]
    assert [field.name for field in fields(Facts)] == [key.name for key in FACT_KEYS[2:]]


def test_no_header_belongs_to_two_columns() -> None:
    owners: dict[str, str] = {}
    for key in FACT_KEYS:
        for header in {fold(text) for text in (key.name, key.zh, *key.aliases)}:
            assert owners.setdefault(header, key.name) == key.name


def test_no_word_means_two_things() -> None:
    for key in FACT_KEYS:
        words = [word for choice in key.choices for word in choice.words]
        assert len(words) == len(set(words)), key.name


def test_choices_cover_the_model() -> None:
    assert [c.value for c in FACTS_BY_NAME["scheme_class"].choices] == list(SchemeClass)
    assert [c.value for c in FACTS_BY_NAME["lab_result"].choices] == list(LabResult)


@pytest.mark.parametrize(("name", "cell", "value"), [
    ("scheme_class", "千吨万人", "large"),
    ("scheme_class", "万人", "large"),
    ("scheme_class", " 千人以上 ", "thousand"),
    ("scheme_class", "小型集中", "small"),
    ("scheme_class", "分散式", "decentralised"),
    ("scheme_class", "Urban_Rural", "urban_rural"),
    ("scheme_class", "城乡一体化", "urban_rural"),
    ("scheme_class", "不知道", None),
    ("piped", "是", True),
    ("piped", "√", True),
    ("piped", "ＹＥＳ", True),
    ("piped", "未入户", False),
    ("piped", "×", False),
    ("piped", "0", False),
    ("has_plant", "无", False),
    ("has_plant", "有", True),
    ("sensory_ok", "正常", True),
    ("sensory_ok", "有", None),
    ("sensory_ok", "无", None),
    ("sensory_ok", "异常", False),
    ("lab_result", "合格", "pass"),
    ("lab_result", "不合格", "fail"),
    ("lab_result", "未判定", "undetermined"),
    ("lab_result", "PASS", "pass"),
])
def test_words(name: str, cell: str, value: object) -> None:
    assert FACTS_BY_NAME[name].choose(cell) == value


@pytest.mark.parametrize(("values", "blanked"), [
    ({"short_days": 10, "longest_short_spell_days": 10}, set()),
    ({"short_days": 10, "longest_short_spell_days": 11}, {"short_days", "longest_short_spell_days"}),
    ({"longest_short_spell_days": 300}, set()),
    ({"short_days": 365}, set()),
    ({"short_days": 366}, {"short_days"}),
    ({"short_days": 366, "year_days": 366}, set()),
    ({"short_days": 400, "year_days": 365}, {"short_days", "year_days"}),
    ({"short_days": 400, "year_days": 365, "longest_short_spell_days": 350}, {"short_days", "year_days"}),
    ({"short_days": 50, "year_days": 40, "longest_short_spell_days": 60},
     {"short_days", "year_days", "longest_short_spell_days"}),
    ({"year_days": 40, "longest_short_spell_days": 60}, set()),
    ({}, set()),
])
def test_contradictions_blank_both_cells_at_once(values: dict[str, int], blanked: set[str]) -> None:
    assert {cell for _, cells in contradictions(values) for cell in cells} == blanked


def test_contradictions_name_known_columns() -> None:
    for rule in CONTRADICTIONS:
        assert {rule.more, rule.most} <= set(FACTS_BY_NAME)
