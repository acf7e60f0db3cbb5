"""What this room shows on the pages of households and schemes: their problems."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.kit.moments import moment_of
from wenqu.ledger.queries import problems_naming, problems_of, problems_then
from wenqu.places.rights import Right
from wenqu.schemes.models import Scheme


def problems_of_household(household: Household, request: HttpRequest) -> dict[str, Any]:
    area = request.area  # type: ignore[attr-defined]
    moment = moment_of(request)
    if moment is not None:
        rows = problems_then(household.pk, moment.at)
    else:
        rows = [*problems_of(SubjectKind.HOUSEHOLD, household.pk), *problems_naming(household.pk)]
    return {"at": moment.asked if moment else "", "rows": [{"problem": row, "mine": area.covers(row.path)} for row in rows]}


def problems_of_scheme(scheme: Scheme, request: HttpRequest) -> dict[str, Any] | None:
    area = request.area  # type: ignore[attr-defined]
    if not area.whole.may(Right.PROBLEMS).covers(scheme.path):
        return None
    return {"rows": [{"problem": row, "mine": True} for row in problems_of(SubjectKind.SCHEME, scheme.pk)]}
