"""Workbooks that we write: row by row, every text as a text, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import xlsxwriter


@contextmanager
def new_workbook(target: Path, *, half_in: Path | None = None, rows_in: Path | None = None) -> Iterator[xlsxwriter.Workbook]:
    """A workbook that stands under its own name only once it is complete; broken off, it leaves nothing behind.

    One row is in memory at a time; a name that begins with = + - or @ never becomes a formula. Until it is complete it
    lies in `half_in`, and its rows in `rows_in`, which stay where it is broken off: beside the target unless told.
    """
    half_in = half_in or target.parent
    half_in.mkdir(parents=True, exist_ok=True)
    half = half_in / f".{target.name}.half"
    book = xlsxwriter.Workbook(str(half), {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False, "strings_to_urls": False, "tmpdir": str(rows_in or half_in),
    })
    try:
        try:
            yield book
        finally:
            book.close()
        half.replace(target)
    finally:
        half.unlink(missing_ok=True)
