"""Reads ladders: outcomes in order, each with the ways into it (objects, colours, classes)."""

from __future__ import annotations

from collections.abc import Iterable

from wenqu.rulebook.schema import Table
from wenqu.rulebook.watch.judging.cells import ID, PER_HEAD, YES_NO, money, named_tables, word
from wenqu.rulebook.watch.judging.model import Entry, Ladder, Named, Way

_ASKS = ("was_poor", "income", "at_least", "under", "average", "gap", "trouble", "stable", "risk", "marked", "causes")


def read_ladder(root: Table, name: str, causes: Iterable[Named]) -> Ladder:
    """The outcomes of a ladder in their order: the first that holds is the answer."""
    known = tuple(cause.id for cause in causes)
    found = []
    for key, table in named_tables(root, name):
        ways = tuple(_way(row, f"{table.key}.ways.{index}", known) for index, row in enumerate(table.rows("ways"), start=1))
        table.get("ways", list, required=True)
        found.append(Entry(key, table.text("zh"), table.text("en"), table.key, ways))
        table.done()
    return tuple(found)


def read_classes(root: Table, causes: Iterable[Named]) -> dict[str, Ladder]:
    """The classifications of households out of poverty, each a ladder."""
    group = root.table("classes", required=False)
    names = tuple(causes)
    for key in group.data if group else ():
        if not ID.fullmatch(key):
            root.problems.add(f"classes.{key}", "choice_wrong", f"编号“{key}”只能用小写字母、数字和下划线")
    return {key: read_ladder(group, key, names) for key in group.data} if group else {}


def _flag(row: Table, name: str) -> bool | None:
    return row.choice(name, YES_NO) == "yes" if row.has(name) else None


def _text(row: Table, name: str, *allowed: str) -> str:
    return row.choice(name, allowed) if row.has(name) else ""


def _way(row: Table, key: str, causes: tuple[str, ...]) -> Way:
    if not any(row.has(name) for name in _ASKS):
        row.problems.add(row.key, "shape_wrong", "至少要写一个条件")
    way = Way(
        key=key, applies=word(row, "applies", YES_NO), was_poor=_flag(row, "was_poor"), income=_text(row, "income", "below", "reached"),
        at_least=money(row, "at_least", PER_HEAD, required=False), under=money(row, "under", PER_HEAD, required=False),
        average=_text(row, "average", "reached", "under"), gap=_flag(row, "gap"), trouble=_text(row, "trouble", "heavy", "collapsed", "either", "neither"),
        stable=_flag(row, "stable"), risk=_flag(row, "risk"), marked=_flag(row, "marked"), causes=row.texts("causes", causes),
    )
    row.done()
    return way
