"""Trips: planned from the calendar, with a sheet to carry along and labels for the bottles."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from wenqu.kit.addresses import number_in
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.permissions import needs
from wenqu.places.queries import names_of
from wenqu.places.rights import Right
from wenqu.quality.calendar.queries import entries
from wenqu.quality.control.limits import control_limits
from wenqu.quality.models import Sample, SampleState
from wenqu.quality.plans.queries import adopted
from wenqu.quality.samples.forms import HandForm, PlanForm, ReceiveForm
from wenqu.quality.samples.lifecycle import may_follow
from wenqu.quality.samples.permissions import check_can_receive, check_can_sample
from wenqu.quality.samples.planning import MOST, plan_samples
from wenqu.quality.samples.queries import by_task, offers, sample_in, trip_of
from wenqu.quality.samples.trips import Wish, asked_extras, bottles
from wenqu.quality.views.common import county_asked, place_asked, shell, towns_of, year_asked

# Labels on an A4 sheet: three a row, eight rows.
MOST_COPIES = 6


@needs(Right.QUALITY_SAMPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: Any) -> HttpResponse:
    """Pick tasks of the calendar; what blanks, parallels and spikes go along is proposed."""
    area, year, county = request.area, year_asked(request), county_asked(request, request.area)
    context = shell(request, area, county, year)
    if county is None:
        return render(request, "quality/plan_samples.html", context)
    place, month = place_asked(request, area, county), number_in(request.GET.get("month", ""))
    month = month if month in range(1, 13) else None
    rows = adopted(county.path, year)
    found, editions = offers(entries(rows, area, place.path, timezone.localdate(), month)), {row.pack_id: row.edition_id for row in rows}
    control = control_limits(county.path)
    extras = asked_extras(1, control)
    form = PlanForm(request.POST or None, initial={
        "planned_on": timezone.localdate(), "field_blanks": extras.field_blanks, "transport_blanks": extras.transport_blanks, "share": control.share.value, "spikes": extras.spikes})
    status = 200
    if request.method == "POST":
        status = 400
        offered = by_task(found)
        seen = dict(text.rpartition("=")[::2] for text in request.POST.getlist("seen"))
        wishes = [_wish(offered[pick], editions, number_in(seen.get(pick, ""))) for pick in request.POST.getlist("pick") if pick in offered]
        if form.is_valid():
            try:
                samples = plan_samples(
                    county=county, wishes=wishes, extras=form.extras(len(bottles(wishes))), planned_on=form.cleaned_data["planned_on"], key=form.cleaned_data["key"], area=area,
                    by=request.user, at=timezone.now())
                messages.success(request, _("已安排 %(count)s 份样品，可以打印采样单和标签") % {"count": len(samples)})
                return redirect("quality:trip", samples[0].pk)
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
    return render(request, "quality/plan_samples.html", context | {
        "form": form, "rows": found[:MOST], "total": len(found), "place": place, "towns": towns_of(area, county), "month": month, "months": range(1, 13),
        "picked": set(request.POST.getlist("pick")), "adopted": bool(rows), "control": control}, status=status)


def _wish(offer: Any, editions: dict[str, int], seen: int | None) -> Wish:
    entry = offer.entry
    return Wish(entry.point.pk, editions[entry.pack.id], entry.standing.task.key, entry.standing.task.items, entry.standing.task.window, seen)


@needs(Right.QUALITY)
def trip(request: Any, pk: int) -> HttpResponse:
    """The sheet of a trip, to print and to work from: its samples in order, with the steps that several of them take together."""
    sample = sample_in(request.area, pk)
    rows, whole = trip_of(request.area, sample), request.area.whole
    names = names_of({row.path for row in rows})
    hands = any(may_follow(SampleState.HANDED_OVER, row.state) and why_not(check_can_sample, row.path, whole) is None for row in rows)
    receives = any(may_follow(SampleState.RECEIVED, row.state) and why_not(check_can_receive, row.path, whole) is None for row in rows)
    form = ReceiveForm(initial={"giver": request.user.name if hands else ""}) if receives else HandForm(initial={"giver": request.user.name}) if hands else None
    if receives and form is not None:
        form.fields["intact"].required = False  # the same fields for either step
    return render(request, "quality/trip.html", {
        "sample": sample, "rows": [(row, names.get(row.path, ""), _movable(row)) for row in rows], "form": form, "hands": hands, "receives": receives,
        "copies": range(1, MOST_COPIES + 1)})


def _movable(row: Sample) -> bool:
    return may_follow(SampleState.HANDED_OVER, row.state) or may_follow(SampleState.RECEIVED, row.state)


@needs(Right.QUALITY)
def labels(request: Any, pk: int) -> HttpResponse:
    """Labels for the bottles of a trip or of one sample. The code holds the number and nothing else."""
    sample = sample_in(request.area, pk)
    rows = [sample] if request.GET.get("one") == "1" else trip_of(request.area, sample)
    copies = number_in(request.GET.get("copies", "")) or 1
    copies = copies if copies in range(1, MOST_COPIES + 1) else 1
    codes = [(row, segno.make(row.number, error="m", micro=False).svg_data_uri(scale=4, border=1)) for row in rows if row.state != SampleState.VOIDED]
    return render(request, "quality/labels.html", {"sample": sample, "labels": [one for one in codes for _copy in range(copies)], "copies": copies})
