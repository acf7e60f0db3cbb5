"""Samples: the list, finding one by its number, one with its chain, and every step of its way."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.kit.addresses import number_in
from wenqu.kit.pages import pager
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.permissions import needs
from wenqu.places.queries import names_of
from wenqu.places.rights import Right
from wenqu.quality.models import JUDGED, Role, Sample, SampleState
from wenqu.quality.plans.queries import pack_of
from wenqu.quality.samples.actions import hand_over, receive, take_sample, void_sample
from wenqu.quality.samples.forms import HandForm, ReceiveForm, RetestForm, TakeForm, VoidForm
from wenqu.quality.samples.lifecycle import steps_from
from wenqu.quality.samples.permissions import check_can_receive, check_can_sample, check_can_void
from wenqu.quality.samples.planning import plan_retest
from wenqu.quality.samples.queries import found_by_number, sample_in, samples_below, samples_in, trip_of
from wenqu.quality.views.common import county_asked, place_asked, shell, towns_of, year_asked

PAGE = 50


@needs(Right.QUALITY)
def sample_list(request: Any) -> HttpResponse:
    """Samples of a county by town, state, role and month."""
    area, county = request.area, county_asked(request, request.area)
    context = shell(request, area, county, year_asked(request))
    if county is None:
        return render(request, "quality/samples.html", context)
    place = place_asked(request, area, county)
    state, role, month = request.GET.get("state", ""), request.GET.get("role", ""), number_in(request.GET.get("month", ""))
    month = month if month in range(1, 13) else None
    found = samples_below(area, place.path, state, role, date(context["year"], month, 1) if month else None)
    found = found if month else found.filter(planned_on__year=context["year"])
    start = number_in(request.GET.get("from", "")) or 0
    rows = list(found[start:start + PAGE + 1])
    names = names_of({row.path for row in rows})
    return render(request, "quality/samples.html", context | {
        "rows": [(row, names.get(row.path, "")) for row in rows[:PAGE]], "total": found.count(), "place": place, "towns": towns_of(area, county), "state": state, "role": role,
        "month": month, "months": range(1, 13), "states": SampleState.choices, "roles": Role.choices, "plans": why_not(check_can_sample, place.path, area) is None,
        "pager": pager(request.GET, "from", start + PAGE if len(rows) > PAGE else None, _("每页 %(size)s 份") % {"size": PAGE})})


@needs(Right.QUALITY)
def find(request: Any) -> HttpResponse:
    """A number typed, or read by a scanner that types: to the sample."""
    text = request.GET.get("number", "").strip()[:40]
    found = found_by_number(request.area, text)
    if len(found) == 1:
        return redirect("quality:sample", found[0].pk)
    return render(request, "quality/find_sample.html", {"text": text, "found": found}, status=200 if found or not text else 404)


@needs(Right.QUALITY)
def sample_page(request: Any, pk: int) -> HttpResponse:
    """One sample: what stood there, through whose hands it went, what was measured."""
    return _page(request, sample_in(request.area, pk))


def _page(request: Any, sample: Sample, status: int = 200, **tried: Any) -> HttpResponse:
    whole, steps = request.area.whole, steps_from(sample.state)
    may = {name: why_not(check, sample.path if name != "void" else sample, whole) is None
           for name, check in (("take", check_can_sample), ("receive", check_can_receive), ("void", check_can_void))}
    forms: dict[str, Any] = {}
    if may["take"] and SampleState.TAKEN in steps:
        forms["take"] = TakeForm(sample=sample)
    if may["take"] and SampleState.HANDED_OVER in steps:
        forms["hand"] = HandForm(initial={"giver": request.user.name})
    if may["receive"] and SampleState.RECEIVED in steps:
        forms["receive"] = ReceiveForm(initial={"taker": request.user.name})
    if may["void"] and SampleState.VOIDED in steps:
        forms["void"] = VoidForm()
    if may["take"] and sample.role in JUDGED and sample.state == SampleState.RECEIVED:
        forms["retest"] = RetestForm(on=timezone.localdate())
    forms |= {name: form for name, form in tried.items() if name in forms}
    pack = pack_of(sample.edition) if sample.edition is not None else None
    return render(request, "quality/sample.html", {
        "sample": sample, "place": names_of({sample.path}).get(sample.path, ""), "chain": sample.custody.select_related("by").order_by("pk"), "forms": forms, "tried": set(tried), "pack": pack,
        "results": sample.results.select_related("entered_by"),
        "companions": samples_in(request.area, sample.companions.values_list("pk", flat=True)), "whole": sample.of is None or request.area.covers(sample.of.path),
        "count": len(trip_of(request.area, sample)) if sample.trip else 0}, status=status)


@needs(Right.QUALITY_SAMPLE)
@require_POST
def take(request: Any, pk: int) -> HttpResponse:
    """Water was taken."""
    sample = sample_in(request.area, pk)
    form = TakeForm(request.POST, sample=sample)
    if form.is_valid():
        try:
            take_sample(sample=sample, told=form.told, key=form.cleaned_data["key"], area=request.area, by=request.user, at=timezone.now())
            messages.success(request, _("已登记采样；当天的工程类型、消毒方式和供水人口已记下"))
            return redirect("quality:sample", sample.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    check_can_sample(sample.path, request.area)
    return _page(request, sample, 400, take=form)


@needs(Right.QUALITY_SAMPLE)
@require_POST
def hand(request: Any, pk: int) -> HttpResponse:
    """This sample, or those picked of its trip, passed into other hands."""
    return _passed(request, pk, "hand", HandForm(request.POST), hand_over, _("已登记送出 %(count)s 份样品"))


@needs(Right.QUALITY_RECEIVE)
@require_POST
def take_in(request: Any, pk: int) -> HttpResponse:
    """The laboratory has this sample, or those picked of its trip."""
    return _passed(request, pk, "receive", ReceiveForm(request.POST), receive, _("已登记接收 %(count)s 份样品"))


def _passed(request: Any, pk: int, name: str, form: Any, action: Any, said: str) -> HttpResponse:
    sample = sample_in(request.area, pk)
    picked = [number for text in request.POST.getlist("pick") if (number := number_in(text)) is not None]
    trip = request.POST.get("trip") == "1"
    if form.is_valid():
        rows = [row for row in trip_of(request.area, sample) if row.pk in picked] if trip else [sample]
        try:
            rows = action(samples=rows, told=form.told, key=form.cleaned_data["key"], area=request.area, by=request.user, at=timezone.now())
            messages.success(request, said % {"count": len(rows)})
            return redirect(reverse("quality:trip" if trip else "quality:sample", args=[sample.pk]))
        except Refused as refusal:
            form.add_error(None, refusal.message)
    (check_can_receive if name == "receive" else check_can_sample)(sample.path, request.area)
    if trip:
        messages.error(request, "；".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("quality:trip", sample.pk)
    return _page(request, sample, 400, **{name: form})


@needs(Right.QUALITY_SAMPLE, Right.QUALITY_RECEIVE)
@require_POST
def void(request: Any, pk: int) -> HttpResponse:
    """It is tested no more."""
    sample, form = sample_in(request.area, pk), VoidForm(request.POST)
    if form.is_valid():
        try:
            void_sample(sample=sample, why=form.cleaned_data["why"], key=form.cleaned_data["key"], area=request.area, by=request.user, at=timezone.now())
            messages.success(request, _("已作废；编号不再使用，经过保留可查"))
            return redirect("quality:sample", sample.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    check_can_void(sample, request.area)
    return _page(request, sample, 400, void=form)


@needs(Right.QUALITY_SAMPLE)
@require_POST
def retest(request: Any, pk: int) -> HttpResponse:
    """Take water there once more."""
    sample, form = sample_in(request.area, pk), RetestForm(request.POST, on=timezone.localdate())
    if form.is_valid():
        try:
            row = plan_retest(sample=sample, planned_on=form.cleaned_data["planned_on"], key=form.cleaned_data["key"], area=request.area, by=request.user, at=timezone.now())
            messages.success(request, _("已安排复检样品 %(number)s") % {"number": row.number})
            return redirect("quality:sample", row.pk)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    check_can_sample(sample.path, request.area)
    return _page(request, sample, 400, retest=form)
