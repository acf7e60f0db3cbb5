"""Reads of the watch list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from wenqu.places import paths
from wenqu.places.models import Division
from wenqu.places.queries import names_of
from wenqu.places.scope import Area, below, within
from wenqu.watch.listing.alarms import KINDS, alarms_of
from wenqu.watch.models import Watched

PAGE = 50
# Read at once where rows are looked through for what is suspicious.
_CHUNK = 500
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
        state, alarm = str(given.get("state", "")), str(given.get("alarm", ""))
        return cls(state if state in (OFF, EVERY) else ON, str(given.get("kind", ""))[:40], str(given.get("cause", ""))[:40], alarm if alarm in KINDS else "")


def watched_rows(path: str, area: Area, filters: Filters) -> QuerySet[Watched]:
    """Rows below a place, of the area, the newest first; alarms are asked of them afterwards."""
    rows = within(Watched.objects.filter(below(path)), area)
    if filters.state != EVERY:
        rows = rows.filter(left_on__isnull=filters.state == ON)
    if filters.alarm == "removed_soon":
        rows = rows.filter(left_on__isnull=False)
    elif filters.alarm == "missing":
        rows = rows.filter(Q(contact=None) | Q(helper_phone="") | Q(main_cause="") | Q(household__head_name="") | Q(household__people=None) | Q(helper_name=""))
    if filters.kind:
        rows = rows.filter(object_name=filters.kind)
    if filters.cause:
        # The main cause alone: what the tables of causes count.
        rows = rows.filter(main_cause=filters.cause)
    return rows.select_related("household", "removal", "contact").order_by("-pk")


def page_of(path: str, area: Area, filters: Filters, before: int | None, today: date) -> tuple[list[dict[str, Any]], int | None]:
    """One page of the list, each row with its place and what is suspicious of it; and where the next page begins."""
    rows = watched_rows(path, area, filters)
    found: list[tuple[Watched, list[tuple[str, str]]]] = []
    at, most, more = before, _CHUNK if filters.alarm else PAGE + 1, True
    while more and len(found) <= PAGE:
        some = list((rows.filter(pk__lt=at) if at else rows)[:most])
        more = len(some) == most
        told = alarms_of(some, today)
        found += [(row, told[row.pk]) for row in some if not filters.alarm or any(code == filters.alarm for code, _said in told[row.pk])]
        at = some[-1].pk if some else at
    shown = found[:PAGE]
    names = names_of({row.path for row, _told in shown})
    following = shown[-1][0].pk if len(found) > len(shown) else None
    return [{"row": row, "place": names.get(row.path, ""), "alarms": told} for row, told in shown], following


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
