"""Upload of the other side's book: takes it in and starts the dry look."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from wenqu.books import actions
from wenqu.books.forms import UploadForm
from wenqu.importing.receiving import on_disk, takes_table
from wenqu.kit.refusal import Refused
from wenqu.places.permissions import needs
from wenqu.places.rights import Right


@needs(Right.COMPARE)
@takes_table
def upload(request: Any) -> HttpResponse:
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
    with on_disk(told["file"]) as file:
        comparison = actions.receive_book(
            kind=told["kind"], division=told["division"], other=told["other"], file=file, file_name=told["file"].name,
            mapping_text=told["mapping"].text if told["mapping"] and told["mapping"].kind == told["kind"] else "", by=request.user, at=at,
        )
    actions.submit_look(comparison=comparison, by=request.user, at=at)
    return comparison
