"""Laboratories and their workbooks: upload, what was recognised, corrections of it, the dry run, taking."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wenqu.importing.receiving import on_disk, takes_table
from wenqu.kit.addresses import number_in
from wenqu.kit.downloads import download
from wenqu.kit.looks import note_look
from wenqu.kit.pages import pager
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.quality.models import Delivery, DeliveryState
from wenqu.quality.plans.permissions import check_can_keep_points
from wenqu.quality.plans.queries import adopted
from wenqu.quality.points.actions import add_points
from wenqu.quality.results import queries
from wenqu.quality.results.delivering import actions
from wenqu.quality.results.delivering.keeping import annotated_file
from wenqu.quality.results.delivering.missing import PointsForm
from wenqu.quality.results.delivering.opening import mapping_of
from wenqu.quality.results.delivering.showing import outcomes, results_by_state
from wenqu.quality.results.forms import LaboratoryForm, MappingForm, UploadForm
from wenqu.quality.results.permissions import check_can_deliver
from wenqu.quality.views.common import county_asked, shell, year_asked

PAGE = 30


def _who(request: Any) -> dict[str, Any]:
    return {"area": request.area, "by": request.user, "at": timezone.now()}


@needs(Right.QUALITY_RESULTS)
def delivery_list(request: Any) -> HttpResponse:
    """Workbooks of a county, the newest first."""
    county = county_asked(request, request.area)
    context = shell(request, request.area, county, year_asked(request))
    if county is None:
        return render(request, "quality/deliveries.html", context)
    start = number_in(request.GET.get("from", "")) or 0
    rows = list(queries.deliveries(request.area, county)[start:start + PAGE + 1])
    following = start + PAGE if len(rows) > PAGE else None
    return render(request, "quality/deliveries.html", context | {"rows": rows[:PAGE], "pager": pager(request.GET, "from", following, _("每页 %(size)s 个") % {"size": PAGE})})


@needs(Right.QUALITY_RESULTS)
@takes_table
def upload(request: Any) -> HttpResponse:
    """Take a workbook in and start the dry run."""
    county = county_asked(request, request.area)
    context = shell(request, request.area, county, year_asked(request))
    if county is None:
        return render(request, "quality/upload.html", context)
    check_can_deliver(county, request.area)
    laboratories = queries.laboratories_of(county)
    form = UploadForm(request.POST or None, request.FILES or None, laboratories=laboratories)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with on_disk(file) as path:
                delivery = actions.receive_delivery(laboratory=form.cleaned_data["laboratory"], file=path, file_name=file.name, **_who(request))
            if delivery.state == DeliveryState.UPLOADED and delivery.job is None:
                actions.submit_read(delivery=delivery, **_who(request))
            return redirect("quality:delivery", delivery.pk)
        except Refused as refusal:
            form.add_error("file", refusal.message)
    return render(request, "quality/upload.html", context | {"form": form, "laboratories": laboratories.exists(), "limit": settings.UPLOAD_LIMIT_BYTES // 1024**2},
                  status=422 if request.method == "POST" else 200)


@needs(Right.QUALITY_RESULTS)
def delivery_page(request: Any, pk: int) -> HttpResponse:
    """One workbook: what was recognised, what would be taken, which cells are wrong; what was taken."""
    delivery = queries.delivery_in(request.area, pk)
    if delivery.told.get("cells"):
        # Wrong cells are shown as they were delivered.
        note_look(request, "list_delivery_cells", subject=f"delivery:{delivery.pk}", path=delivery.path)
    return _page(request, delivery)


def _page(request: Any, delivery: Delivery, status: int = 200, form: MappingForm | None = None, error: str = "", points: PointsForm | None = None) -> HttpResponse:
    running = delivery.job is not None and delivery.job.state in {"queued", "running"}
    if points is None and delivery.told.get("points") and not running and why_not(check_can_keep_points, delivery.path, request.area) is None:
        points = _points_form(request, delivery)
    corrects = not running and delivery.state in (DeliveryState.READ, DeliveryState.FAILED)
    return render(request, "quality/delivery.html", {
        "delivery": delivery, "job": delivery.job, "running": running, "told": delivery.told, "outcomes": outcomes(delivery.told.get("counts", {})), "taken": outcomes(delivery.counts),
        "form": form or (MappingForm(delivery=delivery, mapping=mapping_of(delivery.mapping)) if corrects else None), "opened": form is not None or delivery.state == DeliveryState.FAILED,
        "takes": not running and delivery.state in actions.TAKEABLE, "reads": not running and delivery.state in actions.READABLE, "marked": annotated_file(delivery) is not None,
        "states": results_by_state(delivery) if delivery.taken_at else [], "error": error, "points": points,
        "progress_url": reverse("quality:delivery-progress", args=[delivery.pk])}, status=status)


@needs(Right.QUALITY_RESULTS)
def progress(request: Any, pk: int) -> HttpResponse:
    """The moving part of the page, asked for again while a job runs; reloads the page when it is over."""
    delivery = queries.delivery_in(request.area, pk)
    if delivery.job is None or delivery.job.state not in {"queued", "running"}:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "quality/_progress.html", {"job": delivery.job, "progress_url": request.path})


@needs(Right.QUALITY_RESULTS)
@require_POST
def read_again(request: Any, pk: int) -> HttpResponse:
    """Another dry run: samples may have come to be known."""
    delivery = queries.delivery_in(request.area, pk)
    try:
        actions.submit_read(delivery=delivery, **_who(request))
    except Refused as refusal:
        return _page(request, delivery, refusal.status, error=refusal.message)
    return redirect("quality:delivery", delivery.pk)


@needs(Right.QUALITY_RESULTS)
@require_POST
def remap(request: Any, pk: int) -> HttpResponse:
    """Correct what was recognised, and read again."""
    delivery = queries.delivery_in(request.area, pk)
    check_can_deliver(delivery.division, request.area)
    form = MappingForm(request.POST, delivery=delivery, mapping=mapping_of(delivery.mapping))
    if not form.is_valid():
        return _page(request, delivery, 400, form)
    try:
        actions.map_delivery(delivery=delivery, version=form.cleaned_data["version"], mapping=form.said(), save_as=form.cleaned_data["save_as"], **_who(request))
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, delivery, refusal.status, form)
    messages.success(request, _("已保存，正在按更正后的对应关系重新试读"))
    return redirect("quality:delivery", delivery.pk)


def _points_form(request: Any, delivery: Delivery, data: Any = None) -> PointsForm:
    return PointsForm(data, delivery=delivery, adoptions=adopted(delivery.path, timezone.localdate().year), area=request.area)


@needs(Right.QUALITY_RESULTS)
@require_POST
def keep_points(request: Any, pk: int) -> HttpResponse:
    """Keep points that the workbook names and nobody knew, as a person says what they are, and read again."""
    delivery = queries.delivery_in(request.area, pk)
    check_can_keep_points(delivery.path, request.area)
    form = _points_form(request, delivery, request.POST)
    if not form.is_valid():
        return _page(request, delivery, 400, points=form)
    try:
        kept = add_points(**form.said, **_who(request))
        actions.submit_read(delivery=delivery, **_who(request))
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return _page(request, delivery, refusal.status, points=form)
    messages.success(request, _("已登记 %(count)s 个监测点，正在重新试读") % {"count": len(kept)})
    return redirect("quality:delivery", delivery.pk)


@needs(Right.QUALITY_RESULTS)
@require_POST
def take(request: Any, pk: int) -> HttpResponse:
    """Take what the dry run showed."""
    delivery = queries.delivery_in(request.area, pk)
    try:
        actions.submit_take(delivery=delivery, version=number_in(request.POST.get("version", "")) or 0, **_who(request))
    except Refused as refusal:
        return _page(request, delivery, refusal.status, error=refusal.message)
    messages.success(request, _("已开始采用，可以离开本页。"))
    return redirect("quality:delivery", delivery.pk)


@needs(Right.QUALITY_RESULTS)
def marked(request: Any, pk: int) -> HttpResponseBase:
    """The workbook back with its wrong cells marked."""
    delivery = queries.delivery_in(request.area, pk)
    file = annotated_file(delivery)
    if file is None:
        raise Refused("nothing_marked", _("这份报表没有标注错误的工作簿"))
    note_look(request, "download_marked_delivery", subject=f"delivery:{delivery.pk}", path=delivery.path)
    stem = delivery.file_name.rpartition(".")[0] or delivery.file_name
    return download(file, _("%(name)s（标注）.xlsx") % {"name": stem})


@needs(Right.QUALITY_RESULTS)
@require_http_methods(["GET", "HEAD", "POST"])
def laboratories(request: Any) -> HttpResponse:
    """The laboratories of a county, and one more."""
    county = county_asked(request, request.area)
    context = shell(request, request.area, county, year_asked(request))
    if county is None:
        return render(request, "quality/laboratories.html", context)
    check_can_deliver(county, request.area)
    form, status = LaboratoryForm(request.POST or None), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.add_laboratory(county=county, **form.cleaned_data, **_who(request))
                messages.success(request, _("已登记检测机构"))
                return redirect(f"{reverse('quality:laboratories')}?county={county.pk}")
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
    rows = queries.laboratories_of(county).prefetch_related("formats")
    return render(request, "quality/laboratories.html", context | {"form": form, "rows": rows, "today": timezone.localdate()}, status=status)


@needs(Right.QUALITY_RESULTS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_laboratory(request: Any, pk: int) -> HttpResponse:
    """Change what is told of a laboratory."""
    row = queries.laboratory_in(request.area, pk)
    check_can_deliver(row.county, request.area)
    initial = {name: getattr(row, name) for name in ("name", "certificate", "certified_until")}
    form, status = LaboratoryForm(request.POST or None, initial=initial), 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                actions.edit_laboratory(laboratory=row, **form.cleaned_data, **_who(request))
                messages.success(request, _("已保存"))
                return redirect(f"{reverse('quality:laboratories')}?county={row.county_id}")
            except Refused as refusal:
                form.add_error(None, refusal.message)
                status = refusal.status
    return render(request, "quality/laboratory.html", {"laboratory": row, "form": form}, status=status)
