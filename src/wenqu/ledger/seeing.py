"""Which problems somebody sees: those of the area, and those that were assigned to their own body wherever it serves."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from wenqu.ledger.models import Problem
from wenqu.places.paths import is_within
from wenqu.places.rights import Right
from wenqu.places.scope import Area, below


def seen(rows: QuerySet[Problem], area: Area) -> QuerySet[Problem]:
    """Only the problems that somebody with this area may see."""
    mine = area.whole.may(Right.PROBLEMS)
    condition = Q(pk__in=())
    for path in mine.paths:
        condition |= below(path)
    for path, unit in area.units:
        condition |= below(path) & Q(unit=unit)
    return rows.filter(condition)


def sees(problem: Problem, area: Area) -> bool:
    return area.whole.may(Right.PROBLEMS).covers(problem.path) or is_of_unit(problem, area)


def path_seen(pk: int, area: Area) -> str | None:
    """Where a problem lies, by its key, for its evidence; None for one that is not seen. One query."""
    problem = Problem.objects.filter(pk=pk).only("path", "unit").first()
    return problem.path if problem is not None and sees(problem, area) else None


def is_of_unit(problem: Problem, area: Area) -> bool:
    """Whether the problem was assigned to a body for which a duty is held where the problem lies."""
    return any(unit == problem.unit and is_within(problem.path, path) for path, unit in area.units)
