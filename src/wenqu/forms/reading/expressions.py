"""Every expression of a workbook, parsed where it stands: pyxform does not, and its validator lets unknown functions pass."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyxform.aliases import BINDING_CONVERSIONS
from pyxform.utils import default_is_dynamic

from wenqu.forms.problems import Problem, problem
from wenqu.forms.reading.columns import Columns
from wenqu.forms.reading.types import Question
from wenqu.forms.reading.workbook import Row
from wenqu.forms.supported import SHEETS
from wenqu.forms.xpath import XPathError, parse

_TRIGGER = re.compile(r"\$\{[^{}]+\}(\s*,\s*\$\{[^{}]+\})*")


def expression_problems(columns: Columns, row: Row, question: Question | None = None) -> Iterator[Problem]:
    """What is wrong with the expressions of one row."""
    names = {column.name for column in SHEETS[columns.sheet.name.strip().lower()] if column.expression}
    for bound in columns.bound:
        text = row.cells.get(bound.at, "")
        if bound.name not in names or not text or text in BINDING_CONVERSIONS:
            continue
        if bound.name == "trigger":
            if not _TRIGGER.fullmatch(text):
                yield problem("trigger_form", columns.sheet.name, row.number, bound.header)
            continue
        if bound.name == "default" and question is not None and not default_is_dynamic(text, _default_type(question)):
            continue
        try:
            parse(text)
        except XPathError as error:
            yield problem(error.code, columns.sheet.name, row.number, bound.header, error.what)


def _default_type(question: Question) -> str:
    return "dateTime" if question.kind.name == "datetime" else question.kind.name

