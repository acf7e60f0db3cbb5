"""The list of comparisons."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from wenqu.books import queries
from wenqu.kit.addresses import number_in
from wenqu.places.permissions import needs
from wenqu.places.rights import Right


@needs(Right.COMPARE)
def comparison_list(request: Any) -> HttpResponse:
    before = request.GET.get("before", "")
    rows = list(queries.comparisons(request.area, number_in(before))[: queries.SHOWN_COMPARISONS + 1])
    shown = rows[: queries.SHOWN_COMPARISONS]
    pager = {
        "first": "?" if before else "", "next": f"?before={shown[-1].pk}" if len(rows) > len(shown) else "",
        "note": _("%(count)d 次比对") % {"count": len(shown)},
    }
    return render(request, "books/list.html", {"comparisons": shown, "pager": pager})
