"""The audit log: read, narrowed, taken out. Reading it is in it."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.kit.addresses import number_in
from wenqu.kit.limited import limited
from wenqu.kit.looks import note_look
from wenqu.kit.pages import pager
from wenqu.people.audit.actions import export_selection
from wenqu.people.audit.queries import Filters, page_of
from wenqu.people.audit.words import DETAILS, REFUSALS, VIAS, subject_label, verb_choices, verb_label
from wenqu.places.permissions import needs
from wenqu.places.queries import names_of
from wenqu.places.rights import Right
from wenqu.places.scope import Area

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d\Z")


@needs(Right.AUDIT)
def audit_list(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    filters = Filters.read(request.GET)
    before = request.GET.get("before", "")
    rows, following = page_of(area, filters, before)
    note_look(request, "view_audit", paths=area.paths, page=number_in(before), **filters.told)
    names = names_of({row.path for row in rows if row.path})
    context = {
        "filters": filters, "subject": subject_label(filters.subject), "verbs": verb_choices(), "rows": [_shown(row, names) for row in rows],
        "pager": pager(request.GET, "before", following),
    }
    return render(request, "people/audit.html", context)


def _shown(row: Any, names: dict[str, str]) -> dict[str, Any]:
    return {
        "entry": row, "verb": verb_label(row.verb), "bad": row.verb in REFUSALS, "subject": subject_label(row.subject),
        "place": names.get(row.path, ""), "via": VIAS.get(row.via, ""),
        "detail": [(DETAILS.get(name, name), _plain(value)) for name, value in row.detail.items()],
    }


def _plain(value: Any) -> str:
    """A detail as people read it: yes and no, local time, lists and counts without brackets."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, list):
        return "、".join(map(_plain, value))
    if isinstance(value, dict):
        return "、".join(f"{DETAILS.get(name, name)} {_plain(each)}" for name, each in value.items())
    if isinstance(value, str) and _MOMENT.match(value):
        return f"{timezone.localtime(datetime.fromisoformat(value)):%Y-%m-%d %H:%M:%S}"
    return str(value)


@needs(Right.AUDIT)
@require_POST
@limited("export")
def audit_export(request: HttpRequest) -> StreamingHttpResponse:
    """The same selection as a file of JSON lines that `wenqu audit verify` checks row by row."""
    now = timezone.now()
    lines = export_selection(
        area=request.area, filters=Filters.read(request.POST), by=request.user, at=now,  # type: ignore[attr-defined, arg-type]
    )
    name = f"audit-{timezone.localtime(now):%Y%m%d-%H%M%S}.jsonl"
    return StreamingHttpResponse(
        lines, content_type="application/x-ndjson", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
