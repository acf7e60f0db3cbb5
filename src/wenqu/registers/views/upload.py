"""Upload of a workbook: takes it in and starts the dry run."""

from __future__ import annotations

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from wenqu.kit.refusal import Refused
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.registers import actions, queries
from wenqu.registers.forms import UploadForm


@needs(Right.JOBS)
@csrf_exempt
def upload(request: Any) -> HttpResponse:
    """Refuses a body that is too large before it is read; the token, which stands in the body, is checked after that."""
    limit = settings.UPLOAD_LIMIT_BYTES
    if request.method == "POST" and int(request.META.get("CONTENT_LENGTH") or 0) > limit + 1_000_000:
        raise Refused("file_too_large", _("文件超过 %(limit)s MB 的上限，请拆分后再上传。") % {"limit": limit // 1024**2})
    return _form(request)


@csrf_protect
def _form(request: Any) -> HttpResponse:
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
    with NamedTemporaryFile(prefix="wenqu-upload-") as copy:
        for part in told["file"].chunks():
            copy.write(part)
        copy.flush()
        batch = actions.receive_workbook(
            kind=told["kind"], county=told["county"], file=Path(copy.name), file_name=told["file"].name, code_system=told["code_system"],
            observed_on=told["observed_on"], mapping_text=told["mapping"].text if told["mapping"] else "", by=request.user, at=at,
        )
    actions.submit_check(batch=batch, by=request.user, at=at)
    return batch
