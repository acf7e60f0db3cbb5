"""Reads of the problem ledger."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.ledger import lifecycle
from wenqu.ledger.kinds import kinds
from wenqu.ledger.models import Problem, ProblemHousehold, ProblemState
from wenqu.ledger.seeing import seen
from wenqu.places.levels import Level
from wenqu.places.paths import STEP
from wenqu.places.queries import missing_row
from wenqu.places.scope import Area, below, within

PAGE = 50
NAMED_PAGE = 100
LIVE = "live"
# Words for groups of states, beside the states themselves.
GROUPS = {LIVE: lifecycle.LIVE, "all": frozenset(lifecycle.STATES), "open": lifecycle.LIVE, "clue": lifecycle.LIVE, "closed": lifecycle.CLOSED}
_COUNTY = Level.COUNTY * STEP


def group_labels() -> list[tuple[str, str]]:
    """The groups that one can filter by, beside the single states."""
    return [("open", _("未关闭（不含线索）")), ("clue", _("待核实线索")), ("closed", _("已关闭（含不属实、并入）"))]


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
            kind if kind in kinds() else "",
            state if state in ProblemState.values or state in GROUPS else LIVE,
            subject if subject in {str(each.value) for each in SubjectKind} else "",
        )


def problem_in(area: Area, pk: int) -> Problem:
    """The problem, or 404 where it does not exist or is none that somebody with this area sees."""
    found = seen(Problem.objects.select_related("division", "closed_by", "holder", "merged_into", "split_from"), area)
    problem = found.filter(pk=pk).first()
    if problem is None:
        raise missing_row(Problem, pk, "problem")
    count_named([problem], area)
    return problem


def count_named(problems: list[Problem], area: Area) -> None:
    """Give every problem `named_seen`: how many households of the area it names; 1 where it is a household's own.

    A scheme and the households that it serves lie in one county: who sees the county sees the kept count.
    """
    narrow = [each.pk for each in problems if each.subject_kind != SubjectKind.HOUSEHOLD and not area.covers(each.path[:_COUNTY])]
    found = within(ProblemHousehold.objects.filter(problem__in=narrow), area, "household__path")
    mine = dict(found.values_list("problem").annotate(Count("pk")).order_by()) if narrow else {}
    for each in problems:
        if each.subject_kind == SubjectKind.HOUSEHOLD:
            each.named_seen = 1  # type: ignore[attr-defined]
        else:
            each.named_seen = mine.get(each.pk, 0) if each.pk in narrow else each.households_named  # type: ignore[attr-defined]


def problem_rows(path: str, area: Area, filters: Filters, before: int | None, size: int = PAGE) -> tuple[list[Problem], int | None]:
    """One page of problems below a path, newest first, and the number before which the next page begins."""
    found = Problem.objects.filter(below(path)).select_related("division").order_by("-pk")
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.state != "all":
        found = found.filter(state__in=GROUPS.get(filters.state, (filters.state,)))
    if filters.state in {"open", "clue"}:
        found = found.filter(clue=filters.state == "clue")
    if filters.subject:
        found = found.filter(subject_kind=int(filters.subject))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: size + 1])
    count_named(rows[:size], area)
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
