"""The list of comparisons."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from wenqu.books import queries
from wenqu.kit.addresses import number_in
from wenqu.kit.pages import pager
from wenqu.places.permissions import needs
from wenqu.places.rights import Right


@needs(Right.COMPARE)
def comparison_list(request: Any) -> HttpResponse:
    rows = list(queries.comparisons(request.area, number_in(request.GET.get("before", "")))[: queries.SHOWN_COMPARISONS + 1])
    shown = rows[: queries.SHOWN_COMPARISONS]
    following = shown[-1].pk if len(rows) > len(shown) else None
    links = pager(request.GET, "before", following, _("%(count)d 次比对") % {"count": len(shown)})
    return render(request, "books/list.html", {"comparisons": shown, "pager": links})
