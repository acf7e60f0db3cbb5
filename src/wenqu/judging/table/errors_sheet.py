"""``errors.xlsx``: every cell that was not used, with its place, what stood there, and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from wenqu.importing.errors import in_order
from wenqu.judging.table.progress import Progress
from wenqu.judging.table.sheets import Workbook

HEADERS = ("工作表", "行", "列", "表头", "原值", "原因", "原因代码", "字段")
_WIDTHS = (14, 8, 8, 22, 22, 60, 24, 26)
_BATCH = 10_000


def write_errors(con: Any, errors: str, path: Path, total: int, progress: Progress) -> None:
    """Write all wrong cells in the order of the table."""
    book = Workbook(path, "未采用的单元格", _begin)
    progress.bar("写出未采用的单元格", total)
    rows = con.execute(in_order(errors))
    while batch := rows.fetchmany(_BATCH):
        for sheet, row, letter, header, raw, code, message, column in batch:
            book.write((sheet or None, row, letter, header, raw, message, code, column))
        progress.add(len(batch))
    book.close()


def _begin(book: Workbook, sheet: Any) -> int:
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    sheet.freeze_panes(1, 0)
    book.header_row(sheet, 0, HEADERS)
    return 1
