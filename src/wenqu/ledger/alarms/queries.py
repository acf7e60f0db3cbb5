"""Reads of alarms."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Sum, When

from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.ledger import lifecycle
from wenqu.ledger.models import LIVE_STATES, Alarm, AlarmPlace, Problem, Report
from wenqu.ledger.models.problem import Outcome
from wenqu.ledger.seeing import seen
from wenqu.places import paths
from wenqu.places.queries import missing_row
from wenqu.places.scope import Area, below, within
from wenqu.rulebook.duties import DutyPack
from wenqu.schemes.models import Supply

PAGE = 50


def _on(kind: int, pk: int, path: str) -> Q:
    """The reports that tell of a scheme: of itself and of households that it serves; or of a village: of itself and of
    its households, not of a scheme that happens to stand there."""
    return Q(scheme=pk) if kind == SubjectKind.SCHEME else below(path) & ~Q(subject_kind=SubjectKind.SCHEME)


def counting_kinds(pack: DutyPack) -> list[str]:
    """The kinds of which reports count for an alarm."""
    return [name for name, each in pack.kinds.items() if each.alarm]


def open_reports(kind: int, pk: int, path: str, pack: DutyPack) -> QuerySet[Report]:
    """Those whose problems are not closed, of the kinds that count for an alarm."""
    return Report.objects.filter(_on(kind, pk, path), kind__in=counting_kinds(pack), problem__state__in=LIVE_STATES)


def reports_of(alarm: Alarm) -> QuerySet[Report]:
    """The reports of an alarm: from the first that counted until it fell back."""
    return Report.objects.filter(_of(alarm))


def _of(alarm: Alarm) -> Q:
    found = _on(alarm.subject_kind, alarm.subject_id, alarm.path) & Q(at__gte=alarm.first_report_at, kind__in=alarm.rule["kinds"])
    return found & Q(at__lte=alarm.cleared_at) if alarm.cleared_at else found


def open_reports_of(alarm: Alarm) -> QuerySet[Report]:
    """Those of them that hold it up. What lay open long before it does not."""
    return reports_of(alarm).filter(problem__state__in=LIVE_STATES)


def problems_of_alarm(alarm: Alarm) -> QuerySet[Problem]:
    return Problem.objects.filter(pk__in=reports_of(alarm).values("problem"))


def outcomes_of(alarm: Alarm) -> tuple[int, int]:
    """How many of its problems were fixed, and how many were closed otherwise."""
    fixed = Q(state__in=lifecycle.SIGNED, outcome=Outcome.FIXED)
    closed = Q(state__in=lifecycle.CLOSED)
    told = problems_of_alarm(alarm).aggregate(fixed=Count("pk", filter=fixed), closed=Count("pk", filter=closed))
    return told["fixed"], told["closed"] - told["fixed"]


def concerning(area: Area) -> QuerySet[Alarm]:
    """The alarms that concern a desk: a place of theirs lies in the area, or households at a place that holds the area.

    Where a scheme stands concerns whoever is responsible for that place; not each village of its county.
    """
    if not area.paths:
        return Alarm.objects.none()
    above = {path for mine in area.paths for path in paths.ancestors(mine)}
    place = AlarmPlace.objects.filter(alarm=OuterRef("pk"))
    inside = Q(pk__in=())
    for path in area.paths:
        inside |= below(path) if path else Q(pk__isnull=False)
    return Alarm.objects.filter(Exists(place.filter(inside | Q(path__in=above, households__gt=0))))


def standing(area: Area, most: int = 20) -> list[Alarm]:
    """The alarms that stand now and concern an area, the newest first. One query."""
    return list(concerning(area).filter(cleared_at__isnull=True).order_by("-raised_at", "-pk")[:most])


def alarm_in(area: Area, pk: int) -> Alarm:
    alarm = concerning(area).filter(pk=pk).select_related("division").first()
    if alarm is None:
        raise missing_row(Alarm, pk, "alarm")
    count_own([alarm], area)
    return alarm


def count_own(alarms: list[Alarm], area: Area) -> None:
    """Give every alarm `households_seen` and `reports_seen`: those of the area. Who sees its whole county sees the kept counts."""
    narrow = [each for each in alarms if not area.covers(paths.county_of(each.path))]
    own = dict(
        within(AlarmPlace.objects.filter(alarm__in=narrow), area).values_list("alarm").annotate(Sum("households")).order_by()
    ) if narrow else {}
    reports = _count_reports(narrow, area)
    for each in alarms:
        part = each in narrow
        each.whole_seen = not part  # type: ignore[attr-defined]
        each.households_seen = own.get(each.pk, 0) if part else each.households  # type: ignore[attr-defined]
        each.reports_seen = reports[each.pk] if part else each.reports  # type: ignore[attr-defined]


def _count_reports(alarms: list[Alarm], area: Area) -> dict[int, int]:
    """How many reports of the area each alarm has. One query, however many alarms."""
    if not alarms:
        return {}
    conditions = {each.pk: _of(each) for each in alarms}
    found = within(Report.objects.filter(reduce(or_, conditions.values())), area)
    counts = found.aggregate(**{f"of_{pk}": Count("pk", filter=condition) for pk, condition in conditions.items()})
    return {pk: counts[f"of_{pk}"] for pk in conditions}


@dataclass(frozen=True)
class Rows:
    """One page of something, and the key after which the next one begins."""

    rows: list[Any]
    following: int | None


def _page(found: QuerySet[Any], size: int) -> Rows:
    rows = list(found[: size + 1])
    return Rows(rows[:size], rows[size - 1].pk if len(rows) > size else None)


def report_rows(alarm: Alarm, area: Area, before: int | None, size: int = PAGE) -> Rows:
    """One page of an alarm's reports that lie in the area, the newest first."""
    found = within(reports_of(alarm), area).select_related("problem", "by").order_by("-pk")
    return _page(found.filter(pk__lt=before) if before else found, size)


