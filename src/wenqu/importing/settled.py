"""Cheap proof that whole columns of a typed file need no reading at all.

A register of millions of rows in Parquet is nearly always clean. Its own statistics give smallest and greatest values,
and its dictionaries the few distinct words, almost for nothing; only a column that fails here is read cell by cell.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from wenqu.importing.cells import read_cell
from wenqu.importing.columns import Column
from wenqu.importing.plain_sql import is_not_nan, is_number_type

_FEW = 2_000


def settle(con: Any, source: str, columns: Sequence[tuple[Column, str, str]]) -> list[str | None]:
    """For each (column, raw cell, SQL type): the SQL of its value when every cell is surely right, else ``None``."""
    settled: list[str | None] = [None] * len(columns)
    numbers = [at for at, (column, _, kind) in enumerate(columns) if _is_plain_number(column, kind)]
    texts = [at for at, (column, _, kind) in enumerate(columns)
             if column.kind == "text" and kind == "VARCHAR" and column.high is None]
    for at, bounds in _bounds(con, source, [(at, columns[at][1]) for at in numbers]).items():
        if _within(columns[at][0], bounds):
            settled[at] = _number(*columns[at])
    for at, count in _suspects(con, source, [(at, columns[at][1]) for at in texts]).items():
        settled[at] = None if count else columns[at][1]
    for at, (column, cell, kind) in enumerate(columns):
        if column.kind == "yesno" and kind == "BOOLEAN" or column.kind in ("choice", "code") and kind == "VARCHAR" and _all_known(con, source, column, cell):
            settled[at] = cell
    return settled


def _is_plain_number(column: Column, sql_type: str) -> bool:
    # Days in floats need their digits looked at; single precision is widened cell by cell.
    if column.kind not in ("number", "days") or not is_number_type(sql_type) or sql_type == "FLOAT":
        return False
    if column.kind == "days" and sql_type.startswith("DECIMAL"):
        return int(sql_type.rstrip(")").split(",")[1]) <= 10
    return column.kind == "number" or sql_type != "DOUBLE"


def _bounds(con: Any, source: str, cells: Sequence[tuple[int, str]]) -> dict[int, tuple[Any, Any]]:
    if not cells:
        return {}
    row = con.execute(f"SELECT {', '.join(f'min({cell}), max({cell})' for _, cell in cells)} FROM {source}").fetchone()
    return {at: (row[2 * i], row[2 * i + 1]) for i, (at, _) in enumerate(cells)}


def _within(column: Column, bounds: tuple[Any, Any]) -> bool:
    low, high = bounds
    if low is None:
        return True
    if not (math.isfinite(low) and math.isfinite(high)):
        return False
    return (column.low is None or low >= column.low) and (column.high is None or high <= column.high)


def _number(column: Column, cell: str, sql_type: str) -> str:
    # The statistics of a file do not count NaN, which is how a missing number is often written.
    return f"CASE WHEN {is_not_nan(cell, sql_type)} THEN {cell} END" if sql_type == "DOUBLE" else cell


def _suspects(con: Any, source: str, cells: Sequence[tuple[int, str]]) -> dict[int, int]:
    """Texts that do not begin with a digit or a letter, or end in a blank: all strokes and blank cells are among them."""
    if not cells:
        return {}
    odd = [f"{cell} < '0' OR {cell} >= '{{' OR {cell}[1] = '\\' OR {cell}[-1] <= ' ' OR {cell}[-1] > '~' "
           f"OR lower({cell}) = 'nat'" for _, cell in cells]
    row = con.execute(f"SELECT {', '.join(f'count(*) FILTER (WHERE {c})' for c in odd)} FROM {source}").fetchone()
    return {at: row[i] for i, (at, _) in enumerate(cells)}


def _all_known(con: Any, source: str, column: Column, cell: str) -> bool:
    words = con.execute(f"SELECT DISTINCT {cell} FROM {source} WHERE {cell} IS NOT NULL LIMIT {_FEW + 1}").fetchall()
    return len(words) <= _FEW and all(read_cell(column, word).value == word for word, in words)
