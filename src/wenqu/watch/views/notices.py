"""Notices on the boards, and the sheet that is printed for one."""

from __future__ import annotations

import segno
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from wenqu.kit.limited import limited
from wenqu.kit.looks import note_look
from wenqu.places.permissions import needs
from wenqu.places.queries import division_in
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.rulebook.watch.procedures import ENTRY
from wenqu.watch.models.courses import Route
from wenqu.watch.notices.public import address_of, hanging, place_of
from wenqu.watch.notices.queries import masked, notice_rows, sheet_rows


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
    where = address_of(division)
    web = request.build_absolute_uri(where) if where else ""
    note_look(request, "print_notice", path=division.path, rows=len(rows), step=step[:40])
    return render(request, "watch/sheet.html", {
        "division": division, "rows": masked(rows), "entry": route == ENTRY, "today": timezone.localdate(),
        "first": rows[0] if rows else None, "web": web, "code": segno.make(web, error="m", micro=False).svg_data_uri(scale=3, border=2) if web else "",
    })


@login_not_required
@require_safe
@limited("public")
def public(request: HttpRequest, code: str) -> HttpResponse:
    """What hangs on the board of a place, for whoever reads its code there: the same lines, masked alike, as long as it hangs."""
    division, today = place_of(code), timezone.localdate()
    sheets = [{"rows": masked(rows), "entry": rows[0].course.route == ENTRY, "first": rows[0]} for rows in hanging(division, today)]
    response = render(request, "watch/public.html", {"division": division, "sheets": sheets, "today": today})
    response.headers["X-Robots-Tag"] = "noindex, noarchive"
    response.headers["Cache-Control"] = "no-store"
    return response
