"""Reads of the problem ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wenqu.facts.models import SubjectKind
from wenqu.ledger.models import Problem, ProblemHousehold, ProblemKind, ProblemState
from wenqu.places.queries import row_in
from wenqu.places.scope import Area, below, within

PAGE = 50
NAMED_PAGE = 100
LIVE = "live"


@dataclass(frozen=True)
class Filters:
    """What the ledger is narrowed to; without a word, what is still alive."""

    kind: str = ""
    state: str = LIVE
    subject: str = ""

    @classmethod
    def read(cls, query: Any) -> Filters:
        kind, state, subject = query.get("kind", ""), query.get("state", ""), query.get("subject", "")
        return cls(
            kind if kind in ProblemKind.values else "",
            state if state in (*ProblemState.values, "all") else LIVE,
            subject if subject in {str(each.value) for each in SubjectKind} else "",
        )


def problem_in(area: Area, pk: int) -> Problem:
    """The problem, or 404 where it does not exist or lies outside the area."""
    return row_in(Problem.objects.select_related("division", "closed_by"), area, pk, "problem")


def problem_rows(path: str, filters: Filters, before: int | None, size: int = PAGE) -> tuple[list[Problem], int | None]:
    """One page of problems below a path, newest first, and the number before which the next page begins."""
    found = Problem.objects.filter(below(path)).select_related("division").order_by("-pk")
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.state == LIVE:
        found = found.exclude(state=ProblemState.CLOSED)
    elif filters.state != "all":
        found = found.filter(state=filters.state)
    if filters.subject:
        found = found.filter(subject_kind=int(filters.subject))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def named_households(problem: Problem, area: Area, after: int, size: int = NAMED_PAGE) -> tuple[list[ProblemHousehold], int | None]:
    """One page of the households that a problem names, only those of the area; and where the next page begins."""
    found = within(ProblemHousehold.objects.filter(problem=problem, pk__gt=after), area, "household__path")
    rows = list(found.select_related("household__division").order_by("pk")[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def problems_of(subject_kind: int, subject_id: int) -> list[Problem]:
    """All problems of one subject, newest first."""
    return list(Problem.objects.filter(subject_kind=subject_kind, subject_id=subject_id).order_by("-pk"))


def problems_naming(household_id: int) -> list[Problem]:
    """All problems of schemes that name a household, newest first."""
    return list(Problem.objects.filter(named__household=household_id).order_by("-pk"))
