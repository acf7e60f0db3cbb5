"""What the map of a division draws: outlines, scheme points, and the numbers that colour them."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django.urls import reverse

from wenqu.facts.models import SubjectKind
from wenqu.ledger.models import Problem
from wenqu.places.models import Division, Outline
from wenqu.places.scope import below
from wenqu.reports.dashboard import Tally
from wenqu.schemes.models import Scheme, SchemeClass

MOST_POINTS = 3000


def geometry_of(division: Division, by_division: dict[int, Tally]) -> dict[str, Any]:
    """Outlines of the children (or, where none is known, of the division itself), scheme points, systems and sources."""
    outlines = list(Outline.objects.filter(division__parent=division).select_related("division"))
    of_children = bool(outlines)
    if not outlines:
        outlines = list(Outline.objects.filter(division=division).select_related("division"))
    points = scheme_points(division)
    return {
        "of_children": of_children,
        "features": [_feature(outline, by_division, of_children) for outline in outlines],
        "points": points,
        "more_points": len(points) == MOST_POINTS,
        "outline_systems": sorted({outline.crs for outline in outlines}),
        "outline_sources": sorted({outline.source for outline in outlines if outline.source}),
        "point_systems": dict(Counter(point["crs"] for point in points)),
    }


def _feature(outline: Outline, by_division: dict[int, Tally], of_children: bool) -> dict[str, Any]:
    division = outline.division
    tally = by_division.get(division.pk) if of_children else None
    numbers = None if tally is None else {name: getattr(tally, name) for name in ("households", "safe", "basic", "unsafe", "unknown")}
    return {
        "type": "Feature",
        "geometry": json.loads(outline.geometry),
        "properties": {
            "name": division.name, "id": division.pk, "numbers": numbers,
            "url": reverse("reports:area", args=[division.pk]) if of_children else "",
        },
    }


def scheme_points(division: Division) -> list[dict[str, Any]]:
    """The schemes of a division that have coordinates, with whether a problem of theirs is open."""
    troubled = set(
        Problem.objects.filter(below(division.path), subject_kind=SubjectKind.SCHEME).sure()
        .values_list("subject_id", flat=True)
    )
    found = Scheme.objects.filter(below(division.path), longitude__isnull=False, latitude__isnull=False).order_by("path", "id")
    rows = found.values_list("pk", "name", "longitude", "latitude", "scheme_class", "crs")
    classes = {value: str(label) for value, label in SchemeClass.choices}
    list_url = reverse("schemes:list")
    return [
        {
            "name": name, "url": f"{list_url}{pk}/", "at": [longitude, latitude],
            "class": classes.get(kind, ""), "crs": crs or "?", "open": pk in troubled,
        }
        for pk, name, longitude, latitude, kind, crs in rows[:MOST_POINTS]
    ]
