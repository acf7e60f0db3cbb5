"""The ledgers to hand out: what there is, what was exported, and starting an export."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from wenqu.jobs.permissions import check_can_fetch_result
from wenqu.kit.addresses import number_in
from wenqu.kit.limited import limited
from wenqu.kit.pages import pager
from wenqu.kit.refusal import why_not
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.reports.ledgers.actions import submit_export, submit_reissue
from wenqu.reports.ledgers.forms import ExportForm
from wenqu.reports.ledgers.kinds import offer_of
from wenqu.reports.ledgers.offers import WORDS
from wenqu.reports.ledgers.queries import recent_exports, snapshot_in, snapshots_seen


@needs(Right.EXPORT)
def export_list(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    return _page(request, area, ExportForm(area=area), 200)


@needs(Right.EXPORT)
@require_POST
@limited("export")
def new_export(request: HttpRequest) -> HttpResponse:
    """Queue an export; its page shows the progress and, at the end, the file."""
    area: Area = request.area  # type: ignore[attr-defined]
    form = ExportForm(request.POST, area=area)
    if not form.is_valid():
        return _page(request, area, form, 400)
    job = submit_export(
        kind=form.cleaned_data["kind"], division=form.cleaned_data["division"], area=area,
        by=request.user, at=timezone.now(), wanted=form.wanted(),  # type: ignore[arg-type]
    )
    return redirect("jobs:job", job.pk)


@needs(Right.EXPORT)
def snapshot_list(request: HttpRequest) -> HttpResponse:
    """What was exported, by its number."""
    before = request.GET.get("before", "")
    rows, following = snapshots_seen(request.area, number_in(before))  # type: ignore[attr-defined]
    shown = [{"snapshot": row, "title": offer_of(row.kind).title} for row in rows]
    return render(request, "reports/snapshots.html", {"rows": shown, "pager": pager(request.GET, "before", following)})


@needs(Right.EXPORT)
@require_POST
@limited("export")
def reissue(request: HttpRequest, number: str) -> HttpResponse:
    """Queue that a snapshot is issued again."""
    area: Area = request.area  # type: ignore[attr-defined]
    job = submit_reissue(snapshot=snapshot_in(area, number), area=area, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    return redirect("jobs:job", job.pk)


def _page(request: HttpRequest, area: Area, form: ExportForm, status: int) -> HttpResponse:
    rows = recent_exports(area)
    context = {
        "form": form, "rows": [{"job": job, "fetch": why_not(check_can_fetch_result, job, area) is None} for job in rows], "whole_phones": bool(area.may(Right.EXPORT_PHONES).paths),
        "offers": WORDS.values(), "nothing": not area.paths, "waiting": any(job.state in {"queued", "running"} for job in rows),
    }
    template = "reports/_exports_rows.html" if request.headers.get("HX-Request") else "reports/exports.html"
    return render(request, template, context, status=status)
