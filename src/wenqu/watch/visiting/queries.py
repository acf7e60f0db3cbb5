"""Which households somebody visits as their contact person, and when each was visited last."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q

from wenqu.places.models import Account
from wenqu.places.scope import Area, below, within
from wenqu.watch.listing.alarms import first_day_of_visits
from wenqu.watch.models import Watched
from wenqu.watch.rules.queries import measures_for


@dataclass(frozen=True)
class Awaited:
    """The visits of the months that run now, from a day to a day (both inclusive).

    `last`: household -> the day of its last visit by anybody, None where there never was one; `paths`: where these households live.
    """

    from_on: date
    to_on: date
    last: dict[int, date | None]
    paths: frozenset[str]


def visits_awaited(account: Account, area: Area, county: str, on: date) -> Awaited | None:
    """Those of one contact person within an area of a county, by its own rules; None where there are none. Two or three queries."""
    # By where the households are now, which is what the phone is given.
    there = Watched.objects.filter(contact=account, left_on=None, household__left_on=None)
    rows = within(there, area, "household__path").filter(below(county, "household__path")).order_by()
    rows = rows.annotate(last=Max("visits__on", filter=Q(visits__withdrawn_at=None)))
    found = list(rows.values_list("household_id", "household__path", "last"))
    rule = measures_for(county, on).visits if found else None
    if rule is None:
        return None
    return Awaited(
        first_day_of_visits(int(rule.every.value), on), on.replace(day=monthrange(on.year, on.month)[1]), {household: last for household, _path, last in found},
        frozenset(path for _household, path, _last in found))


def listing_on(household: int, on: date) -> Watched | None:
    """The time on the list that a visit of that day belongs to, else the one that runs now."""
    rows = Watched.objects.filter(household=household).order_by("-entered_on", "-pk")
    return rows.filter(Q(left_on=None) | Q(left_on__gte=on), entered_on__lte=on).first() or rows.filter(left_on=None).first()
