"""Search; whoever looks people up is written down, with the households that were shown, never with what was typed.

What is looked for comes in the body of a POST, never in an address: addresses are kept by browsers, proxies and logs.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from wenqu.kit import audit
from wenqu.kit.limited import limited
from wenqu.places import paths
from wenqu.places.permissions import needs
from wenqu.places.queries import names_of
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.reports.searching import LIMIT, is_personal
from wenqu.reports.searching import search as find


@needs(Right.HOUSEHOLDS)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("search", ("POST",))
def search(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    found = find(request.POST.get("q", ""), area)
    kind = "number" if is_personal(found.text) else "text"
    for path in area.paths:
        # One entry for each place: whoever audits a place reads of its own households, and of no others.
        here = [row.pk for row in found.households if paths.is_within(row.path, path)]
        if here:
            audit.record(
                by=request.user, verb="search", at=timezone.now(), path=path, detail={"kind": kind, "households": here},  # type: ignore[arg-type]
            )
    names = names_of(
        {row.path for row in found.households} | {row.path for row in found.schemes} | {row.path for row in found.divisions}
    )
    context = {
        "glass": bool(area.whole.may(Right.GLASS).paths), "found": found, "search_text": found.text, "limit": LIMIT,
        "households": [{"household": row, "place": names[row.path]} for row in found.households],
        "schemes": [{"scheme": row, "place": names[row.path]} for row in found.schemes],
        "divisions": [{"division": row, "place": names[row.path]} for row in found.divisions],
    }
    return render(request, "reports/search.html", context)
