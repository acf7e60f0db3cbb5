"""The way down to a place, as the pages show it."""

from __future__ import annotations

from django.urls import reverse

from wenqu.places.models import Division
from wenqu.places.queries import lineage
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def crumbs_of(path: str, area: Area, *, here: Division | None = None) -> list[dict[str, str]]:
    """The divisions from the top down to `path`: [{"name", "url"}]. One query.

    What lies where somebody may not see figures, as above the own area, is named but not linked, and neither is `here`,
    the page's own division.
    """
    figures = area.whole.may(Right.FIGURES)
    return [
        {"name": each.name, "url": reverse("reports:area", args=[each.pk]) if figures.covers(each.path) and each != here else ""}
        for each in lineage(path)
    ]
