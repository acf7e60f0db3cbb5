"""The annotated workbook of a large file, or of one that is no .xlsx, written anew.

Nothing in it can run as a formula: every cell is text. XlsxWriter makes a skeleton with notes, fills and the list of
errors; the rows themselves are put together as XML by the engine, ten times as fast as cell by cell, and set into it.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
from django.utils.translation import gettext as _

from wenqu.importing.staging import RawSheet, letters, parquet_source, text_literal

LIST_TITLE = "错误清单"
CELL_FILL, ROW_FILL = "FFC7CE", "FFEB9C"
AUTHOR = "问渠"
# Places of the formats in the skeleton, in the order in which they are first used there.
_TEXT, _WRONG, _REFUSED = 1, 2, 3
# XML cannot hold these; one of them and no program opens the workbook.
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
_NO_CHARACTERS = re.compile(b"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF in UTF-8
_LONGEST = 32_000
_ROWS = 10_000

# row -> 0-based column -> (sentences, whether the row was refused)
Marks = dict[int, dict[int, list[tuple[str, bool]]]]


def note(sentences: list[tuple[str, bool]]) -> str:
    """The text of the note on one cell."""
    told = "\n".join(sentence for sentence, _refused in sentences)
    return told + ("\n" + _("（整行未导入）") if any(refused for _sentence, refused in sentences) else "")


def rewrite(con: Any, sheets: Sequence[RawSheet], marks: dict[str, Marks], head: list[list[str]], rows: Iterator[list[Any]], target: Path) -> None:
    """Write the workbook: the sheets of the file, then the list of errors."""
    skeleton = target.with_suffix(".skeleton")
    _write_skeleton(sheets, marks, head, rows, skeleton)
    try:
        with zipfile.ZipFile(skeleton) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as result:
            parts = {f"xl/worksheets/sheet{number + 1}.xml": sheet for number, sheet in enumerate(sheets)}
            for item in source.infolist():
                if item.filename not in parts:
                    result.writestr(item.filename, source.read(item))
                    continue
                sheet = parts[item.filename]
                before, after = _around_rows(source.read(item))
                with result.open(item.filename, "w", force_zip64=True) as file:
                    file.write(before)
                    for block in _row_xml(con, sheet, marks[sheet.name]):
                        file.write(block)
                    file.write(after)
    finally:
        skeleton.unlink()


def _write_skeleton(sheets: Sequence[RawSheet], marks: dict[str, Marks], head: list[list[str]], rows: Iterable[list[Any]], path: Path) -> None:
    book = xlsxwriter.Workbook(str(path), {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
        "tmpdir": str(path.parent),
    })
    looks = [book.add_format({"num_format": "@"})]
    looks += [book.add_format({"num_format": "@", "bg_color": f"#{colour}"}) for colour in (CELL_FILL, ROW_FILL)]
    for number, part in enumerate(sheets):
        sheet = book.add_worksheet(_sheet_name(part.name, number))
        sheet.set_comments_author(AUTHOR)
        for column, look in enumerate(looks):
            sheet.write_blank(0, column, None, look)
        shift = int(part.typed)
        for row, columns in marks[part.name].items():
            for column, sentences in columns.items():
                sheet.write_comment(row - 1 + shift, column, note(sentences), {"x_scale": 2})
    listed = book.add_worksheet(LIST_TITLE)
    listed.set_column(0, 6, 18)
    for at, values in enumerate((*head, *rows)):
        for column, value in enumerate(values):
            if isinstance(value, int):
                listed.write_number(at, column, value)
            else:
                listed.write_string(at, column, value[:_LONGEST])
    book.close()


def _sheet_name(name: str, number: int) -> str:
    return name if name and name != LIST_TITLE else f"Sheet{number + 1}"


def _around_rows(xml: bytes) -> tuple[bytes, bytes]:
    """The skeleton's XML before and after its rows."""
    before, rest = re.split(rb"<sheetData/?>", xml, maxsplit=1)
    before = re.sub(rb"<dimension [^>]*/>", b"", before)
    return before + b"<sheetData>", b"</sheetData>" + rest.split(b"</sheetData>", 1)[-1]


def _row_xml(con: Any, raw: RawSheet, marks: Marks) -> Iterator[bytes]:
    """All rows of a sheet where they stood, title rows and totals too; marked rows are put together one by one."""
    shift = int(raw.typed)
    if raw.typed:
        yield _one_row(1, {column.index: column.letter for column in raw.columns}, {}, False)
    whole = raw.source if raw.typed or raw.path is None else parquet_source(raw.path)
    indexes = [column.index for column in raw.columns]
    wanted = ", ".join(map(str, marks)) or "NULL"
    names = ", ".join(f"CAST(c{index} AS VARCHAR)" for index in indexes)
    marked = {row: dict(zip(indexes, cells, strict=True)) for row, *cells in con.execute(
        f"SELECT _row, {names} FROM {whole} WHERE _row IN ({wanted})").fetchall()}
    last = con.execute(f"SELECT coalesce(max(_row), 0) FROM {whole}").fetchall()[0][0]
    # By ranges of rows: the whole as one result would not fit the memory.
    for start in range(0, last, _ROWS):
        part = f"SELECT _row, {_row_sql(indexes, shift)} FROM {whole} WHERE _row > {start} AND _row <= {start + _ROWS} ORDER BY _row"
        rows = con.execute(part).fetchall()
        texts = [_marked_row(row + shift, marked[row], marks[row]) if row in marked else xml.encode() for row, xml in rows]
        yield _NO_CHARACTERS.sub(b"", b"".join(texts).translate(None, _CONTROLS))


def _row_sql(indexes: Sequence[int], shift: int) -> str:
    """SQL of the XML of one row, all cells as text."""
    cells = []
    for index in indexes:
        text = f"left(CAST(c{index} AS VARCHAR), {_LONGEST})"
        for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            text = f"replace({text}, '{character}', '{entity}')"
        start = text_literal(f'<c r="{letters(index)}')
        middle = text_literal(f'" s="{_TEXT}" t="inlineStr"><is><t xml:space="preserve">')
        cells.append(f"coalesce({start} || r || {middle} || {text} || '</t></is></c>', '')".replace(" r ", f" (_row + {shift}) "))
    joined = ", ".join(cells)
    return f"concat('<row r=\"', _row + {shift}, '\">', {joined}, '</row>')"


def _marked_row(row: int, cells: dict[int, str | None], noted: dict[int, list[tuple[str, bool]]]) -> bytes:
    refused = any(refused for sentences in noted.values() for _sentence, refused in sentences)
    return _one_row(row, {**dict.fromkeys(noted), **cells}, noted, refused)


def _one_row(row: int, cells: dict[int, Any], noted: dict[int, list[tuple[str, bool]]], refused: bool) -> bytes:
    out = []
    for index in sorted(cells):
        style = _WRONG if index in noted else _REFUSED if refused else _TEXT
        text = cells[index]
        inside = f' t="inlineStr"><is><t xml:space="preserve">{escape(text[:_LONGEST])}</t></is></c>' if text else "/>"
        if text or style != _TEXT:
            out.append(f'<c r="{letters(index)}{row}" s="{style}"{inside}')
    return f'<row r="{row}">{"".join(out)}</row>'.encode()
