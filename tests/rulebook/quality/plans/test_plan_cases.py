"""The text tables of cases, and that every clause of every plan has one: change a clause and a row of its block fails."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from rulebook.quality.plans.asking import answer
from wenqu.rulebook.clause_cases import Row
from wenqu.rulebook.clauses import Clause
from wenqu.rulebook.manual import numbers_of
from wenqu.rulebook.problems import PackError
from wenqu.rulebook.quality.plans import PlanPack, plan_pack, plan_pack_ids
from wenqu.rulebook.quality.plans.cases import cases_of
from wenqu.rulebook.quality.plans.loader import read_plan
from wenqu.rulebook.quality.plans.model import COUNTED, MEANS, PERIODS, WITHIN

IDS = plan_pack_ids()
NAMED = [(name, row) for name in IDS for row in cases_of(name)]


@pytest.mark.parametrize(("name", "row"), NAMED, ids=[f"{name}:{row.line}" for name, row in NAMED])
def test_the_plan_answers_the_row(name: str, row: Row) -> None:
    assert answer(row.cells[0], plan_pack(name)) == row.cells[1], row.sentence


@pytest.mark.parametrize("name", IDS)
def test_every_clause_has_a_case_and_every_case_a_clause(name: str) -> None:
    clauses = {".".join(path) for path, _ in numbers_of(plan_pack(name).content)}
    assert clauses == set(plan_pack(name).clauses)
    assert {key for row in cases_of(name) for key in row.clauses} == clauses


def _changes(clause: Clause, pack: PlanPack) -> Iterator[dict[str, Any]]:
    """Other tables that a clause might have: other values, other units, none at all (``{}``)."""
    last = clause.key.rsplit(".", 1)[1]
    others: dict[str, tuple[str, ...]] = {"kinds": tuple(pack.kinds), "seasons": tuple(pack.seasons), "sets": tuple(pack.sets), "events": tuple(pack.events),
              "from": tuple(pack.parties), "to": tuple(pack.parties), "means": MEANS, "tasks": tuple(pack.tasks), "classes": ("small", "large", "decentralised")}
    one_of = {"per": PERIODS, "taker": tuple(pack.parties), "after": tuple(pack.reports), "share": ("each", "together")}
    if pack.limits:
        others["items"] = ("ozone",)
    units = {"times": COUNTED, "within": WITHIN}.get(last, ())
    # Of none, working days are as many as days.
    yield from ({"unit": unit} for unit in units if unit != clause.unit and (clause.value, unit) != (0, "working_days"))
    if isinstance(clause.value, int):
        # A window of one day is never more than due soon.
        same = last == "soon" and all(rule.per.text == "day" for rule in pack.tasks.values())
        yield from ({"value": clause.value + step} for step in (1, -1) if not same)
    elif clause.words:
        yield from ({"value": [one for one in clause.words if one != gone]} for gone in clause.words)
        yield from ({"value": [*clause.words, other]} for other in others.get(last, ()) if other not in clause.words)
    elif last == "day":
        yield from ({"value": day} for day in ("01-01", "11-29", "12-30"))
    elif last == "place":
        yield {"value": "别处"}
    else:
        yield from ({"value": other} for other in one_of.get(last, ()) if other != clause.value)
    yield {}


def _with(pack: PlanPack, key: str, change: dict[str, Any]) -> PlanPack:
    content: dict[str, Any] = copy.deepcopy(dict(pack.content))
    if not key.startswith("totals."):
        content.pop("totals", None)  # a total would refuse a change by itself; that it does is tested apart
    place: Any = content
    *way, last = key.split(".")
    for part in way:
        place = place[part]
    if change:
        place[last].update(change)
        if last == "per" and change.get("value") != "season":
            place.pop("seasons", None)  # they go with seasons only
    else:
        del place[last]
    return read_plan(content, "changed.toml")


def _answers(row: Row, pack: PlanPack) -> bool:
    try:
        return answer(row.cells[0], pack) == row.cells[1]
    except (LookupError, ValueError):  # what the row asks for is not there any more
        return False


@pytest.mark.parametrize("name", IDS)
def test_a_changed_clause_fails_a_row_of_its_block(name: str) -> None:
    pack, survived, failing = plan_pack(name), [], set()
    for key, clause in pack.clauses.items():
        rows = [row for row in cases_of(name) if key in row.clauses]
        for change in _changes(clause, pack):
            try:
                other = _with(pack, key, change)
            except PackError:
                continue  # the loader will not have it
            if all(_answers(row, other) for row in rows):
                survived.append((key, change))
            failing.add(key)
    assert not survived
    # What the loader alone holds: a total must be the sum of its tasks, months must fill the year, a set, a task, a report is of something.
    held = {key for key in set(pack.clauses) - failing if not key.startswith("totals.") and not key.endswith((".months", ".kinds", ".by_agent", ".items", ".sets", ".events"))}
    assert held <= ({"warning.soon"} if name == "plan-earthquake" else set())


@pytest.mark.parametrize("name", [name for name in IDS if plan_pack(name).seasons])
def test_a_month_in_the_other_season_fails_a_row(name: str) -> None:
    for month in (1, 4, 5, 10, 11, 12):
        content: dict[str, Any] = copy.deepcopy(dict(plan_pack(name).content))
        for season in ("wet", "dry"):
            months = content["seasons"][season]["months"]["value"]
            content["seasons"][season]["months"]["value"] = [one for one in months if one != month] if month in months else sorted([*months, month])
        other = read_plan(content, "changed.toml")
        assert any(not _answers(row, other) for row in cases_of(name) if "seasons.wet.months" in row.clauses), month
