"""Reads of divisions that several pages need."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404

from wenqu.kit.addresses import number_in
from wenqu.places import paths
from wenqu.places.models import Division, Outline
from wenqu.places.scope import Area, within


def division_in(area: Area, pk: int | str) -> Division:
    """The division, or 404 where it does not exist or lies outside the area."""
    division = within(Division.objects.all(), area).filter(pk=number_in(str(pk)) or 0).first()
    if division is None:
        raise Http404
    return division


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
