"""The map of water quality, and the same as a table."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from wenqu.kit.languages import in_english
from wenqu.places.models import Division
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.quality.showing import map as drawn
from wenqu.quality.showing.map import Asked
from wenqu.quality.showing.seasonal import pack_with_seasons
from wenqu.quality.views.common import county_asked, given_place, place_asked, shell, towns_of, year_asked


@needs(Right.QUALITY)
def map_page(request: Any) -> HttpResponse:
    """The newest of every point in a year or season."""
    area, year, county = request.area, year_asked(request), county_asked(request, request.area)
    context = shell(request, area, county, year)
    if county is None:
        return render(request, "quality/map.html", context)
    place = place_asked(request, area, county)
    asked, names = _asked(request, place, year)
    marks = drawn.marks_of(area, place.path, asked)
    rows = [(mark, drawn.trend_url(mark, asked.item)) for mark in sorted(marks, key=lambda mark: drawn.WORST.index(mark.state))]
    seasons = asked.pack.seasons.values() if asked.pack is not None else ()
    return render(request, "quality/map.html", context | {
        "place": place, "towns": towns_of(area, county), "names": names, "item": asked.item, "season": asked.season, "what": _what(names, asked), "rows": rows,
        "seasons": [(each.id, each.en if in_english() else each.zh) for each in seasons], "counts": drawn.counts(marks), "data": {"map": f"{reverse('quality:map-data')}?{request.GET.urlencode()}"},
        "listed": sum(mark.at is None for mark in marks), "most": drawn.MOST if len(marks) == drawn.MOST else 0})


@needs(Right.QUALITY)
def map_data(request: Any) -> JsonResponse:
    """Outlines and points of the page."""
    _county, place, year = given_place(request)
    asked, names = _asked(request, place, year)
    return JsonResponse(drawn.geometry_of(place, drawn.marks_of(request.area, place.path, asked), _what(names, asked), asked.item))


def _asked(request: Any, place: Division, year: int) -> tuple[Asked, dict[str, str]]:
    """What the address asks for; an item or season that there is not is none."""
    pack = pack_with_seasons(place.path, year)
    whole = Asked(date(year, 1, 1), date(year, 12, 31), pack=pack)
    names = drawn.items_judged(request.area, place.path, whole)
    item, season = request.GET.get("item", ""), request.GET.get("season", "")
    return Asked(whole.first, whole.last, item if item in names else "", pack, season if pack is not None and season in pack.seasons else ""), names


def _what(names: dict[str, str], asked: Asked) -> str:
    return names.get(asked.item) or _("样品结论")
