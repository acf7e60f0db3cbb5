"""Reads of looks outside one's area: which household a request may open, who looked, what is open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wenqu.households.models import Household
from wenqu.people.models import Glass
from wenqu.places.models import Account
from wenqu.places.queries import names_of
from wenqu.places.rights import Right
from wenqu.places.scope import Area, within

MOST_LOOKS = 20
PAGE = 50


def subject_of(household: Household) -> str:
    return f"household:{household.pk}"


def no_further(area: Area) -> Area:
    """What somebody who looks through a glass may see besides the one household: nothing. Their duties stay, for the menu."""
    return Area((), area.duties)


def open_glass_of(account: Account, pk: int, area: Area, at: datetime) -> Glass | None:
    """The look at this household that is open now, for somebody who still holds the right."""
    if not area.whole.may(Right.GLASS).paths:
        return None
    return Glass.objects.filter(account=account, subject=f"household:{pk}", at__lte=at, until__gt=at).order_by("-until").first()


def household_through(account: Account, pk: int, area: Area, at: datetime) -> tuple[Household, Glass] | None:
    """A household outside the area with the glass that opens it now, or None."""
    glass = open_glass_of(account, pk, area, at)
    household = Household.ever.select_related("division").filter(pk=pk).first() if glass else None
    return (household, glass) if household is not None and glass is not None else None


def looks_at(household: Household) -> list[Glass]:
    """The newest looks at a household from outside its area."""
    return list(Glass.objects.filter(subject=subject_of(household)).select_related("account").order_by("-pk")[:MOST_LOOKS])


@dataclass(frozen=True)
class Open:
    glass: Glass
    household: Household
    minutes: int


def open_glasses(account: Account, at: datetime) -> list[Open]:
    """One's own looks that are still open, one of each household, with the whole minutes left (a begun one counts)."""
    newest: dict[int, Glass] = {}
    for glass in Glass.objects.filter(account=account, at__lte=at, until__gt=at).order_by("until"):
        newest[_number(glass)] = glass
    households = Household.ever.select_related("division").in_bulk(newest)
    return [
        Open(glass, households[pk], -(-int((glass.until - at).total_seconds()) // 60))
        for pk, glass in newest.items() if pk in households
    ]


def looks_into(area: Area, before: int | None) -> tuple[list[dict[str, Any]], int | None]:
    """One page of all looks from outside at households of an area, newest first, and where the next page begins."""
    found = within(Glass.objects.select_related("account"), area).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: PAGE + 1])
    following = rows[PAGE - 1].pk if len(rows) > PAGE else None
    # Moved households are shown only where they are now.
    households = within(Household.ever.all(), area.whole).in_bulk([_number(glass) for glass in rows])
    places = names_of({glass.path for glass in rows})
    seen = area.whole.may(Right.HOUSEHOLDS)
    return [
        {
            "glass": glass, "place": places.get(glass.path, ""), "household": household,
            "linked": household is not None and seen.covers(household.path),
        }
        for glass in rows[:PAGE] for household in [households.get(_number(glass))]
    ], following


def _number(glass: Glass) -> int:
    return int(glass.subject.partition(":")[2])
