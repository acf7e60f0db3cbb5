"""Notices on the boards, the sheet that is printed for one, and its page on the web."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from wenqu.kit.limited import limited
from wenqu.kit.looks import note_look
from wenqu.places.models import Division
from wenqu.places.permissions import needs
from wenqu.places.queries import division_in
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.rulebook.watch.procedures import ENTRY
from wenqu.watch.models.courses import Route
from wenqu.watch.notices.queries import NoticeRow, masked, notice_rows, public_code, public_rows, sheet_rows


@needs(Right.WATCH)
def notice_list(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    rows, total = notice_rows(area, timezone.localdate())
    note_look(request, "list_notices", paths=area.paths, rows=len(rows))
    return render(request, "watch/notices.html", {"rows": rows, "total": total})


@needs(Right.WATCH)
def sheet(request: HttpRequest, pk: int, route: str, step: str) -> HttpResponse:
    """The sheet of a place for one step: names are masked whoever prints it, for it hangs in public."""
    area: Area = request.area  # type: ignore[attr-defined]
    division = division_in(area, pk)
    if route not in Route.values:
        raise Http404(route)
    rows = sheet_rows(area, division, route, step, timezone.localdate())
    note_look(request, "print_notice", path=division.path, rows=len(rows), step=step[:40])
    address = request.build_absolute_uri(reverse("watch:public", args=[public_code(division, route, step)]))
    return render(request, "watch/sheet.html", {
        **_sheet(division, rows), "address": address, "qr": segno.make(address, error="m", micro=False).svg_data_uri(scale=3, border=2),
    })


@login_not_required
@limited("public")
def public(request: HttpRequest, code: str) -> HttpResponse:
    """The same on the web, open to everybody for as long as it hangs on the boards: what is not posted, or taken down, is not shown."""
    found = public_rows(code, timezone.localdate())
    if found is None:
        raise Http404
    division, rows = found
    response = render(request, "watch/public.html", _sheet(division, rows), status=200 if rows else 404)
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    response.headers["Cache-Control"] = "no-store"
    return response


def _sheet(division: Division, rows: list[NoticeRow]) -> dict[str, Any]:
    first = rows[0] if rows else None
    return {"division": division, "rows": masked(rows), "entry": first is not None and first.course.route == ENTRY, "today": timezone.localdate(), "first": first}
