"""The cells of a workbook as text with their place, after a look at whether it may be opened at all."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from openpyxl import load_workbook
from pyxform.xls2json_backends import xlsx_value_to_str

from wenqu.forms.problems import FormRefused, Problem, problem
from wenqu.importing.uploads import detect_format, unpacks_too_large
from wenqu.kit.refusal import Refused

BYTES_LIMIT = 5 * 1024**2
# A form unpacks to some hundred kB; a sheet of CSV-like choices to a few MB.
UNPACKED_LIMIT = 48 * 1024**2
ROWS_LIMIT = 20_000
COLUMNS_LIMIT = 200


@dataclass(slots=True)
class Row:
    """A row by Excel's own number: column number -> text of the cells that are not blank."""

    number: int
    cells: dict[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Sheet:
    """A sheet with its headers (column number -> text) and the rows that are not blank."""

    name: str
    headers: dict[int, str]
    rows: list[Row]


def read_bytes(source: Path | bytes) -> bytes:
    """The bytes of a workbook that is safe to open; refuses everything else."""
    if isinstance(source, bytes):
        with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
            file.write(source)
            file.flush()
            _check_file(Path(file.name))
        return source
    _check_file(source)
    return source.read_bytes()


def _check_file(path: Path) -> None:
    try:
        kind = detect_format(path, BYTES_LIMIT)
    except Refused as refused:
        raise FormRefused([Problem("", 0, "", refused.code, refused.message)]) from None
    if kind != "xlsx":
        raise FormRefused([problem("file_not_xlsx")])
    with ZipFile(path) as archive:
        if unpacks_too_large(archive.infolist(), limit=UNPACKED_LIMIT):
            raise FormRefused([problem("sheet_too_large", what=f"{UNPACKED_LIMIT // 1024**2} MB")])


def sheets_of(content: bytes) -> dict[str, Sheet]:
    """All sheets by their name in small letters."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        found = {str(sheet.title).strip().lower(): _sheet(str(sheet.title), sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
        book.close()
    except FormRefused:
        raise
    except Exception:  # a broken workbook may raise whatever its parts raise
        raise FormRefused([problem("file_unreadable")]) from None
    return found


def _sheet(name: str, lines: Iterable[tuple[Any, ...]]) -> Sheet:
    headers: dict[int, str] = {}
    rows: list[Row] = []
    for number, line in enumerate(lines, start=1):
        cells = {at: text for at, value in enumerate(line) if value is not None and (text := xlsx_value_to_str(value).strip())}
        if number > ROWS_LIMIT or any(at >= COLUMNS_LIMIT for at in cells):
            raise FormRefused([problem("sheet_too_large", name, what=f"{ROWS_LIMIT}×{COLUMNS_LIMIT}")])
        if number == 1:
            headers = cells
        elif cells:
            rows.append(Row(number, cells))
    return Sheet(name, headers, rows)
