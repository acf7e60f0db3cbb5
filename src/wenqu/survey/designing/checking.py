"""What is asked of a workbook beyond that it compiles. The files that it needs: `designing.tables`."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

import wenqu.forms
from wenqu.forms.compiling import Compiled, compile_form
from wenqu.forms.problems import FormRefused, Problem

MOST_BYTES = 10 * 1024 * 1024
_LONGEST = {"form_id": 100, "version": 60, "form_title": 120}
_SHIPPED = Path(wenqu.forms.__file__).parent / "shipped"
# The forms that come along: the name of the workbook -> the number of the form.
SHIPPED = {
    "household-check": "household_check", "scheme-check": "scheme_check", "problem-report": "problem_report", "problem-rectify": "problem_rectify",
    "problem-check": "problem_check", "household-new": "household_new", "contact-visit": "contact_visit",
    "water-sample": "water_sample",
}


def read_workbook(content: bytes) -> Compiled:
    """The form of a workbook; `FormRefused` with every reason by sheet, row and column. Its files are not looked at."""
    if len(content) > MOST_BYTES:
        raise FormRefused([Problem("", 0, "", "file_too_large", _("工作簿超过 %(most)d MB。请删去图片和多余的工作表。") % {"most": MOST_BYTES // 1024**2})])
    compiled = compile_form(content)
    problems = [
        Problem("settings", 2, name, "setting_too_long", _("超过 %(most)d 个字符。请缩短。") % {"most": _LONGEST[name]})
        for name, text in (("form_id", compiled.form_id), ("version", compiled.version), ("form_title", compiled.title)) if len(text) > _LONGEST[name]
    ]
    if problems:
        raise FormRefused(problems)
    return compiled


def shipped_workbook(name: str) -> bytes:
    """A workbook that comes along."""
    if name not in SHIPPED:
        raise KeyError(name)
    return (_SHIPPED / f"{name}.xlsx").read_bytes()
