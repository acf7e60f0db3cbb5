"""Upload of a workbook: takes it in and starts the dry run."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.importing.receiving import on_disk, takes_table
from wenqu.kit.refusal import Refused
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.registers import actions, queries
from wenqu.registers.forms import UploadForm


@needs(Right.JOBS)
@takes_table
def upload(request: Any) -> HttpResponse:
    if not queries.counties(request.area):
        raise Refused("wrong_role", _("只有县级水务部门可以导入台账。"))
    form = UploadForm(request.POST or None, request.FILES or None, area=request.area, initial={"observed_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("registers:batch", _receive(form.cleaned_data, request).pk)
        except Refused as refusal:
            form.add_error("file", refusal.message)
    status = 422 if request.method == "POST" else 200
    return render(request, "registers/upload.html", {"form": form, "limit": settings.UPLOAD_LIMIT_BYTES // 1024**2}, status=status)


def _receive(told: dict[str, Any], request: Any) -> Any:
    at = timezone.now()
    with on_disk(told["file"]) as file:
        batch = actions.receive_workbook(
            kind=told["kind"], county=told["county"], file=file, file_name=told["file"].name, code_system=told["code_system"],
            observed_on=told["observed_on"], mapping_text=told["mapping"].text if told["mapping"] else "", by=request.user, at=at,
        )
    actions.submit_check(batch=batch, by=request.user, at=at)
    return batch
