"""Finds, resolves and checks monitoring plans: TOML in, frozen ``PlanPack`` out, or ``PackError`` with everything wrong.

How a pack extends another is told in ``heads``; every collection of named entries is replaced entry by entry.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wenqu.rulebook.clauses import Reader
from wenqu.rulebook.heads import Resolve, Shelf, inherit, read_head, read_toml
from wenqu.rulebook.loader import load_pack, pack_ids
from wenqu.rulebook.problems import PackError, PackProblem, Problems
from wenqu.rulebook.quality.plans.calendar import sum_of
from wenqu.rulebook.quality.plans.model import COUNTED, KIND, PlanPack, PointKind, TaskRule, Total
from wenqu.rulebook.quality.plans.reading import (
    MOST_TIMES,
    entries,
    read_follow,
    read_kinds,
    read_named,
    read_parties,
    read_reports,
    read_seasons,
    read_sets,
    read_tasks,
)
from wenqu.rulebook.schema import NOT_FOUND, Table
from wenqu.rulebook.water import WaterLimits

PACKS = Path(__file__).parent / "packs"
_ENTRIES = ("items", "seasons", "parties", "sets", "kinds", "tasks", "follow", "events", "reports", "totals")
Given = int | str | Sequence[int] | Sequence[str] | tuple[int, str]


def parse_plan(text: str, origin: str, resolve: Resolve | None = None) -> PlanPack:
    """A monitoring plan from its TOML text. ``origin`` names it in problems; ``resolve`` finds the pack that it extends."""
    problems = Problems(origin)
    return read_plan(inherit(read_toml(text, problems), (KIND,), _ENTRIES, resolve or SHELF.pack, problems), origin, problems)


def read_plan(content: Mapping[str, object], origin: str, problems: Problems | None = None) -> PlanPack:
    """A monitoring plan from resolved content; ``PackError`` with all that is wrong, what was found before included."""
    problems = problems or Problems(origin)
    root, reader = Table(content, "", problems), Reader()
    head = read_head(root, (KIND,), content, origin)
    packs = [load_pack(name).water for name in root.texts("limits", pack_ids("water-limits"))]
    limits = tuple(water for water in packs if isinstance(water, WaterLimits))
    items = read_named(root, "items")
    known = {*items, *(name for water in limits for name in (*water.items, *water.residuals))}
    parties, events, seasons = read_parties(root), read_named(root, "events"), read_seasons(root, reader)
    sets, kinds = read_sets(root, reader, known), read_kinds(root, reader)
    _check_agents(root, sets, limits)
    tasks = read_tasks(root, reader, tuple(kinds), tuple(seasons), tuple(sets), tuple(parties))
    pack = PlanPack(
        **vars(head), limits=limits, items=items, parties=parties, events=events, seasons=seasons, sets=sets, kinds=kinds, tasks=tasks,
        follow=read_follow(root, reader, known), reports=read_reports(root, reader, tuple(parties), tuple(events)),
        totals=_totals(root, reader, kinds, tasks), soon=reader.must(_soon(root, reader)), clauses=reader.clauses)
    root.done()
    problems.refuse()
    return pack


def with_values(pack: PlanPack, values: Mapping[str, Given], *, document: str, date: str, clause: str = NOT_FOUND) -> PlanPack:
    """The plan with values set by the key of their clause ("seasons.wet.months", "tasks.tap.times"), sourced by a document
    of the county from then on. A limit takes ``(12, "hours")``. ``PackError`` names every key that is unknown or not fit."""
    if not document.strip() or document == NOT_FOUND:
        raise PackError([PackProblem(pack.origin, "document", "citation_missing", "请写明本县的文件名称")])
    content: dict[str, Any] = copy.deepcopy(dict(pack.content))
    problems = Problems(pack.origin)
    for key, given in values.items():
        if key not in pack.clauses:
            problems.add(key, "key_unknown", f"没有“{key}”这一项")
            continue
        place: Any = content
        for part in key.split("."):
            place = place[part]
        limit = isinstance(given, tuple) and len(given) == 2 and isinstance(given[1], str) and isinstance(given[0], int)
        value, unit = (given[0], given[1]) if limit else (given, place["unit"])  # type: ignore[index]
        place.clear()
        place.update(value=list(value) if isinstance(value, list | tuple) else value, unit=unit, date=date, clause=clause, document=document, confidence="sourced")
    problems.refuse()
    return read_plan(content, pack.origin)


def _check_agents(root: Table, sets: Mapping[str, Any], limits: Sequence[WaterLimits]) -> None:
    for one in sets.values():
        if one.by_agent is not None and not limits:
            root.problems.add(one.by_agent.key, "reference_unknown", "按消毒方式定指标，要在 limits 里写明水质限值包")


def _soon(root: Table, reader: Reader) -> Any:
    table = root.table("warning")
    if table is None:
        return None
    found = reader.number(table, "soon", "d", 366)
    table.done()
    return found


def _totals(root: Table, reader: Reader, kinds: Mapping[str, PointKind], tasks: Mapping[str, TaskRule]) -> dict[str, Total]:
    """Sums that the plan tells; a sum that its own tasks do not make up is a slip of the pen somewhere."""
    found = {}
    for key, table, names in entries(root, "totals"):
        total = Total(*names, reader.must(reader.words(table, "tasks", tuple(tasks))),
                      reader.must(reader.number(table, "amount", COUNTED, MOST_TIMES)))
        summed = [sum_of(tasks[name], kinds) for name in total.tasks.words]
        if None in summed:
            table.problems.add(table.path("tasks"), "key_missing", "各类监测点要写明数量（number）才能合计")
        elif total.tasks.words and sum(one or 0 for one in summed) != total.amount.number:
            table.problems.add(f"{total.amount.key}.value", "value_range", f"合计写的是 {total.amount.number}，各项相加是 {sum(one or 0 for one in summed)}")
        found[key] = total
        table.done()
    return found


SHELF = Shelf(PACKS, "监测方案包", parse_plan)
plan_pack_ids, plan_pack, plan_file = SHELF.ids, SHELF.pack, SHELF.from_file
