"""Reads of the watch list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from wenqu.places import paths
from wenqu.places.models import Division
from wenqu.places.queries import names_of
from wenqu.places.scope import Area, below, within
from wenqu.watch.listing.alarms import ALARMS, CARRIED_OUT, REMOVED_SOON, TODOS, Alarms, missing_of
from wenqu.watch.models import Measure, MeasureState, Visit, Watched

PAGE = 50
ON, OFF, EVERY = "on", "off", "all"


@dataclass(frozen=True)
class Filters:
    """What is asked of the list."""

    state: str = ON
    kind: str = ""
    cause: str = ""
    alarm: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Filters:
        """As an address says it. Who was removed soon is not on the list any more."""
        state, alarm = str(given.get("state", "")), str(given.get("alarm", ""))
        alarm = alarm if alarm in ALARMS else ""
        state = state if state in (OFF, EVERY) else OFF if alarm == REMOVED_SOON else ON
        return cls(state, str(given.get("kind", ""))[:40], str(given.get("cause", ""))[:40], alarm)


@dataclass(frozen=True)
class Line:
    """A household on the list, how it is helped, and what is suspicious or missing of it."""

    row: Watched
    place: str
    planned: int
    done: int
    fen: int
    visited_on: date | None
    alarms: tuple[str, ...]
    missing: tuple[str, ...]


def watched_rows(path: str, area: Area, filters: Filters, alarms: Alarms) -> QuerySet[Watched]:
    """Rows below a place, of the area, the newest first."""
    rows = within(Watched.objects.filter(below(path)), area)
    if filters.state != EVERY:
        rows = rows.filter(left_on__isnull=filters.state == ON)
    if filters.alarm:
        rows = rows.filter(alarms.asked(filters.alarm))
    if filters.kind:
        rows = rows.filter(object_name=filters.kind)
    if filters.cause:
        # The main cause alone: what the tables of causes count.
        rows = rows.filter(main_cause=filters.cause)
    return rows.select_related("household", "contact").order_by("-pk")


def page_of(path: str, area: Area, filters: Filters, before: int | None, today: date) -> tuple[list[Line], int | None]:
    """One page of the list, and where the next page begins."""
    alarms = Alarms(area, today)
    rows = watched_rows(path, area, filters, alarms)
    found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    shown = found[:PAGE]
    return lines_of(shown, alarms), shown[-1].pk if len(found) > PAGE else None


def lines_of(rows: list[Watched], alarms: Alarms) -> list[Line]:
    """The same rows with all that a page says of them. As many queries for one as for a page."""
    keys = [row.pk for row in rows]
    carried_out = Q(state__in=CARRIED_OUT)
    measures = {
        key: told for key, *told in Measure.objects.filter(watched__in=keys).exclude(state=MeasureState.DROPPED).order_by().values_list("watched").annotate(
            planned=Count("pk"), carried_out=Count("pk", filter=carried_out), fen=Sum("done_fen", filter=carried_out))}
    visits = dict(Visit.objects.filter(watched__in=keys).order_by().values_list("watched").annotate(last=Max("on")))
    marks, names = alarms.of(keys), names_of({row.path for row in rows})
    out = []
    for row in rows:
        planned, done, fen = measures.get(row.pk, (0, 0, 0))
        told = tuple(alarms.words(name, row.path) for name in marks.get(row.pk, ()))
        out.append(Line(row, names.get(row.path, ""), planned, done, fen or 0, visits.get(row.pk), told, tuple(missing_of(row))))
    return out


def alarm_counts(area: Area, today: date) -> dict[str, int]:
    """How many households on the list each alarm that somebody can mend holds of, worst first; nothing where the list is empty. One count."""
    alarms, rows = Alarms(area, today), within(Watched.objects.filter(left_on=None), area).order_by()
    if not rows.exists():
        return {}
    told: dict[str, int] = rows.aggregate(**{name: Count("pk", filter=alarms.asked(name), distinct=True) for name in TODOS})
    return told


def counts_of(path: str, area: Area) -> dict[str, Any]:
    """How many are on the list and how many went off it, by kind and by main cause."""
    rows = within(Watched.objects.filter(below(path)), area)
    standing = rows.filter(left_on=None)
    causes: Counter[tuple[str, str]] = Counter()
    for main, names, number in standing.values_list("main_cause", "cause_names").annotate(number=Count("pk")).order_by():
        causes[main, names[0] if names else main] += number
    return {
        "on": standing.count(), "off": rows.filter(left_on__isnull=False).count(),
        "kinds": list(standing.values_list("object_name").annotate(number=Count("pk")).order_by("-number", "object_name")),
        "causes": [(main, name, number) for (main, name), number in causes.most_common()],
    }


def choices_of(area: Area) -> tuple[list[str], list[tuple[str, str]]]:
    """Kinds and main causes that stand on the list in an area, for its filters."""
    rows = within(Watched.objects.all(), area)
    kinds = sorted(rows.order_by().values_list("object_name", flat=True).distinct())
    causes = {main: names[0] for main, names in rows.order_by().values_list("main_cause", "cause_names").distinct() if main and names}
    return kinds, sorted(causes.items())


def above(division: Division, area: Area) -> int | None:
    """The place above, where somebody sees it."""
    return division.parent_id if area.covers(division.path[: -paths.STEP]) and division.path[: -paths.STEP] else None
