"""The same workbook back, each wrong cell coloured and annotated in Chinese, with a list of all of them.

A small .xlsx is edited in place and keeps its own look. Everything else (large workbooks, .xls, .csv) is written anew
from the cells as they were read (`rewriting`): same sheets, rows and columns, everything as text.
"""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import column_index_from_string

from wenqu.importing.rewriting import AUTHOR, CELL_FILL, LIST_TITLE, ROW_FILL, Marks, note, rewrite
from wenqu.importing.staging import RawSheet
from wenqu.kit.sheet_text import clean

SMALL_CELLS = 300_000
# Excel becomes unusable with more notes than this; the list has them all.
NOTES_LIMIT = 20_000
LIST_LIMIT = 1_048_000


@dataclass(frozen=True, slots=True)
class Marked:
    """A file that was just read: its sheets of which wrong cells are told, and how many cells they have. ``wrong`` is a table as
    of ``errors`` with ``refused``: nothing of the row was used."""

    con: Any
    form: str
    sheets: Sequence[RawSheet]
    cells: int
    wrong: str


def annotate(read: Marked, source: Path, target: Path) -> None:
    """Write the annotated workbook of a file that was just read."""
    marks = {sheet.name: _marks(read, sheet.name) for sheet in read.sheets}
    rows = _list_rows(read)
    target.unlink(missing_ok=True)
    if source.suffix == ".xlsx" and read.cells <= SMALL_CELLS and _in_place(source, target, marks, rows):
        return
    rewrite(read.con, read.sheets, marks, [_list_head()], rows, target)


def _marks(read: Marked, sheet: str) -> Marks:
    marks: Marks = defaultdict(lambda: defaultdict(list))
    found = read.con.execute(
        f"SELECT row, letter, message, refused FROM {read.wrong} WHERE sheet = ? ORDER BY row, column_no LIMIT {NOTES_LIMIT}", [sheet])
    for row, letter, message, refused in found.fetchall():
        marks[row][_column(read, letter)].append((message, refused))
    return marks


def _column(read: Marked, letter: str) -> int:
    # A column that the sheet lacks is told of at the start of the row.
    if not letter:
        return 0
    return column_index_from_string(letter) - 1 if read.form == "excel" else _place(read, letter)


def _place(read: Marked, letter: str) -> int:
    return next((column.index for sheet in read.sheets for column in sheet.columns if column.letter == letter), 0)


def _list_rows(read: Marked) -> Iterator[list[Any]]:
    found = read.con.execute(f"SELECT sheet, row, letter, header, raw, message, refused FROM {read.wrong} "
                             f"ORDER BY sheet_no, row, column_no, code LIMIT {LIST_LIMIT}")
    while rows := found.fetchmany(20_000):
        for sheet, row, letter, header, raw, message, refused in rows:
            reason, _semicolon, advice = message.partition("；")
            outcome = _("整行未导入") if refused else _("此格按空白处理")
            yield [sheet, row, _printable(f"{letter} {header}".strip()), _printable(raw or ""), reason, advice, outcome]


def _printable(text: str) -> str:
    """Without the characters that no workbook can hold."""
    return clean(text)[:32_000]


def _list_head() -> list[str]:
    return [_("工作表"), _("行"), _("列"), _("原值"), _("原因"), _("怎么办"), _("处理结果")]


def _in_place(source: Path, target: Path, marks: dict[str, Marks], rows: Iterator[list[Any]]) -> bool:
    """Edit a copy with openpyxl. False where openpyxl cannot open what the fast reader could."""
    try:
        book = openpyxl.load_workbook(source)
    except (ValueError, KeyError, TypeError, AttributeError, OSError, zipfile.BadZipFile):
        return False
    fills = {refused: PatternFill("solid", start_color=colour) for refused, colour in ((False, CELL_FILL), (True, ROW_FILL))}
    for name, found in marks.items():
        sheet = book[name]
        for row, columns in found.items():
            if any(refused for sentences in columns.values() for _sentence, refused in sentences):
                for column in range(1, sheet.max_column + 1):
                    sheet.cell(row, column).fill = fills[True]
            for column, sentences in columns.items():
                cell = _top_left(sheet, row, column + 1)
                cell.fill = fills[False]
                cell.comment = Comment(note(sentences), AUTHOR, width=320, height=90)
    if LIST_TITLE in book.sheetnames:
        del book[LIST_TITLE]
    listed = book.create_sheet(LIST_TITLE)
    for at, values in enumerate((_list_head(), *rows), 1):
        for column, value in enumerate(values, 1):
            cell = listed.cell(at, column, value)
            if isinstance(value, str):
                # Set after the value: text that begins with «=» stays text.
                cell.data_type = "s"
    book.save(target)
    return True


def _top_left(sheet: Any, row: int, column: int) -> Any:
    """The cell itself, or the first cell of the merged range that hides it: only that one takes a note."""
    cell = sheet.cell(row, column)
    if type(cell).__name__ != "MergedCell":
        return cell
    merged = next(area for area in sheet.merged_cells.ranges if cell.coordinate in area)
    return sheet.cell(merged.min_row, merged.min_col)
