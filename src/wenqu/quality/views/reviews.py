"""Review of a whole workbook: what waits of it at a glance, and its acceptance by a second person."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.jobs.models import State
from wenqu.kit.addresses import number_in
from wenqu.kit.refusal import Refused
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.quality.models import Delivery
from wenqu.quality.results import queries
from wenqu.quality.results.delivering.reviewing import open_to, review_of, seen_at_a_glance, submit_review
from wenqu.quality.results.delivering.showing import results_by_state
from wenqu.quality.results.permissions import check_can_review_county


@needs(Right.QUALITY_REVIEW)
def delivery_page(request: Any, pk: int) -> HttpResponse:
    """One workbook: how many of its results wait, and what they are by item."""
    return _page(request, queries.delivery_in(request.area, pk))


def _page(request: Any, delivery: Delivery, status: int = 200, error: str = "") -> HttpResponse:
    check_can_review_county(delivery.division, request.area)
    job, mine = review_of(delivery), open_to(delivery, request.user)
    return render(request, "quality/review_delivery.html", {
        "delivery": delivery, "job": job, "running": job is not None and job.state in {State.QUEUED, State.RUNNING}, "states": results_by_state(delivery),
        "items": seen_at_a_glance(delivery), "waits": mine.count(), "samples": mine.values("sample").distinct().count(), "error": error,
        "progress_url": reverse("quality:review-progress", args=[delivery.pk])}, status=status)


@needs(Right.QUALITY_REVIEW)
def progress(request: Any, pk: int) -> HttpResponse:
    """The moving part of the page, asked for again while the review runs."""
    delivery = queries.delivery_in(request.area, pk)
    job = review_of(delivery)
    if job is None or job.state not in {State.QUEUED, State.RUNNING}:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "quality/_progress.html", {"job": job, "progress_url": request.path})


@needs(Right.QUALITY_REVIEW)
@require_POST
def accept(request: Any, pk: int) -> HttpResponse:
    """Accept all that waits, as many as were shown."""
    delivery = queries.delivery_in(request.area, pk)
    try:
        submit_review(delivery=delivery, count=number_in(request.POST.get("count", "")) or 0, area=request.area, by=request.user, at=timezone.now())
    except Refused as refusal:
        return _page(request, delivery, refusal.status, refusal.message)
    messages.success(request, _("已开始审核，可以离开本页。"))
    return redirect("quality:review-delivery", delivery.pk)
