"""One import batch: what the dry run found, the annotated workbook, confirm and undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.importing.models import Batch
from wenqu.kit.downloads import XLSX, download
from wenqu.kit.looks import note_look
from wenqu.kit.refusal import why_not
from wenqu.places.permissions import needs
from wenqu.places.queries import row_in
from wenqu.places.rights import Right
from wenqu.registers import actions, queries
from wenqu.registers.permissions import check_can_import


def batch_of(request: Any, pk: int) -> Batch:
    """The batch, if it lies in the person's area."""
    return row_in(Batch.objects.select_related("division", "job", "by"), request.area, pk, "batch")


def _context(request: Any, batch: Batch) -> dict[str, Any]:
    running = batch.job is not None and batch.job.state in {"queued", "running"}
    may = why_not(check_can_import, batch.division, request.area) is None and not running
    return {
        "batch": batch, "job": batch.job, "running": running, "kind": queries.kind_title(batch), "counts": queries.counts(batch),
        "entities": queries.entities(batch), "has_annotated": may and queries.annotated_file(batch) is not None,
        "may_check": may and queries.may_check(batch), "may_import": may and queries.may_import(batch), "may_undo": may and queries.may_undo(batch),
        "may_see": why_not(check_can_import, batch.division, request.area) is None,
    }


@needs(Right.JOBS)
def show(request: Any, pk: int) -> HttpResponse:
    batch = batch_of(request, pk)
    context = _context(request, batch)
    if context["may_see"] and batch.report.get("errors"):
        # Wrong cells are shown as they were delivered: names, numbers and all.
        note_look(request, "view_batch", subject=f"batch:{batch.pk}", path=batch.path)
    return render(request, "registers/batch.html", context)


@needs(Right.JOBS)
def progress(request: Any, pk: int) -> HttpResponse:
    """The moving part of the page, asked for again while a job runs; reloads the page when it is over."""
    batch = batch_of(request, pk)
    context = _context(request, batch)
    if not context["running"]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "registers/_progress.html", context)


@needs(Right.JOBS)
def annotated(request: Any, pk: int) -> StreamingHttpResponse:
    batch = batch_of(request, pk)
    check_can_import(batch.division, request.area)
    path = queries.annotated_file(batch)
    if path is None:
        raise Http404
    actions.note_download(batch=batch, by=request.user, at=timezone.now())
    name = _("%(name)s-标注.xlsx") % {"name": Path(batch.file_name).stem}
    return download(path, name, XLSX)


@needs(Right.JOBS)
@require_POST
def check_again(request: Any, pk: int) -> HttpResponse:
    batch = batch_of(request, pk)
    actions.submit_check(batch=batch, by=request.user, at=timezone.now())
    return redirect("registers:batch", batch.pk)


@needs(Right.JOBS)
@require_POST
def confirm(request: Any, pk: int) -> HttpResponse:
    batch = batch_of(request, pk)
    actions.submit_import(batch=batch, by=request.user, at=timezone.now())
    messages.success(request, _("已开始导入，可以离开本页。"))
    return redirect("registers:batch", batch.pk)


@needs(Right.JOBS)
@require_POST
def undo(request: Any, pk: int) -> HttpResponse:
    batch = batch_of(request, pk)
    actions.submit_undo(batch=batch, by=request.user, at=timezone.now())
    messages.success(request, _("已开始撤销，可以离开本页。"))
    return redirect("registers:batch", batch.pk)
