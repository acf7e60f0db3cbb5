"""The problem ledger: list, one, whom it names. Its steps are in `steps`, its reports in `reports`."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router

from wenqu.api.common import area_of_request, division_asked, number, place, text
from wenqu.api.fields import USUAL, Id, NumberCursor, Size
from wenqu.api.operation import operation
from wenqu.api.schema import ledger as told
from wenqu.api.words import SUBJECTS, subject
from wenqu.facts.models import SubjectKind
from wenqu.households.showing import showing
from wenqu.kit.looks import note_look
from wenqu.ledger import queries
from wenqu.ledger.models import Problem
from wenqu.places.rights import Right
from wenqu.places.scope import Area

router = Router(tags=["problems"])
_NUMBERS = {word: str(kind.value) for kind, word in SUBJECTS.items()}


@operation(router, "GET", "/problems", Right.PROBLEMS, gives=told.ProblemPage, also=(404,))
def list_problems(
    request: HttpRequest, division: Id | None = None, kind: told.KindWord | None = None,
    state: told.StateFilter = "live", subject: Literal["household", "scheme"] | None = None,
    after: NumberCursor | None = None, limit: Size = USUAL,
) -> dict[str, Any]:
    """List problems 问题台账

    The problems of a division, the newest first; `state=live` are those that are not closed.
    """
    top = division_asked(request, division)
    filters = queries.Filters(kind=kind or "", state=state, subject=_NUMBERS[subject] if subject else "")
    rows, following = queries.problem_rows(top.path, area_of_request(request), filters, number(after), limit)
    note_look(request, "list_problems", path=top.path, page=number(after), rows=len(rows), state=state, kind=kind)
    area = area_of_request(request)
    return {"items": [_problem(row, area) for row in rows], "next": text(following)}


@operation(router, "GET", "/problems/{problem}", Right.PROBLEMS, Right.UNIT_WORK, gives=told.Problem, also=(404,))
def get_problem(request: HttpRequest, problem: Id) -> dict[str, Any]:
    """Get one problem

    Every look is written down in the audit log.
    """
    area = area_of_request(request)
    found = queries.problem_in(area, problem)
    note_look(request, "view_problem", subject=f"problem:{found.number}", path=found.path)
    return _problem(found, area)


@operation(router, "GET", "/problems/{problem}/households", Right.HOUSEHOLDS, gives=told.NamedPage, also=(404,))
def list_named_households(request: HttpRequest, problem: Id, after: NumberCursor | None = None, limit: Size = USUAL) -> dict[str, Any]:
    """List the households that a problem of a scheme names 涉及农户

    Only those of the area.
    """
    area = area_of_request(request)
    found = queries.problem_in(area, problem)
    rows, following = queries.named_households(found, area, number(after) or 0, limit)
    note_look(request, "view_problem", subject=f"problem:{found.number}", path=found.path, page=number(after), rows=len(rows))
    shown = showing(area)
    items = [
        {
            "household": row.household_id, "number": row.household.number,
            "head_name": shown.name(row.household.head_name, row.household.path), "division": place(row.household.division),
        }
        for row in rows
    ]
    return {"items": items, "next": text(following)}


def _problem(row: Problem, area: Area) -> dict[str, Any]:
    plain = (
        "number", "kind", "state", "clue", "severity", "level", "unit", "round", "version", "outcome", "source", "reason", "explanation",
        "opened_on", "seen_on", "due_at", "closed_on", "closing_note", "reports_count",
    )
    return {
        "id": row.pk, **{name: getattr(row, name) for name in plain}, "division": place(row.division),
        "households_named": row.named_seen,  # type: ignore[attr-defined]
        "subject": {**subject(row.subject_kind, row.subject_id), "name": _subject_name(row, area)},
    }


def _subject_name(row: Problem, area: Area) -> str:
    """The name as it was when the problem was opened: of a household «张三（6101…）», the name masked where it is not shown whole."""
    if row.subject_kind != SubjectKind.HOUSEHOLD:
        return row.subject_name
    return showing(area).kept_name(row.subject_name, row.path)
