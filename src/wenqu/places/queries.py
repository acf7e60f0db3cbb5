"""Reads of divisions that several pages need."""

from __future__ import annotations

from django.db.models import Model, Q, QuerySet

from wenqu.kit.addresses import number_in
from wenqu.kit.refusal import Missing
from wenqu.places import paths
from wenqu.places.models import Division, Outline
from wenqu.places.scope import Area, M, within


def division_in(area: Area, pk: int | str) -> Division:
    """The division, or 404 where it does not exist or lies outside the area."""
    return row_in(Division.objects.all(), area, number_in(str(pk)) or 0, "division")


def row_in(rows: QuerySet[M], area: Area, pk: int, kind: str, field: str = "path") -> M:
    """The row with this key, or 404 (`Missing`) where it does not exist or its `field` lies outside the area.

    Both are answered alike and cost the same, but the attempt is written down for what it was: `kind` names the row.
    """
    row = within(rows, area, field).filter(pk=pk).first()
    if row is None:
        raise missing_row(rows.model, pk, kind, field)
    return row


def missing_row(model: type[Model], pk: int, kind: str, field: str = "path") -> Missing:
    """What to raise for a row that was not found in an area: it says for the log whether there is one elsewhere."""
    path = model._base_manager.filter(pk=pk).values_list(field, flat=True).first()
    if path is None:
        # Without the number, which may be anything: a telephone pasted into an address has no place in the log.
        return Missing("no_such_row", f"{kind}:?")
    return Missing("outside_area", f"{kind}:{pk}", path)


def lineage(path: str) -> list[Division]:
    """The divisions from the top down to `path` itself. One query."""
    return list(Division.objects.filter(path__in=paths.ancestors(path)).order_by("path"))


def tops(area: Area) -> list[Division]:
    """The divisions at the top of an area, for people with several duties."""
    return list(Division.objects.filter(path__in=area.paths).order_by("path"))


def children(division: Division) -> QuerySet[Division]:
    return Division.objects.filter(parent=division).order_by("path")


def divisions_by_level(area: Area, highest: int, lowest: int) -> QuerySet[Division]:
    """The divisions of an area between two levels (both inclusive), in the order of the tree."""
    return within(Division.objects.filter(level__gte=highest, level__lte=lowest), area).order_by("path")


def names_of(division_paths: set[str]) -> dict[str, str]:
    """path -> «甲镇 甲一村»: the names of the divisions and of what holds them below the county, for lists of rows. One query."""
    wanted: set[str] = set()
    for path in division_paths:
        wanted.update(paths.ancestors(path)[3:])
        wanted.add(path)
    names = dict(Division.objects.filter(path__in=wanted).values_list("path", "name"))
    return {
        path: " ".join(names[each] for each in (paths.ancestors(path)[3:] or [path]) if each in names)
        for path in division_paths
    }




def outlines_below(division: Division) -> list[Outline]:
    """The outlines of a division and its direct children, without the geometry."""
    rows = Outline.objects.filter(Q(division=division) | Q(division__parent=division))
    return list(rows.select_related("division").defer("geometry").order_by("division__path"))
