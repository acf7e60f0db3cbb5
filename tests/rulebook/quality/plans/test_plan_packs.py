"""Plan packs: what they say, what the loader refuses by key and line, a county's own values, and the manual."""

from __future__ import annotations

import copy
import re
from datetime import date
from typing import Any

import pytest

from wenqu.rulebook.canonical import dump_toml
from wenqu.rulebook.every_pack import any_manual, any_pack, every_pack_id
from wenqu.rulebook.manual import numbers_of
from wenqu.rulebook.problems import PackError
from wenqu.rulebook.quality.plans import (
    Done,
    Point,
    State,
    parse_plan,
    plan_pack,
    plan_pack_ids,
    season_of,
    standings,
    tasks,
    with_values,
)
from wenqu.rulebook.quality.plans.calendar import windows
from wenqu.rulebook.quality.plans.loader import PACKS, plan_file, read_plan

IDS = plan_pack_ids()
WATER, RURAL, VEGETABLES, QUAKE = (plan_pack(f"plan-{name}") for name in ("county-water", "rural-water", "vegetables", "earthquake"))
GONE = object()


def cite(value: object, unit: str = "rule") -> dict[str, object]:
    return {"value": value, "unit": unit, "date": "2026", "clause": "第三条", "document": "县文件", "confidence": "sourced"}


@pytest.mark.parametrize("name", IDS)
def test_every_clause_is_cited_by_its_line_or_unverified(name: str) -> None:
    text = (PACKS / f"{name}.toml").read_text(encoding="utf-8")
    for _, clause in numbers_of(plan_pack(name).content):
        assert clause["confidence"] == "unverified" or re.search(r"^篇十[一四六七八] 第\d{3}行$", str(clause["clause"])) and "原文“" in str(clause["note"]), clause
        assert re.fullmatch(r"\d{4}(-\d\d){0,2}", str(clause["date"])), clause
    assert not re.search(r"https?:|www\.", text)
    again = parse_plan(dump_toml(plan_pack(name).content), "again.toml")
    assert (again.digest, again.clauses) == (plan_pack(name).digest, plan_pack(name).clauses)


@pytest.mark.parametrize("name", IDS)
def test_plans_are_on_the_common_shelf_and_their_manuals_name_every_clause(name: str) -> None:
    assert name in every_pack_id() and any_pack(name) is plan_pack(name)
    for lang in ("zh", "en"):
        text = any_manual(any_pack(name), lang)
        assert all(f"  {key}: " in text for key in plan_pack(name).clauses)
    assert "逐条用例" in any_manual(any_pack(name), "zh")


def test_the_manual_reads_as_people_say_it() -> None:
    text = any_manual(VEGETABLES, "zh")
    assert "| 乡镇每月最少监测 [town_month] | 乡镇监管服务站 | 每月 40 个样品 | – | – |" in text and "≤ 8 小时" in text and "≤ 10 个工作日" in text
    assert "| 农贸市场全年检测 [market_year] | 农贸市场检测室 | 每年 1053100 个样品，合计 | – | – |" in text
    text = any_manual(WATER, "zh")
    assert "丰水期、枯水期各 1 个样品" in text and "检出总大肠菌群时加测耐热大肠菌群" in text and "11-30 前" in text and "31项常规指标 [routine31] (31)" in text
    assert "按所用消毒方式应测的余量和副产物" in any_manual(RURAL, "zh") and "（供水 1000 人以上）" in any_manual(plan_pack("plan-water-2022"), "zh")
    assert "（接“乡镇上报异常”）" in any_manual(QUAKE, "zh")


