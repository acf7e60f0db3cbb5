"""Reads the tables of a monitoring plan strictly: unknown keys, bad words and values without a source are problems."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from wenqu.rulebook.clauses import Clause, Reader
from wenqu.rulebook.indicators import CLASSES
from wenqu.rulebook.quality.plans.model import (
    COUNTED,
    EACH,
    LEVELS,
    MEANS,
    PERIODS,
    SHAPES,
    TOGETHER,
    WITHIN,
    YES,
    ItemSet,
    Named,
    Party,
    PointKind,
    ReportRule,
    Season,
    TaskRule,
)
from wenqu.rulebook.schema import Table

MOST_TIMES = 100_000_000
MOST_PEOPLE = 100_000_000
_ID = re.compile(r"[a-z][a-z0-9_]*")
_DAY = re.compile(r"(\d{2})-(\d{2})")


def entries(root: Table, name: str, required: bool = False) -> Iterator[tuple[str, Table, tuple[str, str, str]]]:
    """The named tables of a table with (id, zh, en)."""
    for key, table in root.tables(name, required):
        if not _ID.fullmatch(key):
            root.problems.add(table.key, "choice_wrong", f"编号“{key}”只能用小写字母、数字和下划线")
        yield key, table, (key, table.text("zh"), table.text("en"))


def read_named(root: Table, name: str) -> dict[str, Named]:
    """Things that only have a name."""
    found = {}
    for key, table, names in entries(root, name):
        found[key] = Named(*names)
        table.done()
    return found


def read_parties(root: Table) -> dict[str, Party]:
    """Who samples, tells or is told."""
    found = {}
    for key, table, names in entries(root, "parties"):
        found[key] = Party(*names, table.choice("level", LEVELS))
        table.done()
    return found


def read_seasons(root: Table, reader: Reader) -> dict[str, Season]:
    """Seasons: together they hold every month of the year once, so that no day is in none or in two."""
    found = {}
    for key, table, names in entries(root, "seasons"):
        found[key] = Season(*names, reader.must(reader.numbers(table, "months", "month", 1, 12)))
        table.done()
    months = [month for season in found.values() for month in season.months.numbers]
    if found and sorted(months) != list(range(1, 13)):
        twice = sorted({month for month in months if months.count(month) > 1})
        missing = sorted(set(range(1, 13)) - set(months))
        told = [f"{'、'.join(map(str, one))} 月{word}" for one, word in ((missing, "不属于任何一期"), (twice, "属于两期")) if one]
        root.problems.add("seasons", "shape_wrong", f"十二个月每月要属于一期：{'，'.join(told)}")
    return found


def read_sets(root: Table, reader: Reader, known: Collection[str]) -> dict[str, ItemSet]:
    """Sets of items; each item is one of the plan's own or of the standards it names."""
    found = {}
    for key, table, names in entries(root, "sets"):
        items, by_agent = reader.words(table, "items", None, required=False), reader.word(table, "by_agent", (YES,), required=False)
        _check(table, items, known, "指标")
        if items is None and by_agent is None:
            table.problems.add(table.key, "shape_wrong", "items 和 by_agent 至少写一种")
        found[key] = ItemSet(*names, items, by_agent)
        table.done()
    return found


def read_follow(root: Table, reader: Reader, known: Collection[str]) -> dict[str, Clause]:
    """What else is tested where an item was detected."""
    found = {}
    for key, table in root.tables("follow"):
        if key not in known:
            table.problems.add(table.key, "reference_unknown", f"没有“{key}”这个指标")
        further = reader.must(reader.words(table, "items", None))
        _check(table, further, known, "指标")
        found[key] = further
        table.done()
    return found


def read_kinds(root: Table, reader: Reader) -> dict[str, PointKind]:
    """Kinds of points."""
    found = {}
    for key, table, names in entries(root, "kinds", required=True):
        found[key] = PointKind(
            *names, table.choice("shape", SHAPES), reader.words(table, "classes", CLASSES, required=False),
            reader.number(table, "each", "points", 100, required=False), reader.number(table, "number", "subjects", 1_000_000, required=False),
            reader.text(table, "place", required=False))
        table.done()
    return found


def read_tasks(root: Table, reader: Reader, kinds: Sequence[str], seasons: Sequence[str], sets: Sequence[str], parties: Sequence[str]) -> dict[str, TaskRule]:
    """What is due, how often."""
    found = {}
    for key, table, names in entries(root, "tasks"):
        per = reader.must(reader.word(table, "per", PERIODS))
        rule = TaskRule(
            *names, reader.must(reader.words(table, "kinds", kinds)), reader.must(reader.number(table, "times", COUNTED, MOST_TIMES)), per,
            reader.words(table, "seasons", seasons, required=False), reader.words(table, "sets", sets, required=False),
            reader.number(table, "over", "people", MOST_PEOPLE, required=False), reader.word(table, "share", (EACH, TOGETHER), required=False),
            reader.word(table, "taker", parties, required=False))
        if (per.text == "season") != (rule.seasons is not None):
            table.problems.add(table.key, "shape_wrong", "按季监测（per = season）时要写 seasons，其他时候不写")
        found[key] = rule
        table.done()
    return found


def read_reports(root: Table, reader: Reader, parties: Sequence[str], events: Sequence[str]) -> dict[str, ReportRule]:
    """Who tells whom. A report may follow one that stands before it, so that none waits for itself."""
    found: dict[str, ReportRule] = {}
    for key, table, names in entries(root, "reports"):
        after = reader.word(table, "after", tuple(found), required=False)
        rule = ReportRule(
            *names, reader.must(reader.words(table, "from", parties)), reader.must(reader.words(table, "to", parties)),
            reader.words(table, "means", MEANS, required=False), reader.words(table, "events", events, required=False),
            reader.number(table, "within", WITHIN, 9999, required=False, least=0), after, reader.text(table, "day", required=False))
        if (rule.day is None) == (rule.events is None) or (rule.events is None) != (rule.within is None) or (after is not None and rule.events is None):
            table.problems.add(table.key, "shape_wrong", "只能写一种：events 加 within（可加 after），或 day")
        first = found.get(after.text) if after is not None else None
        if first is not None and rule.events is not None and not set(rule.events.words) <= set(first.events.words if first.events else ()):
            table.problems.add(table.path("after"), "shape_wrong", f"“{first.id}”不是这几种情形都要报的，不能接在它后面")
        if rule.day is not None and not _is_day(rule.day.text):
            table.problems.add(f"{rule.day.key}.value", "date_wrong", f"“{rule.day.text}”不是月日，应写成 11-30")
        found[key] = rule
        table.done()
    return found


def _is_day(text: str) -> bool:
    match = _DAY.fullmatch(text)
    try:
        return match is not None and bool(date(2023, int(match[1]), int(match[2])))  # a day of every year
    except ValueError:
        return False


def _check(table: Table, clause: Clause | None, known: Collection[str], what: str) -> None:
    for word in clause.words if clause else ():
        if word not in known:
            table.problems.add(f"{clause.key}.value" if clause else table.key, "reference_unknown", f"没有“{word}”这个{what}")
