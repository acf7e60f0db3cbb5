"""Finds, resolves and checks packs of measures: TOML in, frozen ``MeasurePack`` out, or ``PackError`` with everything wrong.

How a pack extends another is told in ``heads``; departments, kinds and what is usual are replaced entry by entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from wenqu.rulebook.heads import Resolve, Shelf, inherit, read_head, read_toml
from wenqu.rulebook.problems import Problems
from wenqu.rulebook.schema import Table, number
from wenqu.rulebook.watch.judging.cells import YES_NO, money, named_tables, word
from wenqu.rulebook.watch.measures.model import (
    EDGE,
    EVERYBODY,
    KIND,
    PER_HOUSEHOLD,
    Department,
    Insurance,
    MeasureKind,
    MeasurePack,
    Usual,
    Visits,
)

PACKS = Path(__file__).parent / "packs"
_ENTRIES = ("departments", "kinds", "usual")


def measures_at(on: date) -> MeasurePack:
    """The newest pack that came with Wenqu and was in force on a day: for a county that adopted none."""
    packs = sorted((measure_pack(name) for name in measure_pack_ids()), key=lambda pack: pack.in_force)
    return next((pack for pack in reversed(packs) if pack.in_force <= on.isoformat()), packs[0])


def parse_measures(text: str, origin: str, resolve: Resolve | None = None) -> MeasurePack:
    """A pack of measures from its TOML text. ``origin`` names it in problems; ``resolve`` finds the pack that it extends."""
    problems = Problems(origin)
    return read_pack(inherit(read_toml(text, problems), (KIND,), _ENTRIES, resolve or SHELF.pack, problems), origin, problems)


def read_pack(content: Mapping[str, object], origin: str, problems: Problems | None = None) -> MeasurePack:
    """A pack of measures from resolved content; ``PackError`` with all that is wrong, what was found before included."""
    problems = problems or Problems(origin)
    root = Table(content, "", problems)
    departments = {key: _department(key, table) for key, table in named_tables(root, "departments")}
    kinds = {key: _kind(key, table, departments) for key, table in named_tables(root, "kinds")}
    pack = MeasurePack(
        **vars(read_head(root, (KIND,), content, origin)), departments=departments, kinds=kinds,
        usual={key: _usual(key, table, kinds) for key, table in named_tables(root, "usual")}, visits=_visits(root), insurance=_insurance(root))
    if not kinds:
        problems.add("kinds", "key_missing", "至少要有一种帮扶措施")
    root.done()
    problems.refuse()
    return pack


def _department(key: str, table: Table) -> Department:
    found = Department(key, table.text("zh"), table.text("en"), table.texts("names"))
    table.done()
    return found


def _kind(key: str, table: Table, departments: Mapping[str, Department]) -> MeasureKind:
    found = MeasureKind(key, table.text("zh"), table.text("en"), table.texts("names"), table.text("department"), word(table, "applies", YES_NO),
                        money(table, "cost", PER_HOUSEHOLD, required=False))
    if found.department and found.department not in departments:
        table.problems.add(table.path("department"), "reference_unknown", f"没有“{found.department}”这个部门")
    table.done()
    return found


def _usual(key: str, table: Table, kinds: Mapping[str, MeasureKind]) -> Usual:
    names = table.texts("kinds", required=True)
    for name in names:
        if name not in kinds:
            table.problems.add(table.path("kinds"), "reference_unknown", f"没有“{name}”这种措施")
    found = Usual(key, tuple(name for name in names if name in kinds), word(table, "applies", YES_NO))
    table.done()
    return found


def _visits(root: Table) -> Visits | None:
    table = root.table("visits")
    if table is None:
        return None
    every, whom = number(table, "every", "月"), word(table, "whom", (EVERYBODY, EDGE))
    ways = {}
    for key, way in named_tables(table, "ways"):
        ways[key] = (way.text("zh"), way.text("en"))
        way.done()
    table.done()
    if every is None:
        return None
    if not isinstance(every.value, int) or not 1 <= every.value <= 12:
        root.problems.add("visits.every.value", "value_range", f"{every.value} 不合理，应是 1 到 12 的整数")
    return Visits(every, whom, ways)


def _insurance(root: Table) -> Insurance | None:
    table = root.table("insurance", required=False)
    if table is None:
        return None
    found = [number(table, name, unit) for name, unit in (("list_day", "日"), ("notice_days", "d"), ("sample", "%"))]
    table.done()
    day, notice, sample = found
    if day is None or notice is None or sample is None:
        return None
    for name, one, low, high in (("list_day", day, 1, 28), ("notice_days", notice, 1, 60), ("sample", sample, 0, 100)):
        if not isinstance(one.value, int) or not low <= one.value <= high:
            root.problems.add(f"insurance.{name}.value", "value_range", f"{one.value} 不合理，应是 {low} 到 {high} 的整数")
    return Insurance(day, notice, sample)


SHELF = Shelf(PACKS, "帮扶措施包", parse_measures)
measure_pack_ids, measure_pack, measure_file = SHELF.ids, SHELF.pack, SHELF.from_file
