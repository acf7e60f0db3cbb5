"""The table of causes, kinds of objects and types of measures: as a page and as Excel."""

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
from wenqu.kit.limited import limited
from wenqu.kit.looks import note_look
from wenqu.places.models import Division, Level
from wenqu.places.permissions import needs
from wenqu.places.queries import division_in, divisions_by_level
from wenqu.places.rights import Right
from wenqu.places.scope import Area, home_division
from wenqu.watch.helping.table import Report, report_of
from wenqu.watch.helping.workbook import as_workbook


@needs(Right.WATCH)
def report(request: Any) -> HttpResponse:
    place, found, still = _asked(request)
    places = divisions_by_level(request.area, Level.PROVINCE, Level.TOWN)
    return render(request, "watch/report.html", {"report": found, "place": place, "places": places[:500], "still": still, "query": request.GET.urlencode()})


@needs(Right.WATCH)
@limited("export")
def report_workbook(request: Any) -> HttpResponse:
    place, found, _still = _asked(request)
    note_look(request, "export_help_report", path=place.path if place else "", on=str(found.on))
    response = HttpResponse(as_workbook(found, place.name if place else ""), content_type=XLSX)
    name = _("监测帮扶统计表-%(place)s-%(day)s.xlsx") % {"place": place.name if place else "", "day": f"{found.on:%Y%m%d}"}
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


def _asked(request: Any) -> tuple[Division | None, Report, bool]:
    """The place, day and choice of the address; a place outside the area is not found."""
    pk = number_in(request.GET.get("place", ""))
    place = division_in(request.area, pk) if pk is not None else home_division(request.area)
    area = request.area if pk is None else Area((place.path,), request.area.duties) if place else request.area
    still = request.GET.get("still") == "1"
    return place, report_of(area, _day(request.GET.get("on", "")), still), still


def _day(text: str) -> date:
    """The day asked for; today for anything that is none, and for a day to come."""
    today = timezone.localdate()
    try:
        return min(date.fromisoformat(text), today)
    except ValueError:
        return today