ROUTINE = "tasks.routine"
# (key, new value) -> (key of the problem, its code)
WRONG: list[tuple[str, object, tuple[str, str]]] = [
    ("limits", ["gb5749-1985"], ("limits", "choice_wrong")),
    ("limits", GONE, ("sets.routine31.items.value", "reference_unknown")),
    ("seasons.wet.months.value", [5, 6, 7], ("seasons", "shape_wrong")),
    ("seasons.wet.months.value", [4, 5, 6, 7, 8, 9, 10], ("seasons", "shape_wrong")),
    ("seasons.wet.months.value", [5, 13], ("seasons.wet.months.value", "value_range")),
    ("seasons.wet.months.value", [5, 5], ("seasons.wet.months.value", "value_range")),
    ("seasons.wet.months.value", [], ("seasons.wet.months.value", "value_range")),
    ("seasons.wet.months.value", [True], ("seasons.wet.months.value", "value_range")),
    ("seasons.wet.months.value", GONE, ("seasons.wet.months.value", "key_missing")),
    ("seasons.wet.zh", "", ("seasons.wet.zh", "key_missing")),
    ("sets.residual.items.value", ["gold"], ("sets.residual.items.value", "reference_unknown")),
    ("sets.residual.items", GONE, ("sets.residual", "shape_wrong")),
    ("follow.gold", {"items": cite(["colour"])}, ("follow.gold", "reference_unknown")),
    ("follow.total_coliform.items.value", ["gold"], ("follow.total_coliform.items.value", "reference_unknown")),
    ("kinds", GONE, ("kinds", "key_missing")),
    ("kinds.school.shape", "moon", ("kinds.school.shape", "choice_wrong")),
    ("kinds.School", {"zh": "x", "en": "x", "shape": "school"}, ("kinds.School", "choice_wrong")),
    ("kinds.school.number.unit", "points", ("kinds.school.number.unit", "unit_wrong")),
    ("kinds.city_tap.each.value", 0, ("kinds.city_tap.each.value", "value_range")),
    ("kinds.city_tap.classes.value", ["huge"], ("kinds.city_tap.classes.value", "choice_wrong")),
    (f"{ROUTINE}.kinds.value", ["moon"], (f"{ROUTINE}.kinds.value", "choice_wrong")),
    (f"{ROUTINE}.times.value", 0, (f"{ROUTINE}.times.value", "value_range")),
    (f"{ROUTINE}.times.unit", "hours", (f"{ROUTINE}.times.unit", "unit_wrong")),
    (f"{ROUTINE}.per.value", "month", (ROUTINE, "shape_wrong")),
    (f"{ROUTINE}.per.value", "aeon", (f"{ROUTINE}.per.value", "choice_wrong")),
    (f"{ROUTINE}.seasons", GONE, (ROUTINE, "shape_wrong")),
    (f"{ROUTINE}.sets.value", ["gold"], (f"{ROUTINE}.sets.value", "choice_wrong")),
    (f"{ROUTINE}.taker.value", "nobody", (f"{ROUTINE}.taker.value", "choice_wrong")),
    (f"{ROUTINE}.over", cite(1000, "points"), (f"{ROUTINE}.over.unit", "unit_wrong")),
    (f"{ROUTINE}.price", 3, (f"{ROUTINE}.price", "key_unknown")),
    ("parties.cdc.level", "moon", ("parties.cdc.level", "choice_wrong")),
    ("reports.serious.from.value", ["nobody"], ("reports.serious.from.value", "choice_wrong")),
    ("reports.serious.within.unit", "weeks", ("reports.serious.within.unit", "unit_wrong")),
    ("reports.serious.within", GONE, ("reports.serious", "shape_wrong")),
    ("reports.serious.day", cite("11-30"), ("reports.serious", "shape_wrong")),
    ("reports.serious.after", cite("year"), ("reports.serious.after.value", "reference_unknown")),
    ("reports.returned.after", cite("serious"), ("reports.returned.after", "shape_wrong")),
    ("reports.capacity.day.value", "02-29", ("reports.capacity.day.value", "date_wrong")),
    ("reports.capacity.day.value", "11月30日", ("reports.capacity.day.value", "date_wrong")),
    ("reports.capacity.day", GONE, ("reports.capacity", "shape_wrong")),
    ("warning", GONE, ("warning", "key_missing")),
    ("warning.soon.value", 0, ("warning.soon.value", "value_range")),
    ("warning.soon.confidence", "sourced", ("warning.soon.confidence", "citation_missing")),
    ("totals.all", {"zh": "x", "en": "x", "tasks": cite(["routine"]), "amount": cite(9, "samples")}, ("totals.all.tasks", "key_missing")),
    ("moon", 1, ("moon", "key_unknown")),
]


@pytest.mark.parametrize(("key", "value", "problem"), WRONG, ids=lambda value: value if isinstance(value, str) else "")
def test_the_loader_names_the_key_that_is_wrong(key: str, value: object, problem: tuple[str, str]) -> None:
    content: dict[str, Any] = copy.deepcopy(dict(WATER.content))
    *way, last = key.split(".")
    place: Any = content
    for part in way:
        place = place.setdefault(part, {})
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    with pytest.raises(PackError) as caught:
        read_plan(content, "county.toml")
    assert problem in {(one.key, one.code) for one in caught.value.problems}
    assert all(one.message for one in caught.value.problems)


def test_the_loader_names_the_line_of_what_is_no_toml_and_a_total_that_does_not_add_up(tmp_path: Any) -> None:
    path = tmp_path / "county.toml"
    path.write_text(WATER.text.replace('kind = "monitoring-plan"', "kind = monitoring-plan", 1), encoding="utf-8")
    with pytest.raises(PackError, match="第 2 行第 8 列 TOML 语法错误"):
        plan_file(path)
    with pytest.raises(PackError, match="合计写的是 23076，各项相加是 23088"):
        with_values(VEGETABLES, {"tasks.fast_city.times": 105}, document="市发1号", date="2026")
    by_agent = {"by_agent": cite("yes"), "zh": "x", "en": "x"}
    with pytest.raises(PackError, match=r"sets\.x\.by_agent：按消毒方式定指标"):
        read_plan({**VEGETABLES.content, "sets": {**VEGETABLES.content["sets"], "x": by_agent}}, "county.toml")  # type: ignore[dict-item]


