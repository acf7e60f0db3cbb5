"""One comparison: the dry look, the choice of key and columns, the counts, what was issued and what came back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.books import actions, queries
from wenqu.books.forms import ReturnForm
from wenqu.books.models import Comparison, ComparisonState
from wenqu.books.permissions import check_can_fetch, check_can_rule
from wenqu.books.table.ledgers import LEDGERS
from wenqu.kit.looks import note_look
from wenqu.kit.refusal import why_not
from wenqu.places.permissions import needs
from wenqu.places.queries import row_in
from wenqu.places.rights import Right


def comparison_of(request: Any, pk: int) -> Comparison:
    """The comparison, if it lies in the person's area."""
    return row_in(Comparison.objects.select_related("division", "job", "by"), request.area, pk, "comparison")


def _context(request: Any, comparison: Comparison) -> dict[str, Any]:
    running = comparison.job is not None and comparison.job.state in {"queued", "running"}
    made = bool(comparison.counts) and not running
    unruled = not comparison.rulings.exists() and not comparison.issues.exists()
    tiles = queries.tiles(comparison) if made else []
    return {
        "comparison": comparison, "job": comparison.job, "running": running, "ledger": LEDGERS[comparison.kind].title,
        "may_look": comparison.state in actions.LOOKABLE and not running, "may_compare": comparison.state in actions.COMPARABLE and not running and unruled,
        "may_rule": made and why_not(check_can_rule, comparison, request.area) is None,
        "made": made, "tiles": tiles, "towns": queries.towns(comparison) if made else [],
        "columns": enumerate(comparison.counts.get("columns", [])) if made else [], "verdicts": queries.verdict_counts(comparison) if made else [],
        "key_titles": queries.titles(comparison, comparison.key), "column_titles": queries.titles(comparison, comparison.columns),
        "issues": [{"issue": issue, "may_fetch": why_not(check_can_fetch, issue, request.area) is None} for issue in comparison.issues.select_related("by")],
        "returns": comparison.returns.select_related("by"), "return_form": ReturnForm(),
        "closed_rows": sum(tile["closed"] for tile in tiles),
        "closed": comparison.state == ComparisonState.CLOSED,
    }


@needs(Right.COMPARE)
def show(request: Any, pk: int) -> HttpResponse:
    comparison = comparison_of(request, pk)
    if comparison.look.get("unreadable"):
        # Wrong cells are shown as they were delivered.
        note_look(request, "list_book_rows", subject=f"comparison:{comparison.pk}", path=comparison.path)
    return render(request, "books/comparison.html", _context(request, comparison))


@needs(Right.COMPARE)
def progress(request: Any, pk: int) -> HttpResponse:
    """The moving part of the page, asked for again while a job runs; reloads the page when it is over."""
    comparison = comparison_of(request, pk)
    if comparison.job is None or comparison.job.state not in {"queued", "running"}:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "books/_progress.html", {"comparison": comparison, "job": comparison.job})


@needs(Right.COMPARE)
@require_POST
def look_again(request: Any, pk: int) -> HttpResponse:
    comparison = comparison_of(request, pk)
    actions.submit_look(comparison=comparison, by=request.user, at=timezone.now())
    return redirect("books:comparison", comparison.pk)


@needs(Right.COMPARE)
@require_POST
def compare(request: Any, pk: int) -> HttpResponse:
    comparison = comparison_of(request, pk)
    actions.submit_comparison(
        comparison=comparison, key=request.POST.getlist("key"), columns=request.POST.getlist("columns"), blanks=request.POST.get("blanks") != "no",
        by=request.user, at=timezone.now(),
    )
    messages.success(request, _("已开始比对，可以离开本页。"))
    return redirect("books:comparison", comparison.pk)


@needs(Right.COMPARE)
def mapping(request: Any, pk: int) -> HttpResponse:
    """Choose for each of our columns the header of their book that feeds it; looks into the book again."""
    comparison = comparison_of(request, pk)
    if request.method != "POST":
        return render(request, "books/mapping.html", {"comparison": comparison, **queries.columns_with_headers(comparison)})
    sources = {column.name: request.POST.get(f"c_{column.name}", "")[:200] for column in LEDGERS[comparison.kind].columns}
    actions.set_book_mapping(comparison=comparison, sources=sources, save_as=request.POST.get("save_as", "")[:80], by=request.user, at=timezone.now())
    actions.submit_look(comparison=comparison, by=request.user, at=timezone.now())
    return redirect("books:comparison", comparison.pk)
