"""What every reader of files hands over: sheets of raw cells that DuckDB can query, kept on disk.

A sheet is a query with ``_row`` (the row number that the user's own program shows) and ``c0``, ``c1``… as text, or,
for Parquet, with the file's own columns and types.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wenqu.importing.refusal import TableError


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
    ragged: bool = False
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


def unreadable(path: Path, why: str) -> TableError:
    """The refusal for a file that is not the table its name promises."""
    return TableError("not_a_table", f"{path.name} 不是能读的表格：{why}")
