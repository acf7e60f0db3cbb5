"""Households outside the register, as surveyors met them: listed, and handed out for the import."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from wenqu.kit.addresses import number_in
from wenqu.kit.downloads import XLSX
from wenqu.kit.looks import note_look
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.survey.outside import queries, sheet


@needs(Right.INTAKE)
def outside_list(request: Any) -> HttpResponse:
    before = request.GET.get("before", "")
    rows = list(queries.records_in(request.area, number_in(before))[: queries.SHOWN + 1])
    shown = rows[: queries.SHOWN]
    note_look(request, "list_outside", paths=request.area.paths, rows=len(shown), page=before)
    return render(request, "survey/outside.html", {
        "rows": queries.told_by(shown),
        "pager": {
            "first": "?" if before else "", "next": f"?before={shown[-1].pk}" if len(rows) > len(shown) else "",
            "note": _("%(count)d 户") % {"count": len(shown)},
        },
    })


@needs(Right.INTAKE)
def outside_export(request: Any, kind: str) -> HttpResponse:
    """All of them, the newest first, as Excel or CSV."""
    found = queries.told_by(list(queries.records_in(request.area)[: queries.MOST]))
    note_look(request, "export_outside", paths=request.area.paths, rows=len(found), file=kind)
    content = sheet.as_csv(found) if kind == "csv" else sheet.as_workbook(found)
    response = HttpResponse(content, content_type="text/csv; charset=utf-8" if kind == "csv" else XLSX)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{_('台账外农户')}.{kind}") or "attachment"
    return response
