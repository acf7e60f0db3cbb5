"""What this room shows on the page of a problem: whether the two books agree on it."""

from __future__ import annotations

from typing import Any

from wenqu.books.models import BookKind, Comparison, RowClass
from wenqu.books.storing import class_of, class_of_own
from wenqu.kit.registry import Panel, offer_panel
from wenqu.places import paths
from wenqu.places.rights import Right


def offer() -> None:
    offer_panel(Panel("problem", 60, "books/panel.html", two_books_of_problem))


def two_books_of_problem(problem: Any, request: Any) -> dict[str, Any] | None:
    """The newest comparison of problems that saw this one, within the areas where whoever looks may compare."""
    area = request.area.whole.may(Right.COMPARE)
    above = [path for path in paths.ancestors(problem.path) if area.covers(path)]
    for comparison in Comparison.objects.filter(kind=BookKind.PROBLEMS, path__in=above, compared_at__isnull=False).order_by("-pk")[:3]:
        ruling = comparison.rulings.select_related("by").filter(own=problem.pk).first()
        kind = class_of(comparison, ruling.n) if ruling else class_of_own(comparison, problem.pk)
        if kind:
            return {"comparison": comparison, "class_label": RowClass(kind).label, "ruling": ruling}
    return None