@dataclass(frozen=True)
class Problems:
    """The first problems of an alarm, and how many there are of all and of those that are not closed."""

    rows: list[Problem]
    total: int
    open: int


def problem_rows(alarm: Alarm, area: Area, most: int = 200) -> Problems:
    """The problems of an alarm that the area sees, those that are not closed first."""
    found = seen(problems_of_alarm(alarm), area)
    told = found.aggregate(total=Count("pk"), closed=Count("pk", filter=Q(state__in=lifecycle.CLOSED)))
    rows = found.select_related("division", "holder").order_by(Case(When(state__in=lifecycle.CLOSED, then=1), default=0), "pk")
    return Problems(list(rows[:most]), told["total"], told["total"] - told["closed"])


def household_rows(alarm: Alarm, area: Area, after: int | None, size: int = PAGE) -> Rows:
    """One page of the households that are affected, of the area only: whom the scheme serves, or who lives in the village."""
    served = Supply.objects.filter(scheme=alarm.subject_id, to_on__isnull=True)
    if alarm.subject_kind == SubjectKind.SCHEME and area.covers(paths.county_of(alarm.path)):
        # They all lie in its county: from the scheme, or a hundred thousand households are asked who serves them.
        mine = served.filter(household__gt=after) if after else served
        # Plus nothing: PostgreSQL would walk the index of that order through the supplies of all schemes.
        found = Household.objects.filter(pk__in=mine.order_by(F("household_id") + 0).values("household_id")[: size + 1])
    elif alarm.subject_kind == SubjectKind.SCHEME:
        found = Household.objects.filter(Exists(served.filter(household=OuterRef("pk"))))
    else:
        found = Household.objects.filter(below(alarm.path))
    found = within(found, area).select_related("division").order_by("pk")
    return _page(found.filter(pk__gt=after) if after else found, size)


def alarm_rows(area: Area, before: int | None, size: int = PAGE) -> Rows:
    """One page of the alarms that concern an area, the newest first."""
    found = concerning(area).select_related("division").order_by("-pk")
    page = _page(found.filter(pk__lt=before) if before else found, size)
    count_own(page.rows, area)
    return page


def earlier_of(alarm: Alarm, area: Area) -> list[Alarm]:
    """The other alarms of the same scheme or village that concern an area, the newest first."""
    same = concerning(area).filter(subject_kind=alarm.subject_kind, subject_id=alarm.subject_id)
    return list(same.exclude(pk=alarm.pk).order_by("-pk")[:20])
