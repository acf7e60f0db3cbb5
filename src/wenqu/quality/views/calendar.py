"""The calendar: what is due, soon, late and done by town, point and month; as a page and as Excel."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from wenqu.kit.addresses import number_in
from wenqu.kit.downloads import XLSX
from wenqu.kit.languages import in_english, language
from wenqu.kit.limited import limited
from wenqu.kit.looks import note_look
from wenqu.kit.pages import pager
from wenqu.kit.refusal import Missing
from wenqu.places.models import Division
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.quality.calendar.queries import ORDER, Entry, by_month, by_town, entries, total
from wenqu.quality.calendar.workbook import as_workbook
from wenqu.quality.models import PlanAdoption
from wenqu.quality.plans.queries import adopted, pack_of
from wenqu.quality.reporting.queries import Line, chains, open_first, yearly
from wenqu.quality.views.common import county_asked, place_asked, shell, towns_of, year_asked
from wenqu.rulebook.quality.plans.words import STATE_NAMES

PAGE = 100


@needs(Right.QUALITY)
def calendar(request: Any) -> HttpResponse:
    area, year, county = request.area, year_asked(request), county_asked(request, request.area)
    context = shell(request, area, county, year)
    if county is None:
        return render(request, "quality/calendar.html", context)
    place, rows, found, asked = _asked(request, county, year)
    towns, at = {town.path: town for town in towns_of(area, county)}, timezone.now()
    start = number_in(request.GET.get("from", "")) or 0
    following = start + PAGE if len(found) > start + PAGE else None
    whole = entries(rows, area, place.path, timezone.localdate()) if asked["month"] or asked["state"] else found
    return render(request, "quality/calendar.html", context | asked | {
        "place": place, "towns": list(towns.values()), "adoptions": [(row, pack_of(row.edition)) for row in adopted(county.path, year)], "total": total(whole),
        "by_town": [(path, towns.get(path), sums) for path, sums in by_town(whole).items()], "by_month": by_month(whole), "rows": found[start:start + PAGE], "count": len(found),
        "reports": [(line, line.owed.state(at)) for line in open_first(_reports(request, county, rows, year), at)], "at": at, "whole": area.covers(county.path),
        "states": [(state.value, STATE_NAMES[state][in_english()]) for state in ORDER], "months": range(1, 13), "query": request.GET.urlencode(), "lang": language(),
        "pager": pager(request.GET, "from", following, _("共 %(count)s 项，每页 %(size)s 项") % {"count": len(found), "size": PAGE})})


def _asked(request: Any, county: Division, year: int) -> tuple[Division, list[PlanAdoption], list[Entry], dict[str, Any]]:
    """The place, the plans, their tasks, and the filters of the address."""
    place = place_asked(request, request.area, county)
    plan, state, month = request.GET.get("plan", ""), request.GET.get("state", ""), number_in(request.GET.get("month", ""))
    month = month if month in range(1, 13) else None
    state = state if state in set(ORDER) else ""
    rows = [row for row in adopted(county.path, year) if plan in ("", row.pack_id)]
    return place, rows, entries(rows, request.area, place.path, timezone.localdate(), month, state), {"plan": plan, "state": state, "month": month}


def _reports(request: Any, county: Division, rows: list[PlanAdoption], year: int) -> list[Line]:
    """The reports of the plans asked for, of the year and after what happened. They are the county's: of a town nobody sees what was made."""
    if not request.area.covers(county.path):
        return []
    plans = {row.pack_id for row in rows}
    return yearly(rows, county.path, year) + [line for chain in chains(county.path, year) if chain.pack.id in plans for line in chain.lines]


@needs(Right.QUALITY)
@limited("export")
def calendar_workbook(request: Any) -> HttpResponse:
    """The same tasks as Excel, one a row."""
    year, county = year_asked(request), county_asked(request, request.area)
    if county is None:
        raise Missing("no_such_row", "division:?")
    place, rows, found, _filters = _asked(request, county, year)
    note_look(request, "export_calendar", path=place.path, year=year, rows=len(found))
    at = timezone.now()
    on: date = timezone.localdate(at)
    response = HttpResponse(as_workbook(found, place.name, year, on, open_first(_reports(request, county, rows, year), at), at), content_type=XLSX)
    name = _("监测日历-%(place)s-%(year)s-%(day)s.xlsx") % {"place": place.name, "year": year, "day": f"{on:%Y%m%d}"}
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
