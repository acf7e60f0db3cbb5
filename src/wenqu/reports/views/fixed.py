"""发现与整改: how many problems were found and how many are fixed, by category and by place, as of any day."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from wenqu.kit.moments import Moment, day_in, end_of, moment_of, start_of
from wenqu.ledger.kinds import categories
from wenqu.ledger.past.counting import Asked
from wenqu.places import paths
from wenqu.places.crumbs import crumbs_of
from wenqu.places.permissions import needs
from wenqu.places.queries import children, division_in
from wenqu.places.rights import Right
from wenqu.places.scope import Area, home_division
from wenqu.reports.fixed.figures import ENOUGH, found_fixed


@needs(Right.FIGURES)
def fixed_page(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    asked = request.GET.get("area", "")
    division = division_in(area, asked) if asked else home_division(area)
    if division is None:
        return render(request, "reports/no_duty.html")
    moment = moment_of(request)
    at = moment.at if moment else timezone.now()
    since, until = day_in(request.GET.get("since", "")), day_in(request.GET.get("until", ""))
    category = request.GET.get("category", "") if request.GET.get("category", "") in categories() else ""
    told = found_fixed(division, area, Asked(division.path, at, start_of(since) if since else None, end_of(until) if until else None), category)
    context = {
        "division": division, "crumbs": crumbs_of(division.path, area, here=division), "places": list(children(division)),
        "up": division.parent_id if division.parent_id and area.covers(division.path[: -paths.STEP]) else None, "told": told, "at": at,
        "moment": moment, "since": since, "until": until, "category": category, "category_label": categories().get(category, ""), "enough": f"{ENOUGH:.0%}",
        "categories": list(categories().items()), "drill": _drill(moment, since, until), "exports": area.may(Right.EXPORT).covers(division.path),
        "may_open": area.whole.may(Right.PROBLEMS).covers(division.path),
    }
    return render(request, "reports/fixed.html", context)


def _drill(moment: Moment | None, since: date | None, until: date | None) -> str:
    """What the ledger is asked for beside place and category, so that it lists what was counted."""
    parts = [f"&since={since}"] if since else []
    parts += [f"&until={until}"] if until else []
    return "".join(parts) + (f"&{moment.query}" if moment else "")
