"""Our list in the layout of the national system, as a file."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from wenqu.kit.downloads import XLSX
from wenqu.kit.limited import limited
from wenqu.kit.looks import note_look
from wenqu.places.permissions import narrowed, needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.watch.national.columns import MEASURES, WATCHED
from wenqu.watch.national.exporting import as_workbook, file_name


def both(whole: Area) -> Area:
    """Where somebody both sees the list and may export."""
    watch, export = whole.may(Right.WATCH), narrowed(whole, (Right.EXPORT,))
    return Area(tuple(sorted({path for path in (*watch.paths, *export.paths) if watch.covers(path) and export.covers(path)})), whole.duties)


@needs(Right.WATCH)
@limited("export")
def national(request: Any) -> HttpResponse:
    with_gone, sheet = request.GET.get("gone") == "1", MEASURES if request.GET.get("sheet") == MEASURES else WATCHED
    area = both(request.area.whole)
    content, count = as_workbook(area, sheet, with_gone)
    note_look(request, "export_watched", paths=area.paths, rows=count, file=sheet)
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, file_name(timezone.localdate(), sheet, count, with_gone)) or "attachment"
    return response
