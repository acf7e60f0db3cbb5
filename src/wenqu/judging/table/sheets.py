"""Excel files written row by row, split where a sheet is full; text is always text, never a formula."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from wenqu.kit.sheet_text import clean

MOST_ROWS = 1_048_576


class Workbook:
    """One workbook of numbered sheets. ``begin`` writes the top of each sheet and returns the number of its rows."""

    def __init__(self, path: Path, name: str, begin: Callable[[Workbook, Any], int], most_rows: int = MOST_ROWS) -> None:
        self.book = xlsxwriter.Workbook(str(path), {
            "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            "nan_inf_to_errors": True, "tmpdir": str(path.parent)})
        self.name, self._begin, self._most = name, begin, most_rows
        self.title = self.format(bold=True, font_size=16, align="center", valign="vcenter")
        self.head = self.format(bold=True, align="center", valign="vcenter", text_wrap=True, border=1, bg_color="#DDEBF7")
        self.sheets: list[Any] = []
        self._row = 0
        self._next_sheet()

    def format(self, **properties: Any) -> Any:
        """A cell format."""
        return self.book.add_format(properties)

    def _next_sheet(self) -> None:
        number = len(self.sheets) + 1
        sheet = self.book.add_worksheet(self.name if number == 1 else f"{self.name}{number}")
        self.sheets.append(sheet)
        self._row = self._begin(self, sheet)

    def write(self, cells: Sequence[object]) -> None:
        """Append one row: numbers as numbers, the rest as text, ``None`` as an empty cell."""
        if self._row >= self._most:
            self._next_sheet()
        sheet, row = self.sheets[-1], self._row
        for column, cell in enumerate(cells):
            if cell is None:
                continue
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                sheet.write_number(row, column, cell)
            else:
                sheet.write_string(row, column, clean(str(cell)))
        self._row += 1

    def header_row(self, sheet: Any, row: int, cells: Sequence[str]) -> None:
        """One row of header cells."""
        for column, cell in enumerate(cells):
            sheet.write_string(row, column, cell, self.head)

    @staticmethod
    def merge(sheet: Any, first_row: int, first: int, last_row: int, last: int) -> None:
        """Merge cells that are (or will be) written one by one: the streaming writer cannot go back a row."""
        if (first_row, first) != (last_row, last):
            sheet.merge.append([first_row, first, last_row, last])

    def close(self) -> None:
        """Finish the file."""
        self.book.close()
