"""Reads of points: those of an area, those of a scheme, and points as the calendar takes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Count, QuerySet, Sum

from wenqu.places.queries import row_in
from wenqu.places.scope import Area, below, within
from wenqu.quality.models import Point, PointUse, Shape, Tally
from wenqu.quality.samples.counting import done_by_samples
from wenqu.rulebook.quality import plans
from wenqu.rulebook.quality.plans import PlanPack
from wenqu.schemes.models import Supply

_NONE = ("无", "未消毒", "不消毒", "没有")


def point_in(area: Area, pk: int) -> Point:
    """The point, or 404 where it does not exist or lies outside the area."""
    return row_in(Point.objects.select_related("division", "scheme", "household", "added_by"), area, pk, "point")


def tally_in(area: Area, pk: int) -> Tally:
    """What was told of a point, or 404."""
    return row_in(Tally.objects.select_related("point"), area, pk, "tally")


def points_below(area: Area, path: str, shape: str = "", ended: bool = False) -> QuerySet[Point]:
    """Points of an area at or below a path, in the order of the tree."""
    rows = within(Point.objects.filter(below(path)), area).select_related("scheme").prefetch_related("uses").order_by("path", "pk")
    if shape in Shape.values:
        rows = rows.filter(shape=shape)
    return rows if ended else rows.filter(to_on=None)


def people_served(schemes: Iterable[int], county: str) -> dict[int, int]:
    """scheme -> people of the county that it serves now by its links. One query."""
    rows = Supply.objects.filter(below(county, "household__path"), scheme__in=tuple(schemes), to_on__isnull=True).values("scheme").annotate(people=Sum("household__people"))
    return {row["scheme"]: row["people"] or 0 for row in rows.order_by()}


def uses_of(area: Area, path: str, pack_id: str) -> list[PointUse]:
    """What a plan watches at or below a path in an area."""
    rows = within(PointUse.objects.filter(below(path, "point__path"), pack_id=pack_id), area, "point__path")
    return list(rows.select_related("point__scheme").order_by("point__path", "point_id"))


def as_watched(pack: PlanPack, uses: Iterable[PointUse]) -> list[plans.Point]:
    """Points as the calendar takes them."""
    agents: dict[str, tuple[str, ...] | None] = {}
    found = []
    for use in uses:
        point = use.point
        text = point.scheme.disinfection if point.scheme is not None else ""
        if text not in agents:
            agents[text] = agents_of(pack, text)
        found.append(plans.Point(str(point.pk), use.kind, point.people, agents[text], point.from_on, point.to_on, use.quotas))
    return found


def agents_of(pack: PlanPack, text: str) -> tuple[str, ...] | None:
    """The disinfectants that a register names, by the names of the water standards; ``None`` where it names none or one that is not known."""
    said = text.strip()
    if not said:
        return None
    if said in _NONE:
        return ()
    names = _names(pack)
    parts = [part.strip() for part in said.replace("，", "、").replace(",", "、").replace("+", "、").split("、") if part.strip()]
    found = [names.get(said)] if said in names else [names.get(part) for part in parts]
    return None if None in found else tuple(dict.fromkeys(name for name in found if name))


def _names(pack: PlanPack) -> dict[str, str]:
    names: dict[str, str] = {}
    for water in pack.limits:
        for agent in water.disinfectants.values():
            for name in (agent.key, agent.zh, *agent.aliases):
                names.setdefault(name, agent.key)
                names.setdefault(f"{name}消毒", agent.key)
    return names


def done_at(uses: Iterable[PointUse], pack: PlanPack, year: int) -> list[plans.Done]:
    """What was done at points in a year for a plan: what was told, and in a plan of water the samples taken there. Two queries."""
    ids = [use.point_id for use in uses]
    first, last = date(year, 1, 1), date(year, 12, 31)
    rows = Tally.objects.filter(point__in=ids, pack_id=pack.id, on__range=(first, last), withdrawn_at=None)
    told = [plans.Done(str(row.point_id), row.on, _items(pack, row.rule), row.count) for row in rows]
    return told + done_by_samples(ids, first, last) if pack.limits else told


def _items(pack: PlanPack, rule: str) -> frozenset[str] | None:
    """What was done for a task counts for others only where these ask for nothing more."""
    sets = pack.tasks[rule].sets if rule in pack.tasks else None
    if sets is None:
        return frozenset() if rule not in pack.tasks else None
    if any(pack.sets[name].by_agent for name in sets.words):
        return None  # told as a whole: also what the disinfectant makes due
    clauses = [pack.sets[name].items for name in sets.words]
    return frozenset(item for clause in clauses if clause for item in clause.words)


def counts_by_kind(county: str, pack_id: str) -> dict[str, int]:
    """kind -> points of a county in use in a plan. One query."""
    rows = PointUse.objects.filter(below(county, "point__path"), pack_id=pack_id, point__to_on=None).values("kind").annotate(number=Count("pk"))
    return {row["kind"]: row["number"] for row in rows.order_by()}
