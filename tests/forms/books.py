"""Small XLSForms for tests."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter

from wenqu.forms.compiling import Compiled, compile_form

Rows = Sequence[Sequence[Any]]
SETTINGS: Rows = [["form_id", "form_title", "version"], ["t", "测试", "1"]]
CHOICES: Rows = [["list_name", "name", "label", "area"], ["yn", "y", "是", "a"], ["yn", "n", "否", "b"]]
COLUMNS = ("type", "name", "label")


def book(**sheets: Rows) -> bytes:
    """The bytes of a workbook with these sheets, in this order."""
    buffer = io.BytesIO()
    made = xlsxwriter.Workbook(buffer, {"strings_to_formulas": False, "strings_to_numbers": False, "in_memory": True})
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        for number, row in enumerate(rows):
            for at, cell in enumerate(row):
                if cell not in (None, ""):
                    sheet.write(number, at, cell)
    made.close()
    return buffer.getvalue()


def survey(*questions: dict[str, str]) -> Rows:
    """The survey sheet with the columns that the questions need."""
    columns = [*COLUMNS, *dict.fromkeys(name for each in questions for name in each if name not in COLUMNS)]
    return [columns, *([each.get(name, "") for name in columns] for each in questions)]


def ask(type_: str, name: str = "", label: str = "", **more: str) -> dict[str, str]:
    """One row of the survey sheet. Names without a label get one."""
    return {"type": type_, "name": name, "label": label or (name and f"题 {name}"), **more}


def form(*questions: dict[str, str], settings: Rows = SETTINGS, choices: Rows = CHOICES, **sheets: Rows) -> bytes:
    """A whole workbook."""
    return book(survey=survey(*questions), choices=choices, settings=settings, **sheets)


def compiled(*questions: dict[str, str], **sheets: Rows) -> Compiled:
    """A form that is taken."""
    return compile_form(form(*questions, **sheets))
