"""Any table (xlsx, xls, csv, parquet) to sheets whose header is known and whose rows are data.

``read_table`` is the one door. The rest of the system sees ``Table``: sheets with a SQL source of raw cells, the columns
each header feeds, and what was left out and why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wenqu.importing.columns import Column
from wenqu.importing.headers import Binding, HeaderRows, Match, Matcher, below_header, find_header, single
from wenqu.importing.mapping import Mapping
from wenqu.importing.refusal import TableError
from wenqu.importing.rows import data_rows, row_as_written, shifted_rows, without_shifted
from wenqu.importing.staging import RawSheet, unreadable

FORMATS = {".xlsx": "excel", ".xls": "excel", ".xlsm": "excel", ".et": "excel", ".csv": "text", ".txt": "text",
           ".tsv": "text", ".parquet": "parquet", ".pq": "parquet"}

_FIRST = 40  # a sheet may have thousands of columns, all of them junk but a few


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet that has data: ``raw.source`` yields only data rows; ``skipped`` counts what was left out, by kind.

    ``shifted`` is a query of (row, text) of the records that were not believed, or empty.
    """

    raw: RawSheet
    match: Match
    header_rows: tuple[int, ...]
    rows: int
    skipped: dict[str, int]
    shifted: str = ""

    @property
    def name(self) -> str:
        """Name of the sheet; empty for text and Parquet."""
        return self.raw.name

    def place(self, binding: Binding) -> str:
        """The column letter (Excel) or name (Parquet) that a user knows the binding by."""
        letters = {column.index: column.letter for column in self.raw.columns}
        return letters.get(binding.index, "") if binding.index is not None else ""


@dataclass(frozen=True, slots=True)
class Table:
    """A whole file. ``left_out`` says of each sheet that was not read why (Chinese)."""

    path: Path
    format: str
    sheets: tuple[Sheet, ...]
    left_out: dict[str, str]

    @property
    def rows(self) -> int:
        """Data rows of all sheets."""
        return sum(sheet.rows for sheet in self.sheets)

    @property
    def notes(self) -> list[str]:
        """Chinese remarks on headers that were set aside."""
        return list(dict.fromkeys(note for sheet in self.sheets for note in sheet.match.notes))

    @property
    def unit_refusals(self) -> list[str]:
        """Chinese sentences on columns refused for their unit."""
        return list(dict.fromkeys(f"“{binding.header}”{binding.column.explain('unit_conflict')}"
                                  for sheet in self.sheets for binding in sheet.match.refused))


def _silent(_: str) -> None:
    return None


def read_table(
    con: Any,
    path: Path,
    workdir: Path,
    columns: Sequence[Column],
    mapping: Mapping | None = None,
    progress: Callable[[str], None] = _silent,
) -> Table:
    """Read a file and find its headers; raises ``TableError`` (with a Chinese sentence) when nothing can be used.

    ``con`` is a DuckDB connection and ``workdir`` a directory of the caller for staged files; both must outlive the
    result.
    """
    mapping = mapping or Mapping()
    form, raw = stage(con, path, workdir, mapping.sheets, progress)
    matcher = Matcher(columns, mapping)
    sheets, left_out = [], {}
    for sheet in raw:
        found = _understand(con, sheet, matcher, mapping)
        if isinstance(found, str):
            left_out[sheet.name] = found
        else:
            sheets.append(found)
    if not any(sheet.match.found for sheet in sheets):
        raise _nothing_known(path, raw, left_out)
    if not any(sheet.rows for sheet in sheets):
        raise TableError("no_rows", f"{path.name} 只有表头，没有数据行")
    return Table(path, form, tuple(sheets), left_out)


def stage(con: Any, path: Path, workdir: Path, wanted: Sequence[str] = (), progress: Callable[[str], None] = _silent) -> tuple[str, list[RawSheet]]:
    """(kind of file, its sheets of raw cells); only the ``wanted`` sheets, if any are named."""
    form = _format(path)
    if form == "excel":
        from wenqu.importing.excel import read_excel  # noqa: PLC0415  (start-up: only what this file needs)
        return form, read_excel(path, workdir, wanted, progress)
    if form == "text":
        from wenqu.importing.delimited import read_delimited  # noqa: PLC0415
        return form, read_delimited(path, workdir)
    from wenqu.importing.columnar import read_columnar  # noqa: PLC0415
    return form, read_columnar(path, con)


