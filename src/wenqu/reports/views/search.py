"""Search; whoever looks people up is written down."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wenqu.kit import audit
from wenqu.places.permissions import needs
from wenqu.places.queries import names_of
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.reports.searching import LIMIT
from wenqu.reports.searching import search as find


@needs(Right.HOUSEHOLDS)
def search(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    found = find(request.GET.get("q", ""), area)
    if found.households:
        audit.record(
            by=request.user, verb="search", at=timezone.now(), path=area.paths[0],  # type: ignore[arg-type]
            detail={"text": found.text, "households": [row.pk for row in found.households]},
        )
    names = names_of(
        {row.path for row in found.households} | {row.path for row in found.schemes} | {row.path for row in found.divisions}
    )
    context = {
        "found": found, "search_text": found.text, "limit": LIMIT,
        "households": [{"household": row, "place": names[row.path]} for row in found.households],
        "schemes": [{"scheme": row, "place": names[row.path]} for row in found.schemes],
        "divisions": [{"division": row, "place": names[row.path]} for row in found.divisions],
    }
    return render(request, "reports/search.html", context)
