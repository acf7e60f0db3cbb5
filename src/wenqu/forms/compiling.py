"""Workbook -> everything that a form needs in use: the one door to this room."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenqu.forms.plan import PlanProblem, PlanRefused, plan_of
from wenqu.forms.problems import FormRefused, Problem, problem
from wenqu.forms.reading import Reading, read_form

_COUNT = "_count"
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
        raise FormRefused(list(dict.fromkeys(_placed(each, reading) for each in refused.problems))) from None
    form = plan["form"]
    files = sorted({str(each["file"]) for each in plan["files"].values()})
    return Compiled(form["id"], form["version"], form["title"], reading.xform, plan, files)


def _placed(found: PlanProblem, reading: Reading) -> Problem:
    column = _COLUMNS.get(found.part, found.part)
    if "/meta/entity" in found.path:
        return problem(found.code, "entities", 0, "", found.what)
    if "/meta/" in found.path:
        return problem(found.code, "settings", 2, "instance_name", found.what)
    row, path = reading.rows.get(found.path, 0), found.path
    if not row and path.endswith(_COUNT) and path.removesuffix(_COUNT) in reading.rows:
        # An expression of repeat_count became a question of its own.
        return problem(found.code, "survey", reading.rows[path.removesuffix(_COUNT)], "repeat_count", found.what)
    while not row and "/" in path[1:]:
        # What else pyxform made itself is told at the group or repeat that it made it for.
        path = path.rpartition("/")[0]
        row = reading.rows.get(path, 0)
    return problem(found.code, "survey", row, column, found.what)
