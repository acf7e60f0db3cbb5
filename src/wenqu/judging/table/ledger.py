"""``ledger.xlsx``: the household ledger as officials expect it, with the reason of every grade as a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from wenqu.importing.columns import FACT_COLUMNS, Column
from wenqu.judging.table.progress import Progress
from wenqu.judging.table.sentences import INPUTS, Explainer
from wenqu.judging.table.sheets import MOST_ROWS, Workbook
from wenqu.rulebook.model import Pack
from wenqu.rulebook.names import GRADE_NAMES, INDICATOR_NAMES, OVERALL_NAMES
from wenqu.rulebook.vectorised import judge_sql

_INDICATORS, _GRADES, _OVERALL = INDICATOR_NAMES["zh"], GRADE_NAMES["zh"], OVERALL_NAMES["zh"]
_BATCH = 2_000
_HEAD_ROWS = 3
_SHORT, _LONG = 12, 46


def write_ledger(con: Any, relation: str, pack: Pack, as_of: str, path: Path, rows: int, progress: Progress,
                 most_rows: int = MOST_ROWS) -> None:
    """One row per household in the order of the table: what is known, four grades with reasons, the overall grade."""
    columns = FACT_COLUMNS
    title = f"农户饮水安全评价台账（{pack.zh}，截至 {as_of}）"
    book = Workbook(path, "农户台账", lambda book, sheet: _begin(book, sheet, title, columns), most_rows)
    explainer = Explainer(pack)
    places = {indicator: [_place(columns, name) for name in INPUTS[indicator]] for indicator in _INDICATORS}
    words = [_words(column) for column in columns]
    width = len(columns)
    progress.bar("写出台账", rows)
    # On the connection itself: a cursor of its own would not see the temporary view of the coerced table.
    source = con.execute(judge_sql(pack, relation, [column.name for column in columns], enums=False))
    while batch := source.fetchmany(_BATCH):
        for row in batch:
            cells: list[object] = [_shown(value, known) for value, known in zip(row, words, strict=False)]
            for at, (indicator, used) in enumerate(places.items()):
                cells.append(_GRADES[row[width + at]])
                cells.append(explainer.sentence(indicator, tuple(row[i] for i in used)))
            cells.append(_OVERALL[row[width + 4]])
            book.write(cells)
        progress.add(len(batch))
    book.close()


def _place(columns: Sequence[Column], name: str) -> int:
    return next(at for at, column in enumerate(columns) if column.name == name)


def _words(column: Column) -> dict[object, str]:
    return {choice.value: choice.zh for choice in column.choices}


def _shown(value: object, words: dict[object, str]) -> object:
    if value is None or not words:
        return float(value) if isinstance(value, Decimal) else value
    return words.get(value, value)


def _begin(book: Workbook, sheet: Any, title: str, columns: Sequence[Column]) -> int:
    upper = [f"{column.zh}（{column.unit}）" if column.unit else column.zh for column in columns]
    lower = [""] * len(columns)
    for name in _INDICATORS.values():
        upper += [name, ""]
        lower += ["等级", "理由"]
    upper.append("总体评价")
    lower.append("")
    last = len(upper) - 1
    sheet.set_column(0, last, _SHORT)
    for at in range(len(columns), last, 2):
        sheet.set_column(at + 1, at + 1, _LONG)
        book.merge(sheet, 1, at, 1, at + 1)
    for at in (*range(len(columns)), last):
        book.merge(sheet, 1, at, 2, at)
    book.merge(sheet, 0, 0, 0, last)
    sheet.set_row(0, 28)
    sheet.freeze_panes(_HEAD_ROWS, 1)
    sheet.autofilter(2, 0, 2, last)
    sheet.write_string(0, 0, title, book.title)
    book.header_row(sheet, 1, upper)
    book.header_row(sheet, 2, lower)
    return _HEAD_ROWS
