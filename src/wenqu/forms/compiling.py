"""Workbook -> everything that a form needs in use: the one door to this room."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenqu.forms.plan import PlanProblem, PlanRefused, plan_of
from wenqu.forms.problems import FormRefused, Problem, problem
from wenqu.forms.reading import Reading, read_form

# The column of the survey sheet that a part of a plan comes from.
_COLUMNS = {"calculate": "calculation", "readonly": "read_only", "count": "repeat_count", "guidance": "guidance_hint"}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A form ready to be served: XForm for Collect, plan for the page, names of the files that both need."""

    form_id: str
    version: str
    title: str
    xform: str
    plan: dict[str, Any]
    files: list[str]


def compile_form(source: Path | bytes) -> Compiled:
    """The form of a workbook; ``FormRefused`` with sheet, row, column and reason of everything that cannot be."""
    reading = read_form(source)
    try:
        plan = plan_of(reading.xform)
    except PlanRefused as refused:
        raise FormRefused([_placed(each, reading) for each in refused.problems]) from None
    form = plan["form"]
    files = sorted({str(each["file"]) for each in plan["files"].values()})
    return Compiled(form["id"], form["version"], form["title"], reading.xform, plan, files)


def _placed(found: PlanProblem, reading: Reading) -> Problem:
    row, path = reading.rows.get(found.path, 0), found.path
    while not row and "/" in path[1:]:
        # What pyxform made itself is told at the group or repeat that it made it for.
        path = path.rpartition("/")[0]
        row = reading.rows.get(path, 0)
    sheet = "entities" if "/meta/entity" in found.path else "settings" if "/meta/" in found.path else "survey"
    return problem(found.code, sheet, row, _COLUMNS.get(found.part, found.part), found.what)
