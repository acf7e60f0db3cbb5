"""Quality control: figures by item, charts of one item, the limits of a county, what was added to a spike."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenqu.kit.addresses import number_in
from wenqu.kit.downloads import XLSX
from wenqu.kit.limited import limited
from wenqu.kit.looks import note_look
from wenqu.kit.refusal import Missing, Refused, why_not
from wenqu.places.models import Division
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.quality.control.actions import set_limits, tell_doses, withdraw_dose
from wenqu.quality.control.drawing import chart_data
from wenqu.quality.control.figures import OPEN, WAITING, Mark
from wenqu.quality.control.forms import DoseForm, LimitsForm
from wenqu.quality.control.limits import limits_of, pack_of
from wenqu.quality.control.permissions import check_can_dose, check_can_set_limits
from wenqu.quality.control.queries import KINDS, by_item, chart_of, dose_in, marks, trips_of, without_results
from wenqu.quality.control.workbook import control_workbook
from wenqu.quality.models import ControlLimits, Laboratory, Role
from wenqu.quality.naming import name_of
from wenqu.quality.points.forms import WhyForm
from wenqu.quality.samples.queries import sample_in
from wenqu.quality.views.common import county_asked, place_asked, shell, towns_of, year_asked
from wenqu.rulebook.quality.control import Control, control_of

MOST_TRIPS = 30


@needs(Right.QUALITY)
def control(request: Any) -> HttpResponse:
    """Blanks, parallels and spikes of a county or town: by item, or one item in charts."""
    area, year, county = request.area, year_asked(request), county_asked(request, request.area)
    context = shell(request, area, county, year)
    if county is None:
        return render(request, "quality/control.html", context)
    asked = _Asked(request, county, year)
    row = limits_of(county.path)
    limits = control_of(pack_of(row))
    names = {one.pk: one.name for one in Laboratory.objects.filter(county=county)}
    every = marks(area, asked.place.path, asked.first, asked.last, limits)
    items = by_item(every)
    item = request.GET.get("item", "")
    item = item if item in items else ""
    context |= {
        "place": asked.place, "towns": towns_of(area, county), "month": asked.month, "months": range(1, 13), "laboratory": asked.laboratory, "laboratories": names.items(),
        "item": item, "items": [(key, name_of(key)) for key in items], "kinds": [(kind, Role(kind).label) for kind in KINDS], "limits": row, "query": request.GET.urlencode(),
        "samples": len({mark.sample.pk for mark in every}), "may_set": why_not(check_can_set_limits, county, area) is None}
    if item:
        return render(request, "quality/control.html", context | _charts(area, asked, item, limits, names))
    rows = asked.of_laboratory(every)
    trips = trips_of(area, asked.place.path, asked.first, asked.last, limits) if area.covers(county.path) and asked.place == county else []
    found = by_item(rows)
    return render(request, "quality/control.html", context | {
        "by_item": [(key, name_of(key), [(kind, counts[kind], counts[kind][OPEN] + counts[kind][WAITING]) for kind in KINDS]) for key, counts in found.items() if not without_results(counts)],
        "bare": [(key, name_of(key)) for key, counts in found.items() if without_results(counts)],
        "left_out": len(every) - len(rows) if asked.laboratory else 0, "trips": [one for one in trips if one.short][:MOST_TRIPS], "trip_count": len(trips),
        "unverified": any(mark.unverified for mark in rows)})


def _charts(area: Any, asked: _Asked, item: str, limits: Control, names: dict[int, str]) -> dict[str, Any]:
    rows = asked.of_laboratory(marks(area, asked.place.path, None, asked.last, limits, item))
    charts = [chart_of(kind, rows, asked.first, limits) for kind in KINDS]
    return {"charts": [chart for chart in charts if chart.marks], "names": names, "needed": limits.charts.points.value, "drawn": limits.charts,
            "data": {chart.kind: chart_data(chart, limits) for chart in charts if chart.marks}}


class _Asked:
    """Place, days and laboratory of the address."""

    def __init__(self, request: Any, county: Division, year: int) -> None:
        month = number_in(request.GET.get("month", ""))
        self.month = month if month in range(1, 13) else None
        self.place = place_asked(request, request.area, county)
        self.first = date(year, self.month or 1, 1)
        self.last = date(year, self.month or 12, monthrange(year, self.month or 12)[1])
        laboratory = number_in(request.GET.get("laboratory", ""))
        self.laboratory = laboratory if laboratory is not None and Laboratory.objects.filter(pk=laboratory, county=county).exists() else None

    def of_laboratory(self, rows: list[Mark]) -> list[Mark]:
        """Those of the laboratory asked for; all where none is."""
        return rows if self.laboratory is None else [mark for mark in rows if mark.laboratory == self.laboratory]


@needs(Right.QUALITY)
@limited("export")
def control_file(request: Any) -> HttpResponse:
    """The same as Excel: every figure of the days and place, of one item where one is asked for."""
    year, county = year_asked(request), county_asked(request, request.area)
    if county is None:
        raise Missing("no_such_row", "division:?")
    area, asked, pack = request.area, _Asked(request, county, year), pack_of(limits_of(county.path))
    limits = control_of(pack)
    rows = asked.of_laboratory(marks(area, asked.place.path, asked.first, asked.last, limits, request.GET.get("item", "")))
    trips = trips_of(area, asked.place.path, asked.first, asked.last, limits) if area.covers(county.path) and asked.place == county else []
    title = _("%(place)s水质检测质量控制（%(first)s 至 %(last)s）") % {"place": asked.place.name, "first": asked.first.isoformat(), "last": asked.last.isoformat()}
    book = control_workbook(title, rows, trips, pack, {one.pk: one.name for one in Laboratory.objects.filter(county=county)})
    note_look(request, "export_quality_control", path=asked.place.path, year=year, rows=len(rows))
    response = HttpResponse(book, content_type=XLSX)
    name = _("质量控制-%(place)s-%(first)s-%(last)s.xlsx") % {"place": asked.place.name, "first": f"{asked.first:%Y%m%d}", "last": f"{asked.last:%Y%m%d}"}
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


@needs(Right.QUALITY)
@require_http_methods(["GET", "HEAD", "POST"])
def limits_page(request: Any) -> HttpResponse:
    """The limits of a county with their sources and history; whoever may edits or confirms them."""
    area, county = request.area, county_asked(request, request.area)
    context = shell(request, area, county, year_asked(request))
    if county is None:
        return render(request, "quality/control_limits.html", context)
    row, status = limits_of(county.path), 200
    form = LimitsForm(request.POST or None, pack=pack_of(row))
    refusal = why_not(check_can_set_limits, county, area)
    if request.method == "POST":
        check_can_set_limits(county, area)
        status = 400
        if form.is_valid():
            told = form.cleaned_data
            try:
                set_limits(division=county, values=form.values, document=told["document"], document_on=told["document_on"], key=told["key"], area=area, by=request.user, at=timezone.now())
                messages.success(request, _("已保存；图和判断都按新的允许范围"))
                return redirect(f"{reverse('quality:control-limits')}?county={county.pk}")
            except Refused as refused:
                form.add_error(None, refused.message)
                status = refused.status
    history = ControlLimits.objects.filter(path=county.path).select_related("set_by").order_by("-pk")[:50]
    every = {one.key: one for one in form.numbers}
    return render(request, "quality/control_limits.html", context | {
        "row": row, "form": form, "refusal": refusal, "every": every, "history": history, "open": sum(not one.verified for one in form.numbers)}, status=status)


@needs(Right.QUALITY_SAMPLE)
@require_POST
def dose(request: Any, pk: int) -> HttpResponse:
    """Tell what was added to a spiked sample."""
    sample = sample_in(request.area, pk)
    check_can_dose(sample, request.area)
    form = DoseForm(request.POST, sample=sample, taken=set())
    if form.is_valid():
        try:
            rows = tell_doses(sample=sample, told=form.told, key=form.cleaned_data["key"], area=request.area, by=request.user, at=timezone.now())
            messages.success(request, _("已登记 %(count)s 项加标") % {"count": len(rows)})
        except Refused as refusal:
            messages.error(request, refusal.message)
    else:
        messages.error(request, "；".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect(f"{reverse('quality:sample', args=[sample.pk])}#doses")


@needs(Right.QUALITY_SAMPLE)
@require_POST
def undose(request: Any, pk: int) -> HttpResponse:
    """Take back what was told of an item."""
    row, form = dose_in(request.area, pk), WhyForm(request.POST, auto_id=False)
    check_can_dose(row.sample, request.area)
    if form.is_valid():
        withdraw_dose(dose=row, why=form.cleaned_data["why"], area=request.area, by=request.user, at=timezone.now())
        messages.success(request, _("已撤回；原来的登记保留可查"))
    else:
        messages.error(request, _("请写明撤回的原因"))
    return redirect(f"{reverse('quality:sample', args=[row.sample_id])}#doses")