def _format(path: Path) -> str:
    if not path.exists():
        raise TableError("no_file", f"找不到文件：{path}")
    if not path.is_file():
        raise TableError("no_file", f"{path} 不是文件")
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise TableError("not_a_table", f"{path.name} 的格式不认识；能读 .xlsx、.xls、.csv、.parquet")
    try:
        with path.open("rb") as file:
            start = file.read(8)
    except OSError as error:
        raise unreadable(path, f"打不开（{error.strerror}）") from None
    # Offices rename files; what is inside counts.
    if start.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "excel"
    return "parquet" if start.startswith(b"PAR1") else form


def _understand(con: Any, raw: RawSheet, matcher: Matcher, mapping: Mapping) -> Sheet | str:
    if raw.typed:
        headers = single([column.letter for column in raw.columns])
        match = matcher.match(headers, raw.name)
        rows = con.execute(f"SELECT count(*) FROM {raw.source}").fetchone()[0]
        return Sheet(raw, match, (), rows, {}) if match.found else "没有认识的列"
    if not raw.columns:
        return "空工作表"
    if not raw.visible and raw.name not in mapping.sheets:
        return "隐藏的工作表"
    from wenqu.importing.stage_text import head  # noqa: PLC0415  (only text sheets need it)
    rows = grid_of(head(raw), raw)
    found = _header(rows, matcher, mapping)
    if found is None:
        return "没有认识的表头"
    last = found.last if mapping.header_rows else below_header(rows, found.last, matcher)
    match = matcher.match(found.headers, raw.name)
    looked = _looked_at(raw, match)
    source, counted, skipped = data_rows(con, looked, rows[:last + 1], last + 1)
    shifted = shifted_rows(raw, rows, (found.first, found.last)) if raw.ragged else ""
    if shifted and con.execute(f"SELECT count(*) FROM {source} WHERE {shifted}").fetchone()[0]:
        told = f"SELECT _row, {row_as_written(looked)} FROM {source} WHERE {shifted}"
        source = without_shifted(looked, source, shifted)
    else:
        told = ""
    return Sheet(replace(raw, source=source), match, (found.first + 1, found.last + 1), counted, skipped, told)


def _looked_at(raw: RawSheet, match: Match) -> RawSheet:
    """The sheet with only the columns that tell data rows from others: the first ones and those that are used."""
    used = {binding.index for binding in match.bindings}
    used |= {place for binding in match.bindings for placed in binding.whens for place, _, _ in placed.conditions}
    return replace(raw, columns=tuple(column for at, column in enumerate(raw.columns) if at < _FIRST or column.index in used))


def grid_of(rows: Sequence[tuple[Any, ...]], raw: RawSheet) -> list[list[str | None]]:
    """The first rows by row number and column index, gaps filled with blanks."""
    width = max(column.index for column in raw.columns) + 1
    grid: list[list[str | None]] = [[None] * width for _ in range(rows[-1][0] if rows else 0)]
    for number, *cells in rows:
        for column, cell in zip(raw.columns, cells, strict=True):
            grid[number - 1][column.index] = cell
    return grid


def _header(rows: Sequence[Sequence[str | None]], matcher: Matcher, mapping: Mapping) -> HeaderRows | None:
    if not mapping.header_rows:
        return find_header(rows, matcher)
    first, last = mapping.header_rows[0] - 1, mapping.header_rows[-1] - 1
    if last >= len(rows):
        return None
    # Let the chooser decide between one and two rows within what the mapping names.
    blanked = [row if first <= i <= last else [] for i, row in enumerate(rows)]
    return find_header(blanked[:last + 1], matcher)


def _nothing_known(path: Path, raw: Sequence[RawSheet], left_out: dict[str, str]) -> TableError:
    if not any(sheet.columns for sheet in raw):
        return TableError("no_rows", f"{path.name} 是空表")
    named = "；".join(f"工作表“{name}”：{why}" for name, why in left_out.items() if name)
    return TableError("no_known_column", f"{path.name} 中没有认识的表头，没有读到任何一行。{named}"
                      "请核对表头，或用映射文件（--map）指定各列。")
