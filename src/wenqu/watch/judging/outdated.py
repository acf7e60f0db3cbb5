"""Conclusions made by another edition than the one in force: a new adoption re-judges nobody by itself, so it is told until the county is judged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.db.models.functions import Substr

from wenqu.places import paths
from wenqu.places.models import Division
from wenqu.places.scope import Area, within
from wenqu.watch.models import Course, Edition, PackKind, WatchGrade
from wenqu.watch.models.courses import Route
from wenqu.watch.rules.queries import editions_at


@dataclass(frozen=True)
class Outdated:
    """So many households of a county, of those that somebody sees, still stand as `by` concluded; `now` is in force since."""

    county: Division
    now: Edition
    by: Edition
    households: int


def settled() -> QuerySet[WatchGrade]:
    """Conclusions that go with the edition in force: who is on the way onto the list is judged as of its first day."""
    entering = Course.objects.filter(household=OuterRef("household"), route=Route.ENTRY, ended="")
    return WatchGrade.objects.filter(~Exists(entering), household__left_on=None)


def outdated(area: Area, today: date) -> list[Outdated]:
    """By county and edition. As many queries for many counties as for one."""
    rows = within(settled(), area).annotate(county=Substr("path", 1, paths.COUNTY)).order_by().values_list("county", "edition").annotate(Count("pk"))
    found = sorted(rows)
    now = editions_at({county for county, _edition, _count in found}, PackKind.JUDGING, today)
    behind = [(county, edition, count) for county, edition, count in found if county in now and now[county].pk != edition]
    editions = Edition.objects.defer("text").in_bulk({edition for _county, edition, _count in behind})
    counties = {each.path: each for each in Division.objects.filter(path__in={county for county, _edition, _count in behind})}
    return [Outdated(counties[county], now[county], editions[edition], count) for county, edition, count in behind]


def edition_since(grade: WatchGrade | None, today: date) -> Edition | None:
    """The edition in force for a household whose conclusion on the list was made by another one; None where they are the same."""
    if grade is None or not settled().filter(pk=grade.pk).exists():
        return None
    county = grade.path[: paths.COUNTY]
    now = editions_at([county], PackKind.JUDGING, today).get(county)
    return now if now is not None and now.pk != grade.edition_id else None
