"""What every reader of files hands over: sheets of raw cells that DuckDB can query, kept on disk.

A sheet is a query with ``_row`` (the row number that the user's own program shows) and ``c0``, ``c1``… as text, or,
for Parquet, with the file's own columns and types.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wenqu.importing.refusal import TableError

BATCH = 50_000


@dataclass(frozen=True, slots=True)
class RawColumn:
    """One column of raw cells: its SQL name and type, and the letter (or name) that a user knows it by."""

    sql: str
    sql_type: str
    letter: str
    index: int


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet of raw cells. ``source`` is a SQL table expression."""

    name: str
    source: str
    columns: tuple[RawColumn, ...]
    visible: bool = True
    typed: bool = False
    path: Path | None = None


def letters(index: int) -> str:
    """Excel's name of a 0-based column: 0 -> A, 26 -> AA."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def quote(name: str) -> str:
    """A SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """A SQL text literal."""
    return "'" + text.replace("'", "''") + "'"


def parquet_source(path: Path, options: str = "") -> str:
    """``read_parquet`` of exactly this file, whatever wildcard characters its name holds."""
    literal = "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
    return f"read_parquet({text_literal(literal)}{options})"


def write_text_sheet(
    path: Path, name: str, indexes: Sequence[int], batches: Iterator[list[pa.Array]], *, visible: bool = True
) -> RawSheet:
    """Write batches of [row numbers, text columns…] to Parquet and describe them. ``indexes`` are 0-based places."""
    schema = pa.schema([("_row", pa.int32()), *((f"c{index}", pa.string()) for index in indexes)])
    with pq.ParquetWriter(path, schema, compression="lz4") as writer:
        for arrays in batches:
            writer.write_batch(pa.record_batch(arrays, schema=schema), row_group_size=BATCH)
    columns = tuple(RawColumn(f"c{index}", "VARCHAR", letters(index), index) for index in indexes)
    return RawSheet(name, parquet_source(path), columns, visible, path=path)


def head(con: Any, sheet: RawSheet, last_row: int = 60) -> list[tuple[Any, ...]]:
    """The first rows as (row number, cells…), for finding the header."""
    names = ", ".join(column.sql for column in sheet.columns)
    return list(con.execute(f"SELECT _row, {names} FROM {sheet.source} WHERE _row <= {last_row} ORDER BY _row").fetchall())


def unreadable(path: Path, why: str) -> TableError:
    """The refusal for a file that is not the table its name promises."""
    return TableError("not_a_table", f"{path.name} 不是能读的表格：{why}")
