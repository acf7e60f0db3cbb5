"""The records of a round as a workbook: one row a record, entries of repeats on sheets of their own, headers as the form asks."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit.crypto.workplace import work_folder
from wenqu.kit.masking import cover
from wenqu.kit.sheet_text import clean
from wenqu.kit.workbooks import new_workbook
from wenqu.survey.desk.words import Words
from wenqu.survey.intake.answers import Answers
from wenqu.survey.models import Reason, Submission
from wenqu.survey.rounds.columns import Column, Table, cells_of

# A sheet holds 1,048,576 rows; what is more goes on in the next.
MOST_ROWS = 1_000_000
_NAME_NOT = re.compile(r"[\[\]:*?/\\']")
_NUMBERS = frozenset({"integer", "decimal"})
_FIRST = 13


@dataclass(frozen=True)
class Row:
    """A record as the workbook shows it."""

    record: Submission
    answers: Answers
    place: str
    number: str
    name: str
    words: Words | None
    # How names that stand in answers are shown where it lies.
    mask: Callable[[str], str]


class _Sheets:
    """The sheets of one table; a full one is followed by another."""

    def __init__(self, book: Any, name: str, heads: list[str], taken: set[str]) -> None:
        self.book, self.name, self.heads, self.taken = book, _NAME_NOT.sub("", clean(name)).strip()[:24] or _("记录"), heads, taken
        self.bold = book.add_format({"bold": True, "bg_color": "#E7EEF4", "border": 1, "text_wrap": True, "valign": "vcenter"})
        self._begin()

    def _begin(self) -> None:
        name, number = self.name, 2
        while name.lower() in self.taken:
            name, number = f"{self.name}（{number}）", number + 1
        self.taken.add(name.lower())
        self.sheet, self.line = self.book.add_worksheet(name), 1
        self.sheet.freeze_panes(1, 1)
        self.sheet.set_column(0, max(0, len(self.heads) - 1), 14)
        for place, head in enumerate(self.heads):
            self.sheet.write_string(0, place, clean(head), self.bold)

    def write(self, cells: Iterable[str | int | float]) -> None:
        if self.line > MOST_ROWS:
            self._begin()
        for place, cell in enumerate(cells):
            if isinstance(cell, int | float):
                self.sheet.write_number(self.line, place, cell)
            elif cell:
                self.sheet.write_string(self.line, place, clean(cell))
        self.line += 1


def write_round(target: Path, tables: list[Table], rows: Iterable[Row]) -> int:
    """Write whole or not at all. Returns how many records it holds."""
    count, first = 0, tables[0]
    with work_folder() as folder, new_workbook(target, rows_in=folder) as book:
        taken: set[str] = set()
        records = _Sheets(book, first.title, [*_heads(), *(column.head for column in first.columns), _("表单以外的内容")], taken)
        entries = {
            table.repeat: _Sheets(book, table.title, [_("记录"), _("序号"), _("户（工程）编号"), *(column.head for column in table.columns)], taken)
            for table in tables[1:]
        }
        for row in rows:
            count += 1
            values = row.answers.values
            told = next(iter(cells_of(values, first).values()), {})
            records.write([*_about(row), *(_cell(row, column, told) for column in first.columns), _rest(row, tables)])
            for table in tables[1:]:
                for entry, answers in cells_of(values, table).items():
                    entries[table.repeat].write([row.record.pk, entry, row.number, *(_cell(row, column, answers) for column in table.columns)])
        _explain(book, tables, taken)
    return count


def _heads() -> list[str]:
    heads = [
        _("记录"), _("状态"), _("待定原因"), _("所在地"), _("户（工程）编号"), _("户主（工程）名称"), _("填表人"), _("手机"), _("填写时间"), _("收到时间"),
        _("表单版本"), _("还没有收到的文件"), _("裁定理由"),
    ]
    assert len(heads) == _FIRST
    return heads


def _about(row: Row) -> list[str | int]:
    record = row.record
    return [
        record.pk, str(record.get_state_display()), "；".join(str(Reason(code).label) for code in record.reasons), row.place, row.number, row.name,
        record.account.name, record.device.name, _moment(record.filled_at), _moment(record.received_at), record.form_version, "、".join(record.missing),
        cover(record.decided_why),
    ]


def _cell(row: Row, column: Column, told: Mapping[str, str]) -> str | int | float:
    text = told.get(column.path, "")
    if not text:
        return ""
    if column.kind in _NUMBERS:
        try:
            number = float(text)
            if not math.isfinite(number):
                return text
            return int(number) if number.is_integer() and abs(number) < 2**53 else number
        except (ValueError, OverflowError):
            return text
    # The head that a form is given from the register is a name like any other.
    if column.path.rpartition("/")[2] == "head":
        return row.mask(text)
    shown = row.words.text(column.path, text) if row.words else text
    return cover(shown) if column.kind in {"text", "value"} else shown


def _rest(row: Row, tables: list[Table]) -> str:
    """What no column holds: nothing of a record may be missing because no version of ours asks for it."""
    known = {column.path for table in tables for column in table.columns}
    other = dict(row.answers.extra)
    if row.words is None:
        other |= {path: text for path, text in row.answers.values.items() if path.partition("[")[0] not in known}
    return cover("；".join(f"{path}={text}" for path, text in other.items()))


def _moment(at: Any) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at is not None else ""


def _explain(book: Any, tables: list[Table], taken: set[str]) -> None:
    sheet = _Sheets(book, _("题目对照"), [_("工作表"), _("列名"), _("题目名称（英文）")], taken)
    for table in tables:
        for column in table.columns:
            sheet.write([table.title, column.head, column.path.rpartition("/")[2]])
