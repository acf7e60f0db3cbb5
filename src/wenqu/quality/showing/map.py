"""Points on a map: the newest of each in a year or season, of one item or of the whole sample, and what is drawn around them.

A point stands where its scheme stands. One without coordinates is not drawn: it is listed, and the area that it lies in takes its colour.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from wenqu.places.models import Division, Outline
from wenqu.places.queries import names_of
from wenqu.places.scope import Area, below, within
from wenqu.quality.models import JUDGED, Point, Verdict
from wenqu.quality.naming import name_of
from wenqu.quality.points.queries import points_below
from wenqu.quality.showing.rates import sampled, season
from wenqu.quality.templatetags.verdicts import item_verdict, verdict_name
from wenqu.rulebook.quality.plans import PlanPack

MOST = 3000
# What nothing is known of, and the order of what burns.
NONE = "none"
WORST = ("unfit", "undetermined", "follow_up", "fit", "not_judged", NONE)


@dataclass(frozen=True)
class Mark:
    """A point with the newest that is known of it: verdict of the item or sample, the result as written, its limit, day and sample."""

    point: Point
    place: str
    state: str = NONE
    on: date | None = None
    written: str = ""
    limit: str = ""
    sample: int | None = None

    @property
    def at(self) -> list[float] | None:
        """Longitude and latitude, where they are known."""
        scheme = self.point.scheme
        return None if scheme is None or scheme.longitude is None or scheme.latitude is None else [scheme.longitude, scheme.latitude]


@dataclass(frozen=True)
class Asked:
    """What is looked at: the days, the season of a plan ("" for all), the item ("" for the sample as a whole)."""

    first: date
    last: date
    item: str = ""
    pack: PlanPack | None = None
    season: str = ""


def items_judged(area: Area, path: str, asked: Asked) -> dict[str, str]:
    """item -> its name, of all that was tested at or below a path in these days, in the order of the standards."""
    return {one["item"]: name_of(one["item"]) for row in reversed(_rows(area, path, asked)) for one in row.items if one["result"] is not None}


def marks_of(area: Area, path: str, asked: Asked) -> list[Mark]:
    """Every point in use at or below a path, in the order of the tree. Three queries."""
    points = list(points_below(area, path)[: MOST + 1])
    names = names_of({point.path for point in points})
    in_season = season(asked.pack)
    newest: dict[int, dict[str, Any]] = {}
    for row in _rows(area, path, asked):
        key = row.sample.point_id or 0
        if key not in newest and (not asked.season or in_season(row) == asked.season):
            told = _told(row, asked.item)
            if told is not None:
                newest[key] = told
    return [Mark(point, names.get(point.path, ""), **newest.get(point.pk, {})) for point in points[:MOST]]


def _rows(area: Area, path: str, asked: Asked) -> list[Verdict]:
    """Verdicts that stand, the newest sample first; retests too, for they tell how it is now."""
    rows = within(Verdict.objects.filter(below(path), newest=True, sample__role__in=JUDGED, sample__point__to_on=None), area)
    rows = rows.filter(sample__taken_at__date__gte=asked.first, sample__taken_at__date__lte=asked.last)
    return list(rows.select_related("sample").order_by("-sample__taken_at", "-sample_id"))


def _told(row: Verdict, item: str) -> dict[str, Any] | None:
    told = {"on": sampled(row), "sample": row.sample_id}
    if not item:
        unfit = [one for one in row.items if one["verdict"] == "unfit"]
        return told | {"state": row.verdict, "written": _("、").join(f"{name_of(one['item'])} {one['written']}" for one in unfit), "limit": _("、").join(one["limit"] for one in unfit)}
    one = next((each for each in row.items if each["item"] == item and each["result"] is not None), None)
    return None if one is None else told | {"state": one["verdict"], "written": one["written"], "limit": one["limit"]}


def counts(marks: Iterable[Mark]) -> list[tuple[str, int]]:
    """How many points stand how, the worst first."""
    found = Counter(mark.state for mark in marks)
    return [(state, found[state]) for state in WORST if found[state]]


def geometry_of(division: Division, marks: Sequence[Mark], what: str, item: str) -> dict[str, Any]:
    """What the browser draws: outlines of the areas below (else of the place itself), coloured by their points without coordinates; the others as points."""
    outlines = list(Outline.objects.filter(division__parent=division).select_related("division"))
    of_children = bool(outlines)
    outlines = outlines or list(Outline.objects.filter(division=division).select_related("division"))
    placed, listed = [mark for mark in marks if mark.at], [mark for mark in marks if not mark.at]
    points = [_point(mark, what, item) for mark in placed]
    return {
        "features": [_feature(outline, listed if of_children else [], item) for outline in outlines], "of_children": of_children, "points": points,
        "states": {state: said_of(state, item) for state in WORST}, "outline_systems": sorted({outline.crs for outline in outlines}),
        "outline_sources": sorted({outline.source for outline in outlines if outline.source}), "point_systems": dict(Counter(point["crs"] for point in points)),
        "more_points": len(marks) == MOST,
    }


def said_of(state: str, item: str) -> str:
    """合格 of one item, 所检项目合格 of a sample."""
    return item_verdict(state) if item else verdict_name(state)


def _feature(outline: Outline, listed: Sequence[Mark], item: str) -> dict[str, Any]:
    here = [mark for mark in listed if mark.point.path.startswith(outline.division.path)]
    lines = [outline.division.name, *(f"{mark.point.name}　{said_of(mark.state, item)}" for mark in here[:8])]
    state = min((mark.state for mark in here), key=WORST.index, default=NONE)
    return {"type": "Feature", "geometry": json.loads(outline.geometry), "properties": {"name": outline.division.name, "state": state, "said": "\n".join(lines)}}


def _point(mark: Mark, what: str, item: str) -> dict[str, Any]:
    point, scheme = mark.point, mark.point.scheme
    lines = [f"{point.name}（{point.get_shape_display()}）", f"{what}　{said_of(mark.state, item)}"]
    if mark.written:
        lines.append(_("结果 %(written)s") % {"written": mark.written} + (_("　限值 %(limit)s") % {"limit": mark.limit} if mark.limit else ""))
    if mark.on is not None:
        lines.append(_("采样日期 %(day)s") % {"day": mark.on.isoformat()})
    return {"name": point.name, "at": mark.at, "crs": (scheme.crs if scheme is not None else "") or "?", "state": mark.state, "said": "\n".join(lines), "url": trend_url(mark, item)}


def trend_url(mark: Mark, item: str) -> str:
    """The results of the point over time, of the same item."""
    return reverse("quality:trend", args=[mark.point.pk]) + (f"?item={item}" if item else "")
