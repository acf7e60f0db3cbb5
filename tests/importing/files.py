"""Real files for tests: workbooks as offices make them, text in their encodings, and rubbish."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter
import xlwt

from wenqu.importing.coercion import Coerced, coerce
from wenqu.importing.columns import FACT_COLUMNS, Column
from wenqu.importing.mapping import Mapping, parse_mapping
from wenqu.importing.tables import Table, read_table

Rows = Sequence[Sequence[Any]]


def xlsx(path: Path, sheets: dict[str, Rows], hidden: Sequence[str] = (), first: tuple[int, int] = (0, 0)) -> Path:
    """A workbook; a value that begins with "=" is a formula, a tuple is (formula, shown value)."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_numbers": False})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        if name in hidden:
            sheet.hide()
        for r, row in enumerate(rows, first[0]):
            for c, cell in enumerate(row, first[1]):
                if isinstance(cell, tuple):
                    sheet.write_formula(r, c, cell[0], None, cell[1])
                elif cell is not None:
                    sheet.write(r, c, cell)
    book.close()
    return path


def xls(path: Path, rows: Rows) -> Path:
    """A workbook of the old binary format."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("表一")
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if cell is not None:
                sheet.write(r, c, cell)
    book.save(str(path))
    return path


def csv(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A text file."""
    path.write_bytes(text.encode(encoding))
    return path


class Reader:
    """Reads and coerces one file at a time, with its own engine and staging directory."""

    def __init__(self, place: Path) -> None:
        self.place, self.con, self.runs = place, duckdb.connect(), 0

    def read(self, path: Path, columns: Sequence[Column] = FACT_COLUMNS, mapping: str | None = None) -> Table:
        """The table, headers understood."""
        self.runs += 1
        self.work = self.place / f"staging{self.runs}"
        self.work.mkdir()
        parsed = parse_mapping(mapping, columns) if mapping else Mapping()
        return read_table(self.con, path, self.work, columns, parsed)

    def coerce(self, path: Path, columns: Sequence[Column] = FACT_COLUMNS, mapping: str | None = None) -> Coerced:
        """The typed relation."""
        self.table = self.read(path, columns, mapping)
        self.coerced = coerce(self.con, self.table, columns, self.work)
        return self.coerced

    def values(self, path: Path, *names: str, columns: Sequence[Column] = FACT_COLUMNS, mapping: str | None = None) -> list[Any]:
        """Rows of some columns (one column: plain values)."""
        relation = self.coerce(path, columns, mapping).relation
        rows = self.con.execute(f"SELECT {', '.join(names)} FROM {relation}").fetchall()
        return [row[0] for row in rows] if len(names) == 1 else rows

    def errors(self) -> list[tuple[Any, ...]]:
        """(sheet, row, letter, column name, raw, code) of the last file, in reading order."""
        return list(self.con.execute(f"SELECT sheet, row, letter, column_name, raw, code FROM {self.coerced.errors} "
                                "ORDER BY sheet_no, row, column_no, code").fetchall())
