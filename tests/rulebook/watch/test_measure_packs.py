"""Packs of measures: what ships, what the loader refuses, what is usual for a cause and costs."""

from __future__ import annotations

import re
import tomllib
from datetime import date

import pytest

from wenqu.rulebook.canonical import dump_toml
from wenqu.rulebook.every_pack import any_manual, any_pack, every_pack_id
from wenqu.rulebook.manual import numbers_of
from wenqu.rulebook.problems import PackError
from wenqu.rulebook.watch.measures import measure_pack, measure_pack_ids, measures_at, parse_measures
from wenqu.rulebook.watch.measures.loader import PACKS

OLD = measure_pack("measures-2020")
HEAD = 'id = "county"\nkind = "watch-measures"\nextends = "measures-2020"\nzh = "县"\nen = "county"\nedition = "1"\nregion = "试县"\nin_force = "2021"\n'
CITED = 'date = "2021", clause = "not found", document = "not found", confidence = "unverified" }'


def _problems(text: str) -> set[tuple[str, str]]:
    with pytest.raises(PackError) as caught:
        parse_measures(text, "county.toml")
    return {(one.key, one.code) for one in caught.value.problems}


@pytest.mark.parametrize("name", measure_pack_ids())
def test_every_rule_is_cited_and_the_text_reads_back_to_the_same_pack(name: str) -> None:
    for _, number in numbers_of(tomllib.loads((PACKS / f"{name}.toml").read_text(encoding="utf-8"))):
        assert number["document"] != "not found" or number["confidence"] == "unverified", number
        assert re.fullmatch(r"\d{4}(-\d\d){0,2}", str(number["date"])), number
    pack = measure_pack(name)
    again = parse_measures(dump_toml(pack.content), "kept")
    assert again.digest == pack.digest and again.kinds == pack.kinds and again.usual == pack.usual and again.visits == pack.visits and again.insurance == pack.insurance


def test_packs_of_measures_are_on_the_common_shelf() -> None:
    assert {"measures-2020", "measures-2026"} <= set(every_pack_id())
    text = any_manual(any_pack("measures-2020"), "zh")
    assert "低保保障" in text and "通常费用 = 6000 元/户 〔未核实〕" in text and "illness: 医疗保障、危房改造" in text
    assert "home" not in any_manual(OLD, "zh") and "visit at home" in any_manual(OLD, "en")


def test_all_costs_are_marked_as_unverified() -> None:
    assert all(kind.cost is not None and not kind.cost.verified for kind in OLD.kinds.values())


def test_the_eight_types_of_the_county_report_are_there() -> None:
    """篇十三: 2,823 measures of eight types."""
    told = {"低保保障": 977, "困难残疾人生活补贴和重度护理补贴": 33, "协调子女赡养": 6, "教育政策": 48, "产业奖补": 4, "务工就业奖补": 289, "医疗保障": 802, "危房改造": 664}
    assert sum(told.values()) == 2823
    assert set(told) <= {kind.zh for kind in OLD.offered}


def test_usual_measures_and_their_cost() -> None:
    assert [kind.id for kind in OLD.usual_for("schooling")] == ["schooling", "dibao"]
    assert OLD.cost_of("schooling") == (800_000, 0)
    assert OLD.usual_for("no_labour") == () and OLD.cost_of("no_labour") == (0, 0)


def test_a_county_replaces_an_entry_and_leaves_the_cost_open() -> None:
    county = parse_measures(
        HEAD + f'[kinds.schooling]\nzh = "助学金"\nen = "grant"\ndepartment = "education"\napplies = {{ value = "yes", unit = "rule", {CITED}\n'
        f'[kinds.dibao]\nzh = "低保"\nen = "dibao"\ndepartment = "civil"\napplies = {{ value = "no", unit = "rule", {CITED}\n', "county.toml")
    assert county.cost_of("schooling") == (0, 1)
    assert "dibao" not in {kind.id for kind in county.offered} and county.kinds["medical"] == OLD.kinds["medical"]


@pytest.mark.parametrize(("text", "problem"), [
    (f'[kinds.x]\nzh = "x"\nen = "x"\ndepartment = "nobody"\napplies = {{ value = "yes", unit = "rule", {CITED}\n', ("kinds.x.department", "reference_unknown")),
    (f'[usual.illness]\nkinds = ["magic"]\napplies = {{ value = "yes", unit = "rule", {CITED}\n', ("usual.illness.kinds", "reference_unknown")),
    (f'[visits]\nevery = {{ value = 0, unit = "月", {CITED}\nwhom = {{ value = "all", unit = "rule", {CITED}\n', ("visits.every.value", "value_range")),
    (f'[insurance]\nlist_day = {{ value = 31, unit = "日", {CITED}\nnotice_days = {{ value = 5, unit = "d", {CITED}\nsample = {{ value = 10, unit = "%", {CITED}\n',
     ("insurance.list_day.value", "value_range")),
    (f'[insurance]\nlist_day = {{ value = 5, unit = "日", {CITED}\n', ("insurance.notice_days", "key_missing")),
    (f'[visits]\nevery = {{ value = 1, unit = "天", {CITED}\nwhom = {{ value = "some", unit = "rule", {CITED}\n', ("visits.whom.value", "choice_wrong")),
    (f'[kinds.dibao]\nzh = "x"\nen = "x"\ndepartment = "civil"\napplies = {{ value = "yes", unit = "rule", {CITED}\n'
     f'cost = {{ value = 1.234, unit = "元/户", {CITED}\n', ("kinds.dibao.cost.value", "value_range")),
    ('[kinds.dibao]\nzh = "x"\nen = "x"\ndepartment = "civil"\nprice = 3\n', ("kinds.dibao.price", "key_unknown")),
    ('kinds = {}\n', ("kinds", "key_missing")),
], ids=lambda value: value[0] if isinstance(value, tuple) else "")
def test_the_loader_names_what_is_wrong(text: str, problem: tuple[str, str]) -> None:
    head = HEAD.replace('extends = "measures-2020"\n', "") if text.startswith("kinds =") else HEAD
    assert problem in _problems(head + text)


def test_the_pack_in_force_at_a_day() -> None:
    assert measures_at(date(2019, 1, 1)).id == "measures-2020"
    assert measures_at(date(2025, 12, 31)).id == "measures-2020" and measures_at(date(2026, 1, 1)).id == "measures-2026"


def test_whom_the_contact_person_visits() -> None:
    assert OLD.visited("edge") and not OLD.visited("unstable")
    assert measure_pack("measures-2026").visited("object")


def test_words_of_a_sheet_find_kind_and_department() -> None:
    kind, unit = OLD.kind_named("农村低保"), OLD.department_named("民政局")
    assert kind and kind.id == "dibao" and unit and unit.id == "civil"
    assert OLD.kind_named("没有这种") is None and OLD.department_named("没有这个") is None
