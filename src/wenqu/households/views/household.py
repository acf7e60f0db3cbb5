"""The page of one household: who lives there, and what the other rooms know of it. Every look is written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wenqu.households.glass.queries import household_through, no_further
from wenqu.households.models import Household
from wenqu.households.permissions import check_can_reveal
from wenqu.households.queries import household_in
from wenqu.households.reveal.wanted import Reason
from wenqu.households.showing import showing
from wenqu.kit import audit
from wenqu.kit.refusal import Missing, why_not
from wenqu.kit.registry import panels_for
from wenqu.people.models import Glass
from wenqu.places.crumbs import crumbs_of
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area

PAGE = "household"


@needs(Right.HOUSEHOLDS)
def household_page(request: HttpRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    household, glass = _household(request, pk, now)
    area: Area = request.area  # type: ignore[attr-defined]
    audit.record(
        by=request.user, verb="view_household", at=now, subject=f"household:{household.pk}", path=household.path,  # type: ignore[arg-type]
        detail={"glass": glass.pk} if glass else None,
    )
    context = {
        "household": household,
        "glass": glass,
        "into_seen": glass is None and household.merged_into is not None and area.covers(household.merged_into.path),
        "crumbs": crumbs_of(household.path, area),
        "top_panels": panels_for(f"{PAGE}-top", household, request, alone=glass is not None),
        "panels": panels_for(PAGE, household, request, alone=glass is not None),
        "members": list(household.members.order_by("id")),
        **_numbers(household, area),
    }
    return render(request, "households/household.html", context)


def _numbers(household: Household, area: Area) -> dict[str, Any]:
    """Whether whole numbers may be asked for here, or why not."""
    refusal = why_not(check_can_reveal, household, area)
    return {
        "may_reveal": refusal is None, "reveal_refusal": refusal, "reveal_reasons": Reason.choices,
        "phone_hidden": bool(household.phone) and not showing(area).phones.covers(household.path),
    }


def _household(request: HttpRequest, pk: int, at: datetime) -> tuple[Household, Glass | None]:
    """A household of the area; else one that a glass of this person opens now, and then nothing of what lies around it."""
    area: Area = request.area  # type: ignore[attr-defined]
    try:
        return household_in(area, pk), None
    except Missing as missing:
        seen = household_through(request.user, pk, area, at)  # type: ignore[arg-type]
        if seen is None:
            raise
        missing.asked = True  # Let in through the glass: nothing was refused.
        request.area = no_further(area)  # type: ignore[attr-defined]
        return seen
