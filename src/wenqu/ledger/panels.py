"""What this room shows on the pages of households and schemes: their problems."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.kit.moments import moment_of
from wenqu.kit.refusal import why_not
from wenqu.ledger.queries import problems_naming, problems_of, problems_then
from wenqu.ledger.reporting.permissions import check_can_report
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.schemes.models import Scheme


def problems_of_household(household: Household, request: HttpRequest) -> dict[str, Any]:
    area = request.area  # type: ignore[attr-defined]
    moment = moment_of(request)
    if moment is not None:
        rows = problems_then(household.pk, moment.at)
    else:
        rows = [*problems_of(SubjectKind.HOUSEHOLD, household.pk), *problems_naming(household.pk)]
    report = "" if moment else _report_url("household", household.pk, household.path, area)
    return {"at": moment.asked if moment else "", "report": report, "rows": [{"problem": row, "mine": area.covers(row.path)} for row in rows]}


def problems_of_scheme(scheme: Scheme, request: HttpRequest) -> dict[str, Any] | None:
    area = request.area  # type: ignore[attr-defined]
    if not area.whole.may(Right.PROBLEMS).covers(scheme.path):
        return None
    return {
        "report": _report_url("scheme", scheme.pk, scheme.path, area),
        "rows": [{"problem": row, "mine": True} for row in problems_of(SubjectKind.SCHEME, scheme.pk)],
    }


def _report_url(name: str, pk: int, path: str, area: Area) -> str:
    """Where a report on this subject is written down, for those who may."""
    return f"{reverse('ledger:report')}?{name}={pk}" if why_not(check_can_report, path, area) is None else ""
