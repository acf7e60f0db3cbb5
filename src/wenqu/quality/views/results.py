"""Results: what waits for review or was returned, one sample with all that was entered, the grid, corrections."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from wenqu.kit.addresses import number_in
from wenqu.kit.pages import pager
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.permissions import needs
from wenqu.places.queries import names_of
from wenqu.places.rights import Right
from wenqu.quality.models import STANDING, Role, Sample
from wenqu.quality.results import queries
from wenqu.quality.results.actions import (
    correct_result,
    enter_results,
    invalidate_results,
    return_results,
    review_results,
)
from wenqu.quality.results.forms import CorrectForm, GridForm, new_key, picked_of
from wenqu.quality.results.permissions import (
    check_can_deliver,
    check_can_enter,
    check_can_review,
    check_can_review_county,
    check_is_second,
)
from wenqu.quality.views.common import county_asked, place_asked, shell, towns_of, year_asked

PAGE, MOST_WORKBOOKS = 50, 20
TAB_NAMES = {queries.WAITING: gettext_lazy("待审核"), queries.RETURNED: gettext_lazy("已退回"), queries.LATE: gettext_lazy("逾期未更正"), queries.ALL: gettext_lazy("全部")}


@needs(Right.QUALITY)
def desk(request: Any) -> HttpResponse:
    """Samples of a county by what is to be done with their results."""
    area, county, today = request.area, county_asked(request, request.area), timezone.localdate()
    context = shell(request, area, county, year_asked(request))
    if county is None:
        return render(request, "quality/results.html", context)
    place, tab = place_asked(request, area, county), request.GET.get("tab", "")
    tab = tab if tab in queries.TABS else queries.WAITING
    start = number_in(request.GET.get("from", "")) or 0
    rows = list(queries.samples_with(area, place.path, tab, today)[start:start + PAGE + 1])
    names = names_of({row.path for row in rows})
    following = start + PAGE if len(rows) > PAGE else None
    counts = queries.tab_counts(area, place.path, today)
    return render(request, "quality/results.html", context | {
        "rows": [{"sample": row, "place": names.get(row.path, ""), "late": row.due is not None and row.due < today} for row in rows[:PAGE]], "place": place,  # type: ignore[attr-defined]
        "towns": towns_of(area, county), "tab": tab, "tabs": [(name, label, counts[name]) for name, label in TAB_NAMES.items()], "late": counts[queries.LATE],
        "delivers": why_not(check_can_deliver, county, area) is None,
        "workbooks": queries.waiting_deliveries(area, county)[:MOST_WORKBOOKS] if why_not(check_can_review_county, county, area.whole.may(Right.QUALITY_REVIEW)) is None else (),
        "pager": pager(request.GET, "from", following, _("每页 %(size)s 个") % {"size": PAGE})})


@needs(Right.QUALITY)
def sample_results(request: Any, pk: int) -> HttpResponse:
    """One sample: the results that stand, what is open to whoever looks, and what was there before."""
    return _page(request, queries.sample_in(request.area, pk))


def _page(request: Any, sample: Sample, status: int = 200, error: str = "") -> HttpResponse:
    rows = queries.results_of(sample)
    standing = [row for row in rows if row.state in STANDING]
    enters, reviews = why_not(check_can_enter, sample, request.area), why_not(check_can_review, sample, request.area)
    mine = {row.pk for row in standing if reviews is None and why_not(check_is_second, row, sample, request.user) is None}
    return render(request, "quality/sample_results.html", {
        "sample": sample, "place": names_of({sample.path}).get(sample.path, ""), "rows": [{"row": row, "pick": row.pk in mine} for row in standing],
        "past": [row for row in rows if row.state not in STANDING], "enters": enters is None, "refusals": dict.fromkeys(each.message for each in (enters, reviews) if each), "picks": bool(mine),
        "waits": [f"{row.pk}.{row.version}" for row in standing if row.state == "entered" and row.pk in mine], "key": new_key(), "error": error, "today": timezone.localdate(),
        "retests": sample.companions.filter(role=Role.RETEST), "own": reviews is None and not mine and any(row.state == "entered" for row in standing)}, status=status)


@needs(Right.QUALITY)
@require_POST
def settle(request: Any, pk: int) -> HttpResponse:
    """What a second person says of results: accepted, all that wait or those that were ticked; returned; invalidated."""
    sample, do = queries.sample_in(request.area, pk), request.POST.get("do", "")
    why, key = request.POST.get("why", ""), request.POST.get("key", "")[:32] or new_key()
    who = {"area": request.area, "by": request.user, "at": timezone.now()}
    check_can_review(sample, request.area)
    try:
        picked = picked_of(request.POST.getlist("waits" if do == "all" else "pick"))
        if do in ("all", "accept"):
            told = _("已审核 %(count)s 项，从现在起计入评价") % {"count": len(review_results(sample=sample, picked=picked, key=key, **who))}
        elif do == "return":
            rows = return_results(sample=sample, picked=picked, why=why, key=key, **who)
            told = _("已退回 %(count)s 项，应于 %(day)s 前更正") % {"count": len(rows), "day": rows[0].due_on}
        elif do == "invalidate":
            told = _("已作废 %(count)s 项；原来的数值保留可查") % {"count": len(invalidate_results(sample=sample, picked=picked, why=why, key=key, **who))}
        else:
            raise Refused("nothing_picked", _("请选择要做什么"))
    except Refused as refusal:
        return _page(request, sample, refusal.status, refusal.message)
    messages.success(request, told)
    return redirect("quality:sample-results", sample.pk)


@needs(Right.QUALITY_RESULTS)
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: Any, pk: int) -> HttpResponse:
    """The grid of a sample's items."""
    sample = queries.sample_in(request.area, pk)
    check_can_enter(sample, request.area)
    # A form that is sent again after it was taken finds its items standing: they stay fields of it, so that the action tells it for what it is.
    standing = queries.standing_items(sample) if request.method != "POST" else set()
    form = GridForm(request.POST or None, items=queries.items_asked(sample), standing=standing, laboratories=queries.laboratories_of(sample.county))
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                rows = enter_results(
                    sample=sample, answers=form.answers, laboratory=form.cleaned_data["laboratory"], key=form.cleaned_data["key"], area=request.area, by=request.user, at=timezone.now())
                messages.success(request, _("已录入 %(count)s 项，等待另一个人审核") % {"count": len(rows)})
                return redirect("quality:sample-results", sample.pk)
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
    return render(request, "quality/enter_results.html", {"sample": sample, "form": form}, status=status)


@needs(Right.QUALITY_RESULTS)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: Any, pk: int) -> HttpResponse:
    """Another value in the place of a result."""
    result = queries.result_in(request.area, pk)
    form = CorrectForm(request.POST or None, result=result)
    check_can_enter(result.sample, request.area)
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            data = form.cleaned_data
            try:
                correct_result(result=result, version=data["version"], answer=form.answer, why=data["why"], key=data["key"], area=request.area, by=request.user, at=timezone.now())
                messages.success(request, _("已更正，等待另一个人审核；原来的结果保留可查"))
                return redirect("quality:sample-results", result.sample_id)
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
    reviews = result.reviews.select_related("by")
    return render(request, "quality/correct_result.html", {"result": result, "sample": result.sample, "form": form, "reviews": reviews}, status=status)
