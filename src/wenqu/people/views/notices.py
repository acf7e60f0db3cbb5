"""One's own notices."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from wenqu.kit.addresses import number_in
from wenqu.kit.pages import pager
from wenqu.people import notices
from wenqu.places.permissions import needs


@needs()
def notice_list(request: HttpRequest) -> HttpResponse:
    rows, following = notices.notices_of(request.user, number_in(request.GET.get("before", "")))  # type: ignore[arg-type]
    shown = [{"notice": row, "text": notices.sentence_of(row)} for row in rows]
    return render(request, "people/notices.html", {"rows": shown, "pager": pager(request.GET, "before", following), "upto": rows[0].pk if rows else 0})


@needs()
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Everything up to the newest that the page showed has been read."""
    notices.mark_read(account=request.user, upto=number_in(request.POST.get("upto", "")) or 0, at=timezone.now())  # type: ignore[arg-type]
    return redirect("own:notices")
