"""The rows of a comparison, class by class, both sides side by side; rulings on one row or on all of a filter."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.books import actions, queries
from wenqu.books.forms import RulingForm
from wenqu.books.models import RowClass
from wenqu.books.permissions import check_can_rule
from wenqu.books.storing import Filter
from wenqu.books.views.comparison import comparison_of
from wenqu.kit.addresses import number_in
from wenqu.kit.looks import note_look
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.permissions import needs
from wenqu.places.rights import Right


def _query(wanted: Filter, ruled: str = "", **more: Any) -> str:
    """The query that names a filter. An empty name of a town is written «-»."""
    told: dict[str, Any] = {"class": wanted.kind}
    if wanted.town is not None:
        told["town"] = wanted.town or "-"
    if wanted.column is not None:
        told["column"] = wanted.column
    if ruled:
        told["ruled"] = ruled
    return "?" + urlencode({**told, **more})


@needs(Right.COMPARE)
def row_list(request: Any, pk: int) -> HttpResponse:
    comparison = comparison_of(request, pk)
    wanted = queries.wanted_of(comparison, request.GET)
    ruled = request.GET.get("ruled", "") if request.GET.get("ruled", "") in queries.RULED else ""
    after = number_in(request.GET.get("after", "")) or 0
    rows, following = queries.page_of_rows(comparison, wanted, ruled, after, request.area)
    note_look(request, "list_book_rows", subject=f"comparison:{comparison.pk}", path=comparison.path, kind=wanted.kind, page=after)
    refusal = why_not(check_can_rule, comparison, request.area)
    return render(request, "books/rows.html", {
        "comparison": comparison, "rows": rows, "wanted": wanted, "ruled": ruled, "after": after, "form": RulingForm(),
        "classes": [(kind.value, kind.label) for kind in RowClass], "class_label": RowClass(wanted.kind).label,
        "towns": queries.towns(comparison), "columns": list(enumerate(queries.titles(comparison, comparison.columns))),
        "may_rule": refusal is None and wanted.kind != RowClass.MATCHED, "here": _query(wanted, ruled),
        "pager": {"first": _query(wanted, ruled) if after else "", "next": _query(wanted, ruled, after=following) if following else "",
                  "note": _("%(count)d 行") % {"count": len(rows)}},
    })


def _back(request: Any, pk: int, wanted: Filter) -> HttpResponse:
    after = number_in(request.POST.get("after", "")) or 0
    ruled = request.POST.get("ruled", "") if request.POST.get("ruled", "") in queries.RULED else ""
    return redirect(reverse("books:rows", args=[pk]) + _query(wanted, ruled, **({"after": after} if after else {})))


@needs(Right.COMPARE)
@require_POST
def rule(request: Any, pk: int) -> HttpResponse:
    comparison = comparison_of(request, pk)
    wanted = queries.wanted_of(comparison, request.POST)
    try:
        actions.rule_row(
            comparison=comparison, n=number_in(request.POST.get("n", "")) or 0, verdict=request.POST.get("verdict", ""), reason=request.POST.get("reason", ""),
            version=number_in(request.POST.get("version", "")) or 0, by=request.user, at=timezone.now(),
        )
    except Refused as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已保存裁定。"))
    return _back(request, comparison.pk, wanted)


@needs(Right.COMPARE)
def rule_all(request: Any, pk: int) -> HttpResponse:
    """Says how many rows it would be, and rules on them once that is confirmed."""
    comparison = comparison_of(request, pk)
    wanted = queries.wanted_of(comparison, request.POST or request.GET)
    if request.method == "POST":
        number = actions.rule_rows(
            comparison=comparison, wanted=wanted, verdict=request.POST.get("verdict", ""), reason=request.POST.get("reason", ""),
            expected=number_in(request.POST.get("expected", "")) or 0, by=request.user, at=timezone.now(),
        )
        messages.success(request, _("已裁定 %(count)d 行。") % {"count": number})
        return _back(request, comparison.pk, wanted)
    check_can_rule(comparison, request.area)
    columns = queries.titles(comparison, comparison.columns)
    return render(request, "books/rule_all.html", {
        "comparison": comparison, "wanted": wanted, "class_label": RowClass(wanted.kind).label, "expected": queries.unruled(comparison, wanted),
        "column": columns[wanted.column] if wanted.column is not None else "", "form": RulingForm(), "here": _query(wanted),
    })
