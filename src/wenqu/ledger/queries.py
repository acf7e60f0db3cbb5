"""Reads of the problem ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.kit.moments import day_in, end_of, start_of
from wenqu.ledger import lifecycle
from wenqu.ledger.kinds import categories, kinds, kinds_of
from wenqu.ledger.loop.history import stood
from wenqu.ledger.models import Problem, ProblemHousehold, ProblemState, Report, Step
from wenqu.ledger.models.problem import Outcome
from wenqu.ledger.seeing import is_of_unit, seen
from wenqu.places import paths
from wenqu.places.queries import missing_row
from wenqu.places.rights import Right
from wenqu.places.scope import Area, below, within

PAGE = 50
NAMED_PAGE = 100
LIVE = "live"
# Live, and its time has passed: asked of now only.
OVERDUE = "overdue"
# Words for groups of states, beside the states themselves.
REAL = frozenset(lifecycle.STATES) - {lifecycle.DISMISSED, lifecycle.MERGED}
GROUPS = {
    LIVE: lifecycle.LIVE, "all": frozenset(lifecycle.STATES), "open": lifecycle.LIVE, "clue": lifecycle.LIVE, "closed": lifecycle.CLOSED,
    "real": REAL, "signed": lifecycle.SIGNED, "fixed": lifecycle.SIGNED, "unfixed": REAL,
}
# Whether a group holds clues: only these are asked.
CLUES = {"open": False, "clue": True, "real": False, "unfixed": False}


def group_labels(*, then: bool = False) -> list[tuple[str, str]]:
    """The groups that one can filter by, beside the single states; `then`: of an earlier day."""
    return [
        *([] if then else [(OVERDUE, _("逾期"))]), ("open", _("未关闭（不含线索）")), ("clue", _("待核实线索")), ("closed", _("已关闭（含不属实、并入）")), ("real", _("属实的问题（含已销号）")),
        ("signed", _("已销号（含备案）")), ("fixed", _("已销号并解决")), ("unfixed", _("属实但没有解决")),
    ]


@dataclass(frozen=True)
class Filters:
    """What the ledger is narrowed to; without a word, what is still alive."""

    kind: str = ""
    state: str = LIVE
    subject: str = ""
    category: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def states(self) -> frozenset[str]:
        return lifecycle.LIVE if self.state == OVERDUE else GROUPS.get(self.state) or frozenset({self.state})

    @property
    def narrow(self) -> bool:
        """Whether more is asked than one of the great groups, so that few rows may fit."""
        return bool(self.state not in GROUPS or self.state == "clue" or self.kinds or self.subject or self.since or self.until)

    @property
    def kinds(self) -> list[str]:
        """The kinds to narrow to; empty for all."""
        return [self.kind] if self.kind else kinds_of(self.category) if self.category else []

    @classmethod
    def read(cls, query: Any) -> Filters:
        kind, state, subject = query.get("kind", ""), query.get("state", ""), query.get("subject", "")
        return cls(
            kind if kind in kinds() else "",
            state if state in ProblemState.values or state in GROUPS or state == OVERDUE and not query.get("at") else LIVE,
            subject if subject in {str(each.value) for each in SubjectKind} else "",
            category if (category := query.get("category", "")) in categories() else "",
            day_in(query.get("since", "")), day_in(query.get("until", "")),
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
    narrow = [each.pk for each in problems if each.subject_kind != SubjectKind.HOUSEHOLD and not area.covers(paths.county_of(each.path))]
    found = within(ProblemHousehold.objects.filter(problem__in=narrow), area, "household__path")
    mine = dict(found.values_list("problem").annotate(Count("pk")).order_by()) if narrow else {}
    for each in problems:
        if each.subject_kind == SubjectKind.HOUSEHOLD:
            each.named_seen = 1  # type: ignore[attr-defined]
        else:
            each.named_seen = mine.get(each.pk, 0) if each.pk in narrow else each.households_named  # type: ignore[attr-defined]


def _newest_first(path: str, filters: Filters) -> QuerySet[Problem]:
    """The problems below a path in the states that are asked for, newest first.

    SQLite cannot tell a county from a village: it always looks a path or a state up in an index, then reads and sorts
    every problem of the county to show fifty. Where most rows fit, it is made to walk from the newest on instead.
    """
    found = Problem.objects.select_related("division").order_by("-pk")
    if filters.narrow or len(path) > paths.COUNTY or connection.vendor != "sqlite":
        return found.filter(below(path), state__in=filters.states)
    hidden = found.annotate(place=Concat("path", Value("")), stands=Concat("state", Value("")))
    return hidden.filter(below(path, "place"), stands__in=filters.states)


def problem_rows(path: str, area: Area, filters: Filters, before: int | None, size: int = PAGE) -> tuple[list[Problem], int | None]:
    """One page of problems below a path, newest first, and the number before which the next page begins."""
    found = _newest_first(path, filters)
    if filters.state == OVERDUE:
        found = found.filter(due_at__lt=timezone.now())
    if filters.kinds:
        found = found.filter(kind__in=filters.kinds)
    if filters.state in CLUES:
        found = found.filter(clue=CLUES[filters.state])
    if filters.state == "fixed":
        found = found.filter(outcome=Outcome.FIXED)
    if filters.state == "unfixed":
        found = found.exclude(outcome=Outcome.FIXED)
    if filters.since:
        found = found.filter(opened_at__gte=start_of(filters.since))
    if filters.until:
        found = found.filter(opened_at__lte=end_of(filters.until))
    if filters.subject:
        found = found.filter(subject_kind=int(filters.subject))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: size + 1])
    count_named(rows[:size], area)
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def named_households(
    problem: Problem, area: Area, after: int, size: int = NAMED_PAGE, until: datetime | None = None,
) -> tuple[list[ProblemHousehold], int | None]:
    """One page of the households that a problem names (or named by `until`), only those of the area; and where the next page begins."""
    found = within(ProblemHousehold.objects.filter(problem=problem, pk__gt=after), area, "household__path")
    if until is not None:
        found = found.filter(named_at__lte=until)
    rows = list(found.select_related("household__division").order_by("pk")[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def steps_page(problem: Problem, after: int, size: int) -> tuple[list[Step], int | None]:
    """One page of the steps of a problem, oldest first, and where the next page begins."""
    rows = list(problem.steps.filter(pk__gt=after).order_by("pk")[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def reports_of(problem: Problem, area: Area) -> QuerySet[Report]:
    """The reports of a problem that somebody with this area sees: a scheme's problem is told of from places that they
    do not see. A body that was given the problem reads them all."""
    return reports_seen(problem, area).filter(problem=problem).order_by("pk")


def reports_seen(problem: Problem, area: Area) -> QuerySet[Report]:
    """All reports that somebody with this area may see on the page of a problem, whichever it is that they lie with."""
    found = Report.objects.select_related("by", "division")
    return found if is_of_unit(problem, area) else within(found, area.whole.may(Right.PROBLEMS))


def problems_of(subject_kind: int, subject_id: int) -> list[Problem]:
    """All problems of one subject, newest first."""
    return list(Problem.objects.filter(subject_kind=subject_kind, subject_id=subject_id).order_by("-pk"))


def problems_naming(household_id: int) -> list[Problem]:
    """All problems of schemes that name a household, newest first."""
    return list(Problem.objects.filter(named__household=household_id).order_by("-pk"))


def problems_then(household_id: int, at: datetime) -> list[Problem]:
    """The problems of a household, and those of schemes that named it by then, as they stood at an instant."""
    own = problems_of(SubjectKind.HOUSEHOLD, household_id)
    naming = Problem.objects.filter(named__household=household_id, named__named_at__lte=at).order_by("-pk")
    return stood([*own, *naming], at)
