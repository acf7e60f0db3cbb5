"""The list of import batches."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from wenqu.kit.addresses import number_in
from wenqu.kit.pages import pager
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.registers import queries


@needs(Right.JOBS)
def batch_list(request: Any) -> HttpResponse:
    rows = list(queries.batches(request.area, number_in(request.GET.get("before", "")))[: queries.SHOWN_BATCHES + 1])
    shown = rows[: queries.SHOWN_BATCHES]
    following = shown[-1].pk if len(rows) > len(shown) else None
    links = pager(request.GET, "before", following, _("%(count)d 个批次") % {"count": len(shown)})
    may_upload = bool(queries.counties(request.area))
    return render(request, "registers/list.html", {"batches": shown, "pager": links, "may_upload": may_upload})