def test_a_county_sets_its_months_and_quotas_by_its_own_document() -> None:
    own = with_values(RURAL, {"seasons.wet.months": [6, 7, 8, 9], "seasons.dry.months": [1, 2, 3, 4, 5, 10, 11, 12], "tasks.seasonal.times": 2,
                              "reports.results.within": (48, "hours")}, document="县卫发〔2026〕3号", date="2026-01-05", clause="第二条")
    assert season_of(own, date(2026, 5, 31)) == "dry" and season_of(RURAL, date(2026, 5, 31)) == "wet"
    clause = own.clauses["tasks.seasonal.times"]
    assert (clause.number, clause.verified, clause.document, clause.clause) == (2, True, "县卫发〔2026〕3号", "第二条")
    assert (own.clauses["reports.results.within"].number, own.clauses["reports.results.within"].unit) == (48, "hours")
    assert own.digest != RURAL.digest and parse_plan(own.text, "kept").digest == own.digest and RURAL.tasks["seasonal"].times.number == 1
    for values, problem in (({"tasks.seasonal.price": 1}, "tasks.seasonal.price"), ({"seasons.wet.months": [6]}, "seasons"), ({"tasks.seasonal.times": 0}, "tasks.seasonal.times.value")):
        with pytest.raises(PackError) as caught:
            with_values(RURAL, values, document="县发1号", date="2026")  # type: ignore[arg-type]
        assert [one.key for one in caught.value.problems] == [problem]
    with pytest.raises(PackError, match="请写明本县的文件名称"):
        with_values(RURAL, {}, document=" ", date="2026")


def test_a_county_pack_extends_a_plan_entry_by_entry() -> None:
    head = 'id = "county"\nkind = "monitoring-plan"\nextends = "plan-rural-water"\nzh = "县"\nen = "county"\nedition = "1"\nregion = "试县"\nin_force = "2026"\n'
    cited = 'date = "2026", clause = "一", document = "县文件", confidence = "sourced" }'
    own = parse_plan(head + f'[tasks.tap]\nzh = "x"\nen = "x"\nkinds = {{ value = ["town_outlet"], unit = "rule", {cited}\ntimes = {{ value = 3, unit = "samples", {cited}\n'
                     f'per = {{ value = "year", unit = "rule", {cited}\n', "county.toml")
    assert list(own.tasks) == ["monthly", "seasonal", "tap"] and own.lineage == ("plan-rural-water",) and own.limits == RURAL.limits
    assert [(task.rule, task.wanted) for task in tasks(own, [Point("a", "town_outlet")], 2026)].count(("tap", 3)) == 1


def test_a_season_over_new_year_has_two_spans_of_the_year_and_a_leap_day() -> None:
    dry, wet = windows(RURAL.tasks["seasonal"], RURAL.seasons, 2028)
    assert dry.spans == ((date(2028, 1, 1), date(2028, 4, 30)), (date(2028, 11, 1), date(2028, 12, 31))) and wet.spans == ((date(2028, 5, 1), date(2028, 10, 31)),)
    assert dry.holds(date(2028, 2, 29)) and not dry.holds(date(2028, 7, 1))
    assert dry.since(date(2028, 6, 1)).spans == ((date(2028, 11, 1), date(2028, 12, 31)),)


def test_items_that_were_not_all_tested_are_told_and_the_task_stays_open() -> None:
    point = Point("a", "plant_tap")
    asked = [task for task in tasks(WATER, [point], 2026) if task.window.id == "2026-wet"]
    every = frozenset(asked[0].items)

    def stand(*done: Done) -> tuple[State, int, tuple[str, ...]]:
        (one,) = standings(WATER, asked, done, [point], date(2026, 11, 1))
        return one.state, one.done, one.lacking

    day = date(2026, 6, 1)
    assert stand(Done("a", day, every - {"lead", "ph"})) == (State.LATE, 0, ("ph", "lead"))
    assert stand(Done("a", day, every - {"lead", "ph"}), Done("a", day, frozenset({"lead", "ph"}))) == (State.DONE, 1, ())
    assert stand(Done("b", day)) == (State.LATE, 0, asked[0].items)


def test_what_all_points_do_together_is_summed_and_what_comes_later_is_not_seen() -> None:
    points = [Point("m1", "market"), Point("m2", "market"), Point("t", "town_station")]
    asked = [task for task in tasks(VEGETABLES, points, 2026) if task.rule == "market_year"]
    done = [Done("m1", date(2026, 1, 31), count=600_000), Done("m2", date(2026, 2, 1), count=453_100), Done("t", date(2026, 1, 2), count=7)]
    assert [(one.state, one.missing) for one in standings(VEGETABLES, asked, done, points, date(2026, 1, 31))] == [(State.DUE, 453_100)]
    assert [(one.state, one.missing) for one in standings(VEGETABLES, asked, done, points, date(2026, 2, 1))] == [(State.DONE, 0)]
