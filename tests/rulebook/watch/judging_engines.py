"""Runs households with their items through both engines: one by one through the reference, as one batch through DuckDB."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from wenqu.rulebook.model import Number
from wenqu.rulebook.watch.judging.facts import COLUMNS, ITEM_COLUMNS, Household, Item, household_columns
from wenqu.rulebook.watch.judging.lines import SetLine
from wenqu.rulebook.watch.judging.model import JudgingPack
from wenqu.rulebook.watch.judging.reference import judge
from wenqu.rulebook.watch.judging.vectorised import judge_sql
from wenqu.rulebook.watch.judging.window import Window

Told = tuple[Household, tuple[Item, ...]]
Row = dict[str, object]
WINDOW = Window(202006, 202105)


def any_line(value: object = 5000, edge: str = "under") -> SetLine:
    """A line for packs without one."""
    cited = ("2021", "not found", "not found", "unverified")
    return SetLine(Number(value, "元/(人·a)", *cited), Number(edge, "rule", *cited))  # type: ignore[arg-type]


def set_line(pack: JudgingPack) -> SetLine:
    """The line that a pack gives, reference or not, else that of the tests."""
    own = pack.line
    return SetLine(own.limit, own.edge) if own and own.limit else SetLine(any_line().limit, own.edge) if own else any_line()


def one_by_one(told: Sequence[Told], pack: JudgingPack, line: SetLine | None = None, window: Window = WINDOW) -> list[Row]:
    """The oracle's answers in the shape of the output table."""
    return [judge(house, items, pack, window=window, line=line or set_line(pack)).row() for house, items in told]


def connected(told: Sequence[Told], pack: JudgingPack) -> duckdb.DuckDBPyConnection:
    """A database with the tables ``households`` and ``items``."""
    connection = duckdb.connect()
    columns = household_columns(pack)
    shape = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    connection.execute(f"CREATE TABLE households (household_id INTEGER, {shape})")
    shape = ", ".join(f'"{name}" {kind}' for name, kind in ITEM_COLUMNS.items())
    connection.execute(f"CREATE TABLE items (household_id INTEGER, {shape})")
    rows, items = [], []
    for number, (house, own) in enumerate(told):
        cells = [getattr(house, name) if name in COLUMNS else house.facts.get(name) if kind == "BOOLEAN" else house.measures.get(name)
                 for name, kind in columns.items()]
        rows.append([number, *cells])
        items += [[number, *(getattr(item, name) for name in ITEM_COLUMNS)] for item in own]
    for table, content, width in (("households", rows, len(columns)), ("items", items, len(ITEM_COLUMNS))):
        if content:
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * (width + 1))})", content)
    return connection


def as_batch(told: Sequence[Told], pack: JudgingPack, line: SetLine | None = None, window: Window = WINDOW) -> list[Row]:
    """The column engine's answers, in the order of the households."""
    connection = connected(told, pack)
    sql = judge_sql(pack, "households", "items", window=window, line=line or set_line(pack))
    result = connection.execute(f"{sql} ORDER BY household_id")
    names = [column[0] for column in result.description]
    rows = [dict(zip(names[1:], row[1:], strict=True)) for row in result.fetchall()]
    connection.close()
    return rows
