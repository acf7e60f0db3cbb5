"""Upload of the other side's book: takes it in and starts the dry look."""

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

from wenqu.books import actions
from wenqu.books.forms import UploadForm
from wenqu.kit.refusal import Refused
from wenqu.places.permissions import needs
from wenqu.places.rights import Right


def check_size(request: Any) -> None:
    """Refuse a body that is too large before it is read."""
    limit = settings.UPLOAD_LIMIT_BYTES
    if request.method == "POST" and int(request.META.get("CONTENT_LENGTH") or 0) > limit + 1_000_000:
        raise Refused("file_too_large", _("文件超过 %(limit)s MB 的上限，请拆分后再上传。") % {"limit": limit // 1024**2})


@needs(Right.COMPARE)
@csrf_exempt
def upload(request: Any) -> HttpResponse:
    """The size is looked at first; the token, which stands in the body, is checked after that."""
    check_size(request)
    return _form(request)


@csrf_protect
def _form(request: Any) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None, area=request.area)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("books:comparison", _receive(form.cleaned_data, request).pk)
        except Refused as refusal:
            form.add_error("file", refusal.message)
    status = 422 if request.method == "POST" else 200
    return render(request, "books/upload.html", {"form": form, "limit": settings.UPLOAD_LIMIT_BYTES // 1024**2}, status=status)


def _receive(told: dict[str, Any], request: Any) -> Any:
    at = timezone.now()
    with NamedTemporaryFile(prefix="wenqu-upload-") as copy:
        for part in told["file"].chunks():
            copy.write(part)
        copy.flush()
        comparison = actions.receive_book(
            kind=told["kind"], division=told["division"], other=told["other"], file=Path(copy.name), file_name=told["file"].name,
            mapping_text=told["mapping"].text if told["mapping"] and told["mapping"].kind == told["kind"] else "", by=request.user, at=at,
        )
    actions.submit_look(comparison=comparison, by=request.user, at=at)
    return comparison
