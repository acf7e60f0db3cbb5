"""Reads of schemes: lists, who is served, and which responsibilities have no name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, F, Q, Sum

from wenqu.places.queries import names_of, row_in
from wenqu.places.scope import Area, below, within
from wenqu.schemes.models import Responsibility, ResponsibilityKind, Scheme, SchemeClass, Supply

PAGE = 50
SERVED_PAGE = 100
COUNTED_FOR_SECONDS = 60


@dataclass(frozen=True)
class Row:
    """One scheme of the list with what the register links to it."""

    scheme: Scheme
    place: str
    households: int
    people: int
    gaps: list[str]
    named: set[str]


def scheme_in(area: Area, pk: int) -> Scheme:
    """The scheme, or 404 where it does not exist or lies outside the area."""
    return row_in(Scheme.objects.select_related("division"), area, pk, "scheme")


def scheme_rows(
    path: str, area: Area, scheme_class: str, only_gaps: bool, after: tuple[str, int] | None, size: int = PAGE,
) -> tuple[list[Row], tuple[str, int] | None]:
    """One page of schemes below a path in the order of the tree, each with those of the area whom it serves; and where the next page begins."""
    found = Scheme.objects.filter(below(path)).order_by("path", "id")
    if scheme_class in SchemeClass.values:
        found = found.filter(scheme_class=scheme_class)
    if only_gaps:
        found = found.alias(named=Count("responsibilities", filter=~Q(responsibilities__name=""))).filter(named__lt=len(ResponsibilityKind))
    if after is not None:
        found = found.filter(Q(path__gt=after[0]) | Q(path=after[0], pk__gt=after[1]))
    schemes = list(found[: size + 1])
    following = (schemes[size - 1].path, schemes[size - 1].pk) if len(schemes) > size else None
    return _rows(schemes[:size], area), following


def _rows(schemes: list[Scheme], area: Area) -> list[Row]:
    ids = [scheme.pk for scheme in schemes]
    served = _lately_served(ids, area)
    named = kinds_named(ids)
    places = names_of({scheme.path for scheme in schemes})
    return [
        Row(scheme, places.get(scheme.path, ""), *served.get(scheme.pk, (0, 0)), missing_kinds(kinds), kinds)
        for scheme, kinds in ((scheme, named.get(scheme.pk, set())) for scheme in schemes)
    ]


def kinds_named(ids: list[int]) -> dict[int, set[str]]:
    """scheme -> the responsibilities that have a named person. One query."""
    named: dict[int, set[str]] = {}
    for pk, kind in Responsibility.objects.filter(scheme__in=ids).exclude(name="").values_list("scheme_id", "kind"):
        named.setdefault(pk, set()).add(kind)
    return named


def missing_kinds(named: set[str]) -> list[str]:
    """The responsibilities without a named person, in words."""
    return [str(kind.label) for kind in ResponsibilityKind if kind.value not in named]


def served_counts(ids: list[int], area: Area) -> dict[int, tuple[int, int]]:
    """scheme -> (households, people) of the area by the current links of the register. One query."""
    found = within(Supply.objects.filter(scheme__in=ids, to_on__isnull=True), area, "household__path")
    rows = found.values("scheme").annotate(
        households=Count("pk"), people=Sum("household__people")
    )
    return {row["scheme"]: (row["households"], row["people"] or 0) for row in rows.order_by()}


def _lately_served(ids: list[int], area: Area) -> dict[int, tuple[int, int]]:
    """`served_counts`, at most a minute old: the large plants of a county serve tens of thousands of households each, and
    counted anew for every look at the list PostgreSQL took 0.4 s. Kept for these very schemes and this very area."""
    asked = hashlib.sha256(repr((sorted(ids), area.paths)).encode()).hexdigest()
    return cache.get_or_set(f"served:{asked}", lambda: served_counts(ids, area), COUNTED_FOR_SECONDS) or {}


def responsibilities_of(scheme: Scheme) -> list[dict[str, Any]]:
    """The three responsibilities in their order, each with its person or None: a gap is shown, not left out."""
    known = {row.kind: row for row in scheme.responsibilities.all()}
    return [{"label": kind.label, "person": known.get(kind.value)} for kind in ResponsibilityKind]


def households_served(scheme: Scheme, area: Area, after: int, size: int = SERVED_PAGE) -> tuple[list[Supply], int | None]:
    """One page of the households that a scheme serves now, only those of the area; and where the next page begins."""
    found = within(Supply.objects.filter(scheme=scheme, to_on__isnull=True, pk__gt=after), area, "household__path")
    rows = list(found.select_related("household__division").order_by("pk")[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def schemes_serving(path: str, area: Area) -> list[dict[str, Any]]:
    """The schemes that serve the households below a path now, most households first, and whether each is of the area."""
    found = Supply.objects.filter(below(path, "household__path"), to_on__isnull=True)
    rows = found.values("scheme", name=F("scheme__name"), place=F("scheme__path")).annotate(households=Count("pk"), people=Sum("household__people"))
    return [{**row, "mine": area.covers(row["place"])} for row in rows.order_by("-households", "scheme")]


def villages_served(scheme: Scheme, area: Area) -> list[dict[str, Any]]:
    """The villages of the area that a scheme serves, with households and people."""
    found = within(Supply.objects.filter(scheme=scheme, to_on__isnull=True), area, "household__path")
    rows = found.values(village=F("household__division"), name=F("household__division__name"), place=F("household__path"))
    return [dict(row) for row in rows.annotate(households=Count("pk"), people=Sum("household__people")).order_by("place")]
