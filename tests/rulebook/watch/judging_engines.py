"""Runs households with their items through both engines: one by one through the reference, as one batch through DuckDB."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

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
_TYPES = {"BOOLEAN": pa.bool_(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "VARCHAR": pa.string(), "DOUBLE": pa.float64()}


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


def _table(columns: Mapping[str, str], cells: Mapping[str, list[object]], numbers: list[int]) -> pa.Table:
    arrays = {"household_id": pa.array(numbers, pa.int32())}
    return pa.table(arrays | {name: pa.array(cells[name], _TYPES[kind]) for name, kind in columns.items()})


def connected(told: Sequence[Told], pack: JudgingPack) -> duckdb.DuckDBPyConnection:
    """A database with the tables ``households`` and ``items``."""
    def cell(house: Household, name: str, kind: str) -> object:
        value = getattr(house, name) if name in COLUMNS else house.facts.get(name) if kind == "BOOLEAN" else house.measures.get(name)
        return float(value) if kind == "DOUBLE" and value is not None else value

    columns = household_columns(pack)
    cells = {name: [cell(house, name, kind) for house, _ in told] for name, kind in columns.items()}
    owned = [(number, item) for number, (_, items) in enumerate(told) for item in items]
    items = {name: [getattr(item, name) for _, item in owned] for name in ITEM_COLUMNS}
    connection = duckdb.connect()
    connection.register("households", _table(columns, cells, list(range(len(told)))))
    connection.register("items", _table(ITEM_COLUMNS, items, [number for number, _ in owned]))
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
