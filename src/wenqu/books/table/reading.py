"""One book: any table as rows of (key, town, normal values), columnar on disk; the cells as written stay beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from wenqu.books.table.normal import normal_sql
from wenqu.importing.coercion import Coerced, coerce
from wenqu.importing.columns import Column
from wenqu.importing.headers import Header, Match, Matcher, double, normal, single
from wenqu.importing.mapping import Mapping
from wenqu.importing.plain_sql import raw_text
from wenqu.importing.stage_text import head
from wenqu.importing.staging import RawColumn, letters, parquet_source, quote, text_literal
from wenqu.importing.tables import Sheet, Table, read_table

Progress = Callable[[str], None]
# What a spreadsheet makes of a long number: nobody can say which row it was.
_WRECK = r"\d(\.\d+)?E\+?\d+"


@dataclass
class Side:
    """One of the two books, `name` «ours» or «theirs». `source` is a SQL source of its rows once they are settled."""

    name: str
    con: Any
    workdir: Path
    table: Table
    mapping: Mapping
    columns: tuple[Column, ...]
    coerced: Coerced | None = None
    source: str = ""
    # What a row's place is called where the rows are our system's own and have no sheet.
    called: str = ""

    @property
    def present(self) -> tuple[str, ...]:
        """Names of the columns that have cells, in the order of the columns."""
        found = {b.column.name for sheet in self.table.sheets for b in sheet.match.bindings if b.present}
        return tuple(column.name for column in self.columns if column.name in found)

    @property
    def unplaced(self) -> list[str]:
        """Headers that feed no column."""
        return list(dict.fromkeys(text for sheet in self.table.sheets for text in sheet.match.unmatched))

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def open_side(con: Any, name: str, path: Path, workdir: Path, columns: Sequence[Column], mapping: Mapping | None, progress: Progress) -> Side:
    """Read a file and find its headers. `TableError` where it cannot be used."""
    folder = workdir / name
    folder.mkdir()
    table = read_table(con, path, folder, columns, mapping, progress)
    return Side(name, con, folder, table, mapping or Mapping(), tuple(columns))


def add_columns(side: Side, columns: Sequence[Column]) -> Side:
    """The same side with more columns looked for among its headers."""
    matcher = Matcher((*side.columns, *columns), side.mapping)
    sheets = [_with_match(sheet, matcher) for sheet in side.table.sheets]
    return replace(side, columns=(*side.columns, *columns), table=replace(side.table, sheets=tuple(sheets)))


def _with_match(sheet: Sheet, matcher: Matcher) -> Sheet:
    raw = sheet.raw
    if not raw.typed and raw.path is not None:
        # The sheet remembers only the columns that it needed; its file has all of them.
        places = sorted(int(name[1:]) for name in pq.read_schema(raw.path).names if name[1:].isdigit())
        raw = replace(raw, columns=tuple(RawColumn(f"c{place}", "VARCHAR", letters(place), place) for place in places))
    match: Match = matcher.match(_headers(sheet, raw), sheet.name)
    return replace(sheet, raw=raw, match=match)


def _headers(sheet: Sheet, raw: Any) -> Sequence[Header]:
    if raw.typed:
        return single([column.letter for column in raw.columns])
    width = max(column.index for column in raw.columns) + 1
    grid: dict[int, list[str | None]] = {}
    for number, *cells in head(raw):
        grid[number] = [None] * width
        for column, cell in zip(raw.columns, cells, strict=True):
            grid[number][column.index] = cell
    first, last = sheet.header_rows
    return single(grid[first]) if first == last else double(grid[first], grid[last])


def headers_once(side: Side) -> dict[str, str]:
    """Normal form -> text of the unplaced headers that stand no more than once in any sheet."""
    found: dict[str, str] = {}
    twice = set()
    for sheet in side.table.sheets:
        names = [normal(text) for text in sheet.match.unmatched]
        twice |= {name for name in names if names.count(name) > 1}
        found |= {normal(text): text for text in reversed(sheet.match.unmatched)}
    return {name: text for name, text in found.items() if name and name not in twice}


def coerce_side(side: Side) -> None:
    """Type the cells; unreadable ones are listed in `coerced.errors`."""
    side.coerced = coerce(side.con, side.table, side.columns, side.workdir, side.name)


def settle(side: Side, key: Sequence[str], compared: Sequence[str], town: str, own: str = "") -> None:
    """Write the book: s (sheet number), r (row), id, key, town and v, the normal values of the compared columns in their order."""
    assert side.coerced is not None
    bad = _bad_columns(side)
    joined = f"{side.coerced.relation} AS c"
    if bad:
        cells = ", ".join(f"max(raw) FILTER (WHERE column_name = {text_literal(name)}) AS {quote(name)}" for name in bad)
        joined += (f" LEFT JOIN (SELECT sheet, row, {cells} FROM {side.coerced.errors} GROUP BY ALL) AS e "
                   "ON e.sheet = c._sheet AND e.row = c._row")
    values = ", ".join(_value(side.column(name), bad) for name in compared)
    numbers = " ".join(f"WHEN {text_literal(sheet.name)} THEN {number}" for number, sheet in enumerate(side.table.sheets))
    target = side.workdir / "book.parquet"
    side.con.execute(
        f"COPY (SELECT CASE c._sheet {numbers} END::INT AS s, c._row::BIGINT AS r, "
        f"{f'TRY_CAST(c.{quote(own)} AS BIGINT)' if own else 'NULL::BIGINT'} AS id, {_key(side, key, bad)} AS key, "
        f"{_town(side, town)} AS town, [{values}]::VARCHAR[] AS v FROM {joined}) TO {text_literal(str(target))} (FORMAT parquet, COMPRESSION lz4)")
    side.source = parquet_source(target)


def _bad_columns(side: Side) -> frozenset[str]:
    """Columns with cells that could not be read: these are compared as they are written."""
    assert side.coerced is not None
    found = side.con.execute(f"SELECT DISTINCT column_name FROM {side.coerced.errors} WHERE raw IS NOT NULL AND code <> 'unit_conflict'").fetchall()
    known = {column.name for column in side.columns}
    return frozenset(name for name, in found if name in known)


def _value(column: Column, bad: frozenset[str]) -> str:
    normal_form = normal_sql(column, f"c.{quote(column.name)}")
    return f"coalesce(nullif({normal_form}, ''), book_text(e.{quote(column.name)}), '')" if column.name in bad else normal_form


def _key(side: Side, key: Sequence[str], bad: frozenset[str]) -> str:
    """The parts of the key in their normal form; NULL where one is blank or wrecked."""
    parts = []
    for name in key:
        column = side.column(name)
        value = f"book_key(c.{quote(name)})" if column.kind in ("text", "code") else f"nullif({_value(column, bad)}, '')"
        parts.append(f"CASE WHEN NOT regexp_full_match({value}, {text_literal(_WRECK)}) THEN {value} END")
    return parts[0] if len(parts) == 1 else f"({' || chr(31) || '.join(parts)})"


def _town(side: Side, town: str) -> str:
    return f"coalesce(trim(c.{quote(town)}), '')" if town in side.present else "''"


def written_sql(side: Side, compared: Sequence[str], wanted: str) -> str:
    """Query of s, r and w, the cells as written, of the rows (s, r) of the relation `wanted` that are `whole`."""
    queries = []
    for number, sheet in enumerate(side.table.sheets):
        raws = {column.index: column for column in sheet.raw.columns}
        places = {b.column.name: b.index for b in sheet.match.bindings if b.index is not None}
        cells = ", ".join(
            f"coalesce({raw_text('x.' + raws[places[name]].sql, raws[places[name]].sql_type)}, '')" if name in places else "''" for name in compared)
        queries.append(f"SELECT {number} AS s, x._row::BIGINT AS r, [{cells}]::VARCHAR[] AS w FROM {sheet.raw.source} AS x "
                       f"SEMI JOIN (SELECT r FROM {wanted} WHERE s = {number} AND whole) AS want ON want.r = x._row")
    return " UNION ALL ".join(queries)


def place_sql(side: Side, s: str, r: str) -> str:
    """SQL of where a row stands, as its owner knows it: «Sheet1 第 12 行»."""
    if side.called:
        return f"CASE WHEN {r} IS NOT NULL THEN {text_literal(side.called)} END"
    if all(not sheet.name for sheet in side.table.sheets):
        return f"'第 ' || {r} || ' 行'"
    names = " ".join(f"WHEN {number} THEN {text_literal(sheet.name)}" for number, sheet in enumerate(side.table.sheets))
    return f"CASE {s} {names} END || ' 第 ' || {r} || ' 行'"
