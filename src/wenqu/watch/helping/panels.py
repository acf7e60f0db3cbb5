"""What help shows elsewhere: on the page of a household, and who sees the proofs of a measure."""

from __future__ import annotations

from typing import Any

from wenqu.evidence.sight import offer_sight
from wenqu.households.models import Household
from wenqu.kit.registry import Panel, offer_panel
from wenqu.places.rights import Right
from wenqu.places.scope import Area, within
from wenqu.watch.helping import queries
from wenqu.watch.models import InsuranceCase, Measure, Visit


def help_of_household(household: Household, request: Any) -> dict[str, Any] | None:
    """Its measures in short, for whoever sees the list; nothing where there was never any help."""
    if not request.area.whole.may(Right.WATCH).covers(household.path):
        return None
    measures = queries.measures_of(household)
    listings = queries.listings_of(household)
    if not measures and not listings:
        return None
    return {"household": household, "rows": measures[:5], "count": len(measures), "current": next((row for row in listings if row.left_on is None), None)}


def path_seen(pk: int, area: Area) -> str | None:
    """The path of a measure that somebody with this area sees."""
    found: str | None = within(Measure.objects.filter(pk=pk), area.whole.may(Right.WATCH)).values_list("path", flat=True).first()
    return found


def visit_path_seen(pk: int, area: Area) -> str | None:
    """The path of a visit that somebody with this area sees."""
    found: str | None = within(Visit.ever.filter(pk=pk), area.whole.may(Right.WATCH)).values_list("path", flat=True).first()
    return found


def case_path_seen(pk: int, area: Area) -> str | None:
    """The path of an insurance case that somebody with this area sees."""
    found: str | None = within(InsuranceCase.objects.filter(pk=pk), area.whole.may(Right.WATCH)).values_list("path", flat=True).first()
    return found


def offer() -> None:
    offer_panel(Panel("household", 26, "watch/_help.html", help_of_household))
    offer_sight("measure", path_seen)
    offer_sight("visit", visit_path_seen)
    offer_sight("insurance", case_path_seen)
