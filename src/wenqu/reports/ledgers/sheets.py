"""An official ledger sheet, written row by row: title, unit row, two header rows, numbered rows, 合计, notes.

XlsxWriter's constant-memory mode keeps one row in memory; therefore rows are written strictly from top to bottom.
Every text is written as a text cell: a name that begins with = + - or @ never becomes a formula.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import Any

from wenqu.kit.crypto.workplace import work_folder
from wenqu.kit.sheet_text import clean, lines_of
from wenqu.kit.workbooks import new_workbook

ROW_LIMIT = 1_048_576
TOP_ROWS = 4  # title, unit row, two header rows
END_ROWS = 2  # totals, notes
LINE = 14.5  # height of a line of text in points, with room for the fonts that stand in for 仿宋 elsewhere
_NAME_NOT = re.compile(r"[\[\]:*?/\\']")

Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """A column: its header, the merged header above it ("" for none), its width in characters, and how it is set.

    Text that is too long shrinks to its cell; in a column that `wraps` the row grows instead.
    """

    title: str
    width: float
    group: str = ""
    align: str = "left"
    wraps: bool = False


class Book:
    """A workbook under construction. It stands under its own name only once it is complete.

    `made_at` is written into it in place of the clock: the same rows at the same time are the same bytes.
    """

    def __init__(self, target: Path, made_at: datetime) -> None:
        self.open = ExitStack()
        # Rows wait in temporary files, which stay where a workbook is broken off.
        self.workbook = self.open.enter_context(new_workbook(target, rows_in=self.open.enter_context(work_folder())))
        self.workbook.set_properties({"created": made_at.astimezone(UTC).replace(tzinfo=None)})
        self.names: set[str] = set()
        plain = {"font_name": "仿宋", "font_size": 10, "border": 1, "valign": "vcenter"}
        self.cells = {
            (align, wraps): self.workbook.add_format({**plain, "align": align, "text_wrap" if wraps else "shrink": True})
            for align in ("left", "center", "right") for wraps in (False, True)
        }
        self.title = self.workbook.add_format({"font_name": "宋体", "font_size": 18, "bold": True, "align": "center", "valign": "vcenter"})
        self.unit = self.workbook.add_format({"font_name": "仿宋", "font_size": 10, "valign": "vcenter"})
        head = {"font_name": "宋体", "font_size": 10, "bold": True, "border": 1, "align": "center", "valign": "vcenter", "text_wrap": True}
        self.head = self.workbook.add_format({**head, "bg_color": "#E7EEF4"})
        self.total = self.workbook.add_format({**head})
        self.notes = self.workbook.add_format({"font_name": "仿宋", "font_size": 9, "text_wrap": True, "valign": "top"})

    def __enter__(self) -> Book:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Complete: rename into place. Broken off: leave nothing behind."""
        self.open.__exit__(kind, error, trace)

    def sheet_name(self, wanted: str) -> str:
        """A name that Excel takes and that no other sheet has (31 characters, compared without case)."""
        base = _NAME_NOT.sub("", clean(wanted)).strip()[:31] or "台账"
        name, number = base, 2
        while name.lower() in self.names:
            mark = f"（{number}）"
            name, number = base[: 31 - len(mark)] + mark, number + 1
        self.names.add(name.lower())
        return name


class Sheet:
    """One sheet of a ledger; `add` rows, then `finish`."""

    def __init__(self, book: Book, name: str, columns: Sequence[Column], title: str, unit: str) -> None:
        self.book, self.columns = book, columns
        self.formats = [book.cells[column.align, column.wraps] for column in columns]
        self.wrapping = [(place - 1, column.width) for place, column in enumerate(columns) if column.wraps]
        self.sheet: Any = book.workbook.add_worksheet(book.sheet_name(name))
        self.row = TOP_ROWS
        self.number = 0
        self._set_up_print()
        for place, column in enumerate(columns):
            self.sheet.set_column(place, place, column.width)
        self._banner(0, title, book.title, 32)
        self._banner(1, unit, book.unit, 18)
        self._header()

    def _set_up_print(self) -> None:
        sheet = self.sheet
        sheet.set_landscape()
        sheet.set_paper(8 if sum(each.width for each in self.columns) > 260 else 9)  # A4; A3 where nobody could read it
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2, 3)
        sheet.freeze_panes(TOP_ROWS, 1)
        sheet.set_footer("&C第 &P 页 共 &N 页")

    def _banner(self, row: int, text: str, form: Any, height: float) -> None:
        self.sheet.set_row(row, height)
        self.sheet.write_string(row, 0, clean(text), form)
        self._merge(row, 0, row, len(self.columns) - 1)

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        # `merge_range` writes all its cells at once, and in constant-memory mode a row that is below cannot be left
        # for one above: the cells are written in order here, and only the range is noted.
        if (top, left) != (bottom, right):
            self.sheet.merge.append([top, left, bottom, right])

    def _header(self) -> None:
        head = self.book.head
        self.sheet.set_row(2, 20)
        self.sheet.set_row(3, 30)
        for place, column in enumerate(self.columns):
            self.sheet.write_string(2, place, column.group or column.title, head)
        for place, column in enumerate(self.columns):
            if column.group:
                self.sheet.write_string(3, place, column.title, head)
            else:
                self.sheet.write_blank(3, place, None, head)
        for group, members in groupby(enumerate(self.columns), key=lambda each: each[1].group):
            places = [place for place, _ in members]
            if group:
                self._merge(2, places[0], 2, places[-1])
            else:
                for place in places:
                    self._merge(2, place, 3, place)

    def add(self, values: Sequence[Cell]) -> None:
        """Add a row; its running number comes before the values."""
        self.number += 1
        sheet, row, formats = self.sheet, self.row, self.formats
        lines = max((lines_of(text, width) for place, width in self.wrapping if (text := values[place]) and isinstance(text, str)), default=1)
        if lines > 1:
            sheet.set_row(row, min(400, LINE * lines + 3))
        sheet.write_number(row, 0, self.number, formats[0])
        for place, value in enumerate(values, 1):
            if value is None or value == "":
                sheet.write_blank(row, place, None, formats[place])
            elif isinstance(value, str):
                sheet.write_string(row, place, clean(value), formats[place])
            else:
                sheet.write_number(row, place, value, formats[place])
        self.row += 1

    def finish(self, totals: dict[str, Cell], notes: Sequence[str]) -> None:
        """The 合计 row (values by column title) and the notes under it."""
        self.sheet.set_row(self.row, 15 * max([2, *(str(value).count("\n") + 1 for value in totals.values())]))
        for place, column in enumerate(self.columns):
            value: Cell = "合计" if place == 0 else totals.get(column.title)
            if isinstance(value, int | float):
                self.sheet.write_number(self.row, place, value, self.book.total)
            elif value:
                self.sheet.write_string(self.row, place, clean(value), self.book.total)
            else:
                self.sheet.write_blank(self.row, place, None, self.book.total)
        self.row += 1
        text = "\n".join(notes)
        self.sheet.set_row(self.row, min(400, LINE * lines_of(text, sum(column.width for column in self.columns)) + 4))
        self.sheet.write_string(self.row, 0, clean(text), self.book.notes)
        self._merge(self.row, 0, self.row, len(self.columns) - 1)
        self.row += 1
