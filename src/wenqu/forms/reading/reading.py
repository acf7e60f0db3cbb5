"""One workbook from bytes to XForm XML: our checks first, then pyxform."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from wenqu.forms.problems import FormRefused, Problem, problem
from wenqu.forms.reading.columns import Columns, columns_of
from wenqu.forms.reading.converter import xform_of
from wenqu.forms.reading.expressions import expression_problems
from wenqu.forms.reading.types import Question, question_of
from wenqu.forms.reading.workbook import Sheet, read_bytes, sheets_of
from wenqu.forms.supported import REFUSED_SHEETS, SHEETS

ROOT = "data"
_NEEDED = ("form_id", "form_title", "version")


@dataclass(frozen=True, slots=True)
class Reading:
    """The XForm, and which row of the survey sheet each path comes from."""

    xform: str
    rows: dict[str, int]


def read_form(source: Path | bytes) -> Reading:
    """The XForm of a workbook; ``FormRefused`` with everything that our checks find, else with what pyxform says."""
    content = read_bytes(source)
    sheets = sheets_of(content)
    problems = [problem("sheet_missing", what=name) for name in ("survey", "settings") if name not in sheets]
    problems += [problem("sheet_unsupported", sheets[name].name, what=sheets[name].name) for name in REFUSED_SHEETS if name in sheets]
    rows: dict[str, int] = {}
    for name, sheet in sheets.items():
        if name in SHEETS:
            columns, found = columns_of(sheet)
            problems += found
            problems += _survey(columns, rows) if name == "survey" else _other(columns)
    if problems:
        raise FormRefused(sorted(set(problems), key=lambda each: (_order(each.sheet), each.row, each.column, each.code)))
    return Reading(xform_of(content), rows)


def _order(sheet: str) -> int:
    names = ["", *SHEETS]
    return names.index(sheet.lower()) if sheet.lower() in names else len(names)


def _other(columns: Columns) -> list[Problem]:
    sheet: Sheet = columns.sheet
    found = [each for row in sheet.rows for each in expression_problems(columns, row)]
    if sheet.name.strip().lower() == "settings":
        first = sheet.rows[0] if sheet.rows else None
        missing = [name for name in _NEEDED if first is None or not columns.text(first, name)]
        found += [problem("setting_missing", sheet.name, 2, name, name) for name in missing]
    if sheet.name.strip().lower() == "choices":
        found += [problem("label_missing", sheet.name, row.number, columns.header("label")) for row in sheet.rows if not columns.text(row, "label")]
    return found


def _survey(columns: Columns, rows: dict[str, int]) -> list[Problem]:
    problems: list[Problem] = []
    groups: list[Question] = []
    for row in columns.sheet.rows:
        question, found = question_of(columns, row)
        problems += found
        if question is None:
            continue
        problems += expression_problems(columns, row, question)
        if question.kind.name in {"end_group", "end_repeat"}:
            groups = groups[:-1]
            continue
        rows["/".join(["", ROOT, *(each.name for each in groups), question.name])] = row.number
        if question.kind.name in {"begin_group", "begin_repeat"}:
            groups = [*groups, question]
    return problems
