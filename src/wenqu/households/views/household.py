"""The page of one household: who lives there, and what the other rooms know of it. Every look is written down."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wenqu.households.queries import household_in
from wenqu.kit import audit
from wenqu.kit.registry import panels_for
from wenqu.places.crumbs import crumbs_of
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area

PAGE = "household"


@needs(Right.HOUSEHOLDS)
def household_page(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    household = household_in(area, pk)
    audit.record(
        by=request.user, verb="view_household", at=timezone.now(), subject=f"household:{household.pk}", path=household.path,  # type: ignore[arg-type]
    )
    context = {
        "household": household,
        "crumbs": crumbs_of(household.path, area),
        "top_panels": panels_for(f"{PAGE}-top", household, request),
        "panels": panels_for(PAGE, household, request),
        "members": list(household.members.order_by("id")),
    }
    return render(request, "households/household.html", context)
