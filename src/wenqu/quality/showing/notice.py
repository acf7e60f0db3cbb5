"""水质公示: the newest verdict of each point, as it hangs in public, and its address on the web.

A household is nobody's business: its point stands there by its village alone. The address is signed, so that it cannot be
guessed from another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.urls import reverse

from wenqu.places.levels import Level
from wenqu.places.models import Division
from wenqu.places.queries import names_of
from wenqu.places.scope import EVERYWHERE, Area, below, within
from wenqu.quality.models import JUDGED, Shape, Verdict
from wenqu.quality.showing.rates import sampled

_SIGNER = Signer(salt="quality.notice", sep=".")
LEVELS = (Level.COUNTY, Level.TOWN)
# What is older says nothing of the water of today.
MONTHS = 12
_DAYS = timedelta(days=366)


@dataclass(frozen=True)
class Line:
    """A point with its newest verdict. `name` is that of the point, blank for a household."""

    place: str
    name: str
    shape: str
    on: date
    verdict: str
    items: int
    unfit: list[dict[str, Any]]
    standard: str


def address_of(division: Division) -> str:
    """The path of a place's public page; "" for a place that has none."""
    return reverse("quality:public", args=[_SIGNER.sign(str(division.pk))]) if division.level in LEVELS else ""


def place_of(code: str) -> Division:
    """The place of an address, or 404."""
    try:
        found = Division.objects.filter(pk=int(_SIGNER.unsign(code)), level__in=LEVELS).first()
    except (BadSignature, ValueError):
        found = None
    if found is None:
        raise Http404
    return found


def lines_of(path: str, today: date, area: Area = EVERYWHERE) -> list[Line]:
    """The newest of the last year of each point in use at or below a path, in the order of the tree."""
    rows = within(Verdict.objects.filter(below(path), newest=True, sample__role__in=JUDGED, sample__point__to_on=None), area)
    rows = rows.exclude(verdict="not_judged").filter(sample__taken_at__date__gte=today - _DAYS, sample__taken_at__date__lte=today)
    newest = {row.sample.point_id: row for row in rows.select_related("sample__point").order_by("sample__taken_at", "sample_id")}
    found = sorted(newest.values(), key=lambda row: (row.path, row.sample.point_id or 0))
    names = names_of({row.path for row in found})
    return [_line(row, names.get(row.path, "")) for row in found]


def _line(row: Verdict, place: str) -> Line:
    point = row.sample.point
    assert point is not None
    return Line(
        place, "" if point.shape == Shape.HOUSEHOLD else point.name, str(point.get_shape_display()), sampled(row), row.verdict,
        sum(one["result"] is not None for one in row.items), [one for one in row.items if one["verdict"] == "unfit"], row.words.get("zh", "").split("评价")[0].removeprefix("按"))
