"""The list of households with their latest grades, page by page along an index, never by offset and never counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Max, Q, QuerySet

from wenqu.households.models import Household
from wenqu.judging.models import Grade, GradeCode, OverallCode
from wenqu.places.scope import below
from wenqu.reports.dashboard import Tally
from wenqu.rulebook.model import INDICATORS

PAGE = 50
OVERALL_CODES = {"safe": OverallCode.SAFE, "basic": OverallCode.BASIC, "unsafe": OverallCode.UNSAFE, "unknown": OverallCode.UNKNOWN}
GRADE_CODES = {"met": GradeCode.MET, "basic": GradeCode.BASIC, "failed": GradeCode.FAILED, "unknown": GradeCode.UNKNOWN}
# Which overall grades a grade of one indicator leaves possible: the list is then read along the index of those.
POSSIBLE = {
    "met": tuple(OverallCode),
    "basic": (OverallCode.BASIC, OverallCode.UNKNOWN, OverallCode.UNSAFE),
    "unknown": (OverallCode.UNKNOWN, OverallCode.UNSAFE),
    "failed": (OverallCode.UNSAFE,),
}
KINDS_FOR_SECONDS = 3600
MOST_KINDS = 60


@dataclass(frozen=True)
class Filters:
    """What the list is narrowed to. Unknown words are dropped, so that an old link still shows a list."""

    overall: str = ""
    indicator: str = ""
    grade: str = ""
    kind: str = ""

    @classmethod
    def read(cls, query: Any) -> Filters:
        overall, indicator, grade = query.get("overall", ""), query.get("indicator", ""), query.get("grade", "")
        if indicator not in INDICATORS:
            indicator = grade = ""
        elif grade not in GRADE_CODES:
            grade = "failed"  # an indicator alone asks for its failures
        return cls(overall if overall in OVERALL_CODES else "", indicator, grade, query.get("kind", "").replace("\0", "")[:40])

    @property
    def graded(self) -> bool:
        return bool(self.overall or self.indicator)


@dataclass(frozen=True)
class Cursor:
    """Where a page begins: after this household in the order of the tree."""

    path: str
    pk: int

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        path, _, pk = text.partition("-")
        if not (path.isascii() and path.isdecimal() and pk.isascii() and pk.isdecimal() and len(text) <= 60):
            return None
        return cls(path, int(pk))

    def __str__(self) -> str:
        return f"{self.path}-{self.pk}"

    def beyond(self, pk_field: str) -> Q:
        # The first condition bounds the index range; the second is the exact place within one village.
        return Q(path__gte=self.path) & (Q(path__gt=self.path) | Q(**{f"{pk_field}__gt": self.pk}))


@dataclass(frozen=True)
class Page:
    rows: list[Household]
    next: Cursor | None


def page_of(path: str, filters: Filters, after: Cursor | None, size: int = PAGE) -> Page:
    """One page of households below a path, each with `.grade` where it has been judged."""
    if filters.graded:
        keys = _by_grade(path, filters, after, size + 1)
        return Page(_still_there(path, keys[:size]), Cursor(*keys[size - 1]) if len(keys) > size else None)
    rows = _by_place(path, filters, after, size + 1)
    return Page(rows[:size], Cursor(rows[size - 1].path, rows[size - 1].pk) if len(rows) > size else None)


def _by_place(path: str, filters: Filters, after: Cursor | None, limit: int) -> list[Household]:
    found: QuerySet[Household] = Household.objects.filter(below(path)).select_related("grade")
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if after is not None:
        found = found.filter(after.beyond("id"))
    return list(found.order_by("path", "id")[:limit])


def _by_grade(path: str, filters: Filters, after: Cursor | None, limit: int) -> list[tuple[str, int]]:
    """Where households were graded: one index-ordered stretch for each overall grade that is possible under the filters, merged."""
    possible = set(POSSIBLE[filters.grade]) if filters.indicator else set(OverallCode)
    if filters.overall:
        possible &= {OVERALL_CODES[filters.overall]}
    found: list[tuple[str, int]] = []
    for code in sorted(possible):
        found += _stretch(path, filters, after, code, limit)
    return sorted(found)[:limit]


def _still_there(path: str, keys: list[tuple[str, int]]) -> list[Household]:
    """The households of a page in its order; one that moved away since it was graded is not shown where it was."""
    rows = Household.objects.select_related("grade").in_bulk([pk for _path, pk in keys])
    return [rows[pk] for _path, pk in keys if pk in rows and rows[pk].path.startswith(path)]


def _stretch(path: str, filters: Filters, after: Cursor | None, code: int, limit: int) -> list[tuple[str, int]]:
    graded = Grade.objects.filter(below(path), overall=code)
    if filters.indicator:
        graded = graded.filter(**{filters.indicator: GRADE_CODES[filters.grade]})
    if filters.kind:
        graded = graded.filter(household__kind=filters.kind)
    if after is not None:
        graded = graded.filter(after.beyond("household"))
    return list(graded.order_by("path", "household").values_list("path", "household_id")[:limit])


def total_of(tally: Tally | None, filters: Filters) -> int | None:
    """How many households match, from the kept roll-up; None where it does not tell."""
    if tally is None or filters.kind or (filters.overall and filters.indicator):
        return None
    if filters.indicator:
        return tally.indicators[filters.indicator][filters.grade]
    return getattr(tally, filters.overall) if filters.overall else tally.households


def kinds_of(path: str) -> list[str]:
    """The kinds of households in use below a path. Read once, then kept until households are added."""
    stamp = Household.objects.aggregate(last=Max("pk"))["last"] or 0
    key = f"kinds:{path}:{stamp}"
    kinds = cache.get(key)
    if kinds is None:
        found = Household.objects.filter(below(path)).exclude(kind="").order_by().values_list("kind", flat=True).distinct()
        kinds = sorted(found[:MOST_KINDS])
        cache.set(key, kinds, KINDS_FOR_SECONDS)
    return list(kinds)
