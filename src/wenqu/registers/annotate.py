"""The same workbook back, each wrong cell coloured and annotated in Chinese, with a list of all of them.

A small .xlsx is edited in place and keeps its own look. Everything else (large workbooks, .xls, .csv) is written anew,
row by row, from the cells as they were read: same sheets, rows and columns, everything as text, so that nothing in it
can be run as a formula.
"""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from django.utils.translation import gettext as _
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import column_index_from_string

from wenqu.importing.staging import RawSheet, parquet_source
from wenqu.registers.reading import Reading

LIST_TITLE = "错误清单"
SMALL_CELLS = 300_000
# Excel becomes unusable with more notes than this; the list has them all.
NOTES_LIMIT = 20_000
LIST_LIMIT = 1_048_000
_CELL_FILL, _ROW_FILL = "FFC7CE", "FFEB9C"
_AUTHOR = "问渠"

# row -> 0-based column -> (sentences, whether the row was refused)
Marks = dict[int, dict[int, list[tuple[str, bool]]]]


def annotate(read: Reading, wrong: str, source: Path, target: Path) -> None:
    """Write the annotated workbook of a file that was just read."""
    assert read.table is not None
    shown = {sheet.name for sheet in read.table.sheets}
    marks = {name: _marks(read, wrong, name) for name in shown}
    rows = _list_rows(read, wrong)
    target.unlink(missing_ok=True)
    if source.suffix == ".xlsx" and _cells(read) <= SMALL_CELLS and _in_place(source, target, marks, rows):
        return
    _rewrite(read, marks, rows, target)


def _marks(read: Reading, wrong: str, sheet: str) -> Marks:
    marks: Marks = defaultdict(lambda: defaultdict(list))
    found = read.con.execute(
        f"SELECT row, letter, message, refused FROM {wrong} WHERE sheet = ? ORDER BY row, column_no LIMIT {NOTES_LIMIT}", [sheet])
    for row, letter, message, refused in found.fetchall():
        marks[row][_column(read, letter)].append((message, refused))
    return marks


def _column(read: Reading, letter: str) -> int:
    # A column that the sheet lacks is told of at the start of the row.
    if not letter:
        return 0
    return column_index_from_string(letter) - 1 if read.table is not None and read.table.format == "excel" else _place(read, letter)


def _place(read: Reading, letter: str) -> int:
    assert read.table is not None
    return next((column.index for sheet in read.table.sheets for column in sheet.raw.columns if column.letter == letter), 0)


def _list_rows(read: Reading, wrong: str) -> Iterator[list[Any]]:
    found = read.con.execute(f"SELECT sheet, row, letter, header, raw, message, refused FROM {wrong} "
                             f"ORDER BY sheet_no, row, column_no, code LIMIT {LIST_LIMIT}")
    while rows := found.fetchmany(20_000):
        for sheet, row, letter, header, raw, message, refused in rows:
            reason, _semicolon, advice = message.partition("；")
            outcome = _("整行未导入") if refused else _("此格按空白处理")
            yield [sheet, row, f"{letter} {header}".strip(), _printable(raw or ""), reason, advice, outcome]


def _printable(text: str) -> str:
    """Without the control characters that no workbook can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", text)[:32_000]


def _list_head() -> list[str]:
    return [_("工作表"), _("行"), _("列"), _("原值"), _("原因"), _("怎么办"), _("处理结果")]


def _cells(read: Reading) -> int:
    assert read.table is not None
    return sum(sheet.rows * len(sheet.raw.columns) for sheet in read.table.sheets)


def _note(sentences: list[tuple[str, bool]]) -> str:
    told = "\n".join(sentence for sentence, _refused in sentences)
    return told + ("\n" + _("（整行未导入）") if any(refused for _sentence, refused in sentences) else "")


def _in_place(source: Path, target: Path, marks: dict[str, Marks], rows: Iterator[list[Any]]) -> bool:
    """Edit a copy with openpyxl. False where openpyxl cannot open what the fast reader could."""
    try:
        book = openpyxl.load_workbook(source)
    except (ValueError, KeyError, TypeError, AttributeError, OSError, zipfile.BadZipFile):
        return False
    fills = {refused: PatternFill("solid", start_color=colour) for refused, colour in ((False, _CELL_FILL), (True, _ROW_FILL))}
    for name, found in marks.items():
        sheet = book[name]
        for row, columns in found.items():
            if any(refused for sentences in columns.values() for _sentence, refused in sentences):
                for column in range(1, sheet.max_column + 1):
                    sheet.cell(row, column).fill = fills[True]
            for column, sentences in columns.items():
                cell = _top_left(sheet, row, column + 1)
                cell.fill = fills[False]
                cell.comment = Comment(_note(sentences), _AUTHOR, width=320, height=90)
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


def _rewrite(read: Reading, marks: dict[str, Marks], rows: Iterator[list[Any]], target: Path) -> None:
    assert read.table is not None
    book = xlsxwriter.Workbook(str(target), {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    })
    plain = book.add_format({"num_format": "@"})
    fills = [book.add_format({"num_format": "@", "bg_color": f"#{colour}"}) for colour in (_CELL_FILL, _ROW_FILL)]
    for number, part in enumerate(read.table.sheets):
        sheet = book.add_worksheet(_sheet_name(part.name, number))
        sheet.set_comments_author(_AUTHOR)
        _write_sheet(read, part.raw, marks[part.name], sheet, plain, fills)
    listed = book.add_worksheet(LIST_TITLE)
    listed.set_column(0, 6, 18)
    for at, values in enumerate((_list_head(), *rows)):
        for column, value in enumerate(values):
            if isinstance(value, int):
                listed.write_number(at, column, value)
            else:
                listed.write_string(at, column, value[:32_000])
    book.close()


def _sheet_name(name: str, number: int) -> str:
    return name if name and name.lower() != LIST_TITLE else f"Sheet{number + 1}"


def _write_sheet(read: Reading, raw: RawSheet, marks: Marks, sheet: Any, plain: Any, fills: list[Any]) -> None:
    """All rows of a sheet, title rows and totals too, where they stood."""
    indexes = [column.index for column in raw.columns]
    offset = 0 if raw.typed is False else 1
    if raw.typed:
        for column in raw.columns:
            sheet.write_string(0, column.index, column.letter, plain)
    names = ", ".join(f"CAST(c{index} AS VARCHAR)" for index in indexes)
    whole = raw.source if raw.typed or raw.path is None else parquet_source(raw.path)
    found = read.con.execute(f"SELECT _row, {names} FROM {whole} ORDER BY _row")
    while rows := found.fetchmany(5_000):
        for at, *cells in rows:
            noted = marks.get(at)
            refused = noted is not None and any(r for sentences in noted.values() for _s, r in sentences)
            look = fills[1] if refused else plain
            line = at - 1 + offset
            for index, cell in zip(indexes, cells, strict=True):
                if cell is not None:
                    sheet.write_string(line, index, cell[:32_000], look)
                elif refused:
                    sheet.write_blank(line, index, None, look)
            for index, sentences in (noted or {}).items():
                text = cells[indexes.index(index)] if index in indexes else None
                if text is None:
                    sheet.write_blank(line, index, None, fills[0])
                else:
                    sheet.write_string(line, index, text[:32_000], fills[0])
                sheet.write_comment(line, index, _note(sentences), {"x_scale": 2})

