"""Reports of problems: those of one, and writing one down."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Router

from wenqu.api.common import area_of_request, number, place, text
from wenqu.api.fields import USUAL, Id, NumberCursor, Size
from wenqu.api.operation import operation
from wenqu.api.operations.steps import SEES
from wenqu.api.schema import steps as told
from wenqu.api.words import subject as subject_words
from wenqu.facts.models import SubjectKind
from wenqu.households.queries import household_in
from wenqu.households.showing import showing
from wenqu.kit.looks import note_look
from wenqu.kit.refusal import Refused
from wenqu.ledger import queries
from wenqu.ledger.models import Report
from wenqu.ledger.reporting.actions import report_problem as register
from wenqu.ledger.reporting.subjects import Subject, of_household, of_scheme, of_village
from wenqu.places.levels import Level
from wenqu.places.queries import division_in
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.schemes.queries import scheme_in

router = Router(tags=["problems"])


@operation(router, "GET", "/problems/{problem}/reports", *SEES, gives=told.ReportPage, also=(404,))
def list_reports(request: HttpRequest, problem: Id, after: NumberCursor | None = None, limit: Size = USUAL) -> dict[str, Any]:
    """List the reports of a problem 反映记录

    Only those of the area: households elsewhere may have told of the same scheme.
    """
    area = area_of_request(request)
    found = queries.problem_in(area, problem)
    rows = list(queries.reports_of(found, area).filter(pk__gt=number(after) or 0)[: limit + 1])
    note_look(request, "view_problem", subject=f"problem:{found.number}", path=found.path, page=number(after), rows=len(rows[:limit]))
    return {"items": [_report(row, area) for row in rows[:limit]], "next": text(rows[limit - 1].pk if len(rows) > limit else None)}


@operation(
    router, "POST", "/reports", Right.REPORT, gives=told.Report, also=(404, 409), write=True,
    codes="`key_used`, `happened_in_future`, `happened_too_early`, `not_a_village`.",
)
def report_problem(request: HttpRequest, body: told.NewReport) -> dict[str, Any]:
    """Write a report down 登记反映

    It joins the live problem that tells of the same, opens again one that was closed lately, or begins a new one; `problem` and
    `number` name it. Several reports on one scheme or village in a short time raise an area alarm in the same moment.
    """
    area, now = area_of_request(request), timezone.now()
    report = register(
        subject=_subject(body.subject, area), kind=body.kind, way=body.way, words=body.words, key=body.key, reporter=body.reporter,
        reporter_phone=body.reporter_phone, happened_at=body.happened_at, area=area, by=request.user, at=now,  # type: ignore[arg-type]
    )
    return _report(Report.objects.select_related("problem", "division").get(pk=report.pk), area)


def _subject(asked: told.ReportedSubject, area: Area) -> Subject:
    """What the report is about; 404 where it lies outside the area."""
    if asked.kind == "household":
        return of_household(household_in(area, asked.id))
    if asked.kind == "scheme":
        return of_scheme(scheme_in(area, asked.id))
    division = division_in(area, asked.id)
    if division.level != Level.VILLAGE:
        raise Refused("not_a_village", _("只能按村登记反映，请选择一个村"))
    return of_village(division)


def _report(row: Report, area: Area) -> dict[str, Any]:
    name = showing(area).kept_name(row.subject_name, row.path) if row.subject_kind == SubjectKind.HOUSEHOLD else row.subject_name
    return {
        "id": row.pk, "problem": row.problem_id, "number": row.problem.number, "way": row.way, "kind": row.kind,
        "subject": {**subject_words(row.subject_kind, row.subject_id), "name": name}, "division": place(row.division),
        "words": row.words, "happened_at": row.happened_at, "at": row.at,
    }
