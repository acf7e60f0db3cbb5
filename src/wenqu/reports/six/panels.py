"""The six views on the page of a closed problem."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from wenqu.kit.moments import moment_of
from wenqu.ledger.loop.history import as_of
from wenqu.ledger.models import Problem
from wenqu.reports.six.queries import six_of


def six_of_problem(problem: Problem, request: HttpRequest) -> dict[str, Any] | None:
    if not problem.is_closed:
        return None
    moment = moment_of(request)
    at = moment.at if moment else timezone.now()
    then = as_of(problem, at)
    six = six_of([then], request.area, at).get(problem.pk) if then else None  # type: ignore[attr-defined]
    return {"six": six, "at": at} if six else None
