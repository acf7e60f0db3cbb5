"""What was found: a sample's verdict, rates, trends, the public notice, and files that leave."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import segno
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from wenqu.kit.downloads import XLSX
from wenqu.kit.languages import in_english
from wenqu.kit.limited import limited
from wenqu.kit.looks import note_look
from wenqu.places.models import Division
from wenqu.places.permissions import needs
from wenqu.places.queries import names_of, row_in
from wenqu.places.rights import Right
from wenqu.quality.models import Sample
from wenqu.quality.naming import name_of
from wenqu.quality.points.queries import point_in
from wenqu.quality.showing import rates
from wenqu.quality.showing.notice import address_of, lines_of, place_of
from wenqu.quality.showing.rates import Rate
from wenqu.quality.showing.seasonal import pack_with_seasons
from wenqu.quality.showing.trend import Dot, items_at, trend_of
from wenqu.quality.showing.upload import upload_file
from wenqu.quality.showing.workbook import rates_workbook
from wenqu.quality.views.common import county_asked, given_place, place_asked, shell, towns_of, year_asked
from wenqu.schemes.models import SchemeClass

_BOUND = re.compile(r"(≤|≥)?([0-9.]+)(?:–([0-9.]+))?")
Block = tuple[str, str, list[tuple[str, Rate]], bool]  # title, what its lines are, lines, whether they are items


@needs(Right.QUALITY)
def verdict_page(request: Any, pk: int) -> HttpResponse:
    """What was concluded of one sample."""
    sample = row_in(Sample.objects.select_related("point"), request.area, pk, "sample")
    return render(request, "quality/verdict.html", {"sample": sample})


@needs(Right.QUALITY)
def rates_page(request: Any) -> HttpResponse:
    """Rates of a county or town in a year."""
    area, year, county = request.area, year_asked(request), county_asked(request, request.area)
    context = shell(request, area, county, year)
    if county is None:
        return render(request, "quality/rates.html", context)
    place = place_asked(request, area, county)
    total, blocks = _rates(request, county, place, year)
    return render(request, "quality/rates.html", context | {
        "place": place, "towns": towns_of(area, county), "total": total, "blocks": blocks, "query": request.GET.urlencode()})


def _rates(request: Any, county: Division, place: Division, year: int) -> tuple[Rate, list[Block]]:
    rows = rates.verdicts_in(request.area, place.path, date(year, 1, 1), date(year, 12, 31))
    pack = pack_with_seasons(county.path, year)
    seasons = {each.id: each.en if in_english() else each.zh for each in pack.seasons.values()} if pack is not None else {}
    towns, classes = names_of({rates.town(row) for row in rows}), dict(SchemeClass.choices)
    own = _("%(county)s（县级工程）") % {"county": county.name}
    blocks: list[Block] = [
        (_("按乡镇"), _("乡镇"), [(towns.get(path, "") if path != county.path else own, rate) for path, rate in rates.by(rows, rates.town).items()], False),
        (_("按工程类型"), _("工程类型"), [(str(classes.get(code, _("没有工程"))), rate) for code, rate in rates.by(rows, rates.scheme_class).items()], False),
        (_("按月份"), _("月份"), list(rates.by(rows, rates.month).items()), False),
        (_("按水期"), _("水期"), [(seasons[code], rate) for code, rate in rates.by(rows, rates.season(pack)).items() if code in seasons], False),
        (_("按指标"), _("指标"), [(name_of(item), rate) for item, rate in rates.by_item(rows).items()], True),
    ]
    return rates.whole(rows), blocks


@needs(Right.QUALITY)
@limited("export")
def rates_file(request: Any) -> HttpResponse:
    """The same as Excel."""
    county, place, year = given_place(request)
    total, blocks = _rates(request, county, place, year)
    title = _("%(place)s%(year)s年水质合格率") % {"place": place.name, "year": year}
    book = rates_workbook(title, [(_("合计"), _("地区"), [(place.name, total)], False), *blocks], lines_of(place.path, timezone.localdate(), request.area))
    note_look(request, "export_quality", path=place.path, year=year, rows=total.judged)
    return _file(book, XLSX, f"{title}.xlsx")


@needs(Right.QUALITY)
@limited("export")
def upload(request: Any) -> HttpResponse:
    """Reviewed results in the documented layout."""
    _county, place, year = given_place(request)
    data, count = upload_file(request.area, place.path, date(year, 1, 1), date(year, 12, 31))
    note_look(request, "export_quality_upload", path=place.path, year=year, rows=count)
    return _file(data, "text/csv; charset=utf-8", _("水质监测上报-%(place)s-%(year)s.csv") % {"place": place.name, "year": year})


@needs(Right.QUALITY)
def trend(request: Any, pk: int) -> HttpResponse:
    """One item at a point over time."""
    point = point_in(request.area, pk)
    names = items_at(point)
    item = request.GET.get("item", "")
    item = item if item in names else next(iter(names), "")
    dots = trend_of(point, item) if item else []
    return render(request, "quality/trend.html", {
        "point": point, "names": names, "item": item, "name": names.get(item, ""), "dots": list(reversed(dots)),
        "chart": {"unit": next((dot.unit for dot in dots if dot.unit), ""), "dots": [_dot(dot) for dot in dots]}})


def _dot(dot: Dot) -> dict[str, Any]:
    found = _BOUND.match(dot.limit)
    sign, one, other = found.groups() if found else (None, None, None)
    low, high = (one, other) if other else (one, None) if sign == "≥" else (None, one)
    return {"on": dot.on.isoformat(), "written": dot.written, "verdict": dot.verdict, "bound": dot.sign not in ("", "value"),
            "value": None if dot.value is None else float(dot.value), "low": float(low) if low else None, "high": float(high) if high else None}


@needs(Right.QUALITY)
def notice(request: Any) -> HttpResponse:
    """The sheet of a county or town, to be printed."""
    area, county = request.area, county_asked(request, request.area)
    context = shell(request, area, county, year_asked(request))
    if county is None:
        return render(request, "quality/notice.html", context)
    place, today = place_asked(request, area, county), timezone.localdate()
    where = address_of(place) if area.covers(place.path) else ""
    web = request.build_absolute_uri(where) if where else ""
    return render(request, "quality/notice.html", context | {
        "division": place, "towns": towns_of(area, county), "lines": lines_of(place.path, today, area), "today": today, "web": web,
        "code": segno.make(web, error="m", micro=False).svg_data_uri(scale=3, border=2) if web else ""})


@login_not_required
@require_safe
@limited("public")
def public(request: HttpRequest, code: str) -> HttpResponse:
    """The same for whoever has the address, without any household."""
    division, today = place_of(code), timezone.localdate()
    response = render(request, "quality/public.html", {"division": division, "lines": lines_of(division.path, today), "today": today})
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    response.headers["Cache-Control"] = "no-store"
    return response


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response
