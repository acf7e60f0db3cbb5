"""The points of the demo's monitoring plan: the county's waterworks, schemes of every town, households with a source of their own, a school."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from wenqu.facts.models import Fact, Key, SubjectKind
from wenqu.households.models import Household
from wenqu.places.levels import Level
from wenqu.places.models import Account, Division
from wenqu.places.paths import TOWN
from wenqu.places.scope import Area, below
from wenqu.quality.models import PlanAdoption, Point
from wenqu.quality.plans.queries import pack_of
from wenqu.quality.points.actions import add_point, take_proposals
from wenqu.quality.points.proposals import proposals
from wenqu.schemes.models import Scheme, Supply

# So many schemes of the demo's own town, whose station takes samples too; one of each other town.
OF_ITS_TOWN, OF_OTHERS, HOUSEHOLDS = 4, 1, 4
_KNOWN = ("次氯酸钠", "二氧化氯", "无")


def keep_points(adoption: PlanAdoption, areas: Mapping[str, Area], by: Account, from_on: date, at: datetime) -> list[Point]:
    """The county's waterworks first, then the towns one after the other, then households and a school. Returns them in that order."""
    found = proposals(pack_of(adoption.edition), adoption.path)
    schemes = _chosen({one.scheme.pk: one.scheme for one in found}, areas["town"])
    keys = [one.key for one in found if one.scheme.pk in schemes]
    uses = take_proposals(adoption=adoption, keys=keys, from_on=from_on, area=areas["county"], by=by, at=at)
    points = sorted((use.point for use in uses), key=lambda point: (schemes.index(point.scheme_id or 0), point.pk))
    own: dict[str, Any] = {"adoption": adoption, "from_on": from_on, "area": areas["county"], "by": by, "at": at}
    for home in _without_scheme(adoption.path):
        points.append(add_point(kind="household", name=f"{home.division.name}分散式供水户（演示）", division=home.division, household=home, **own))
    village = Division.objects.filter(below(areas["town"].paths[0]), level=Level.VILLAGE).order_by("path").last()
    if village is not None:
        points.insert(len(points) - HOUSEHOLDS, add_point(kind="school", name=f"{village.name}小学（演示）", division=village, **own))
    return points


def _chosen(schemes: Mapping[int, Scheme], town: Area) -> list[int]:
    """One of the county's waterworks, and of every town those whose tests were always passed."""
    told = Fact.objects.filter(subject_kind=SubjectKind.SCHEME, key=Key.LAB_RESULT, subject_id__in=schemes).values_list("subject_id", "value")
    served = set(Supply.objects.filter(scheme__in=schemes, to_on=None).values_list("scheme_id", flat=True))
    passed, failed = {pk for pk, value in told if value == "pass"}, {pk for pk, value in told if value != "pass"}
    fine = [one for pk, one in schemes.items() if pk in (passed & served) - failed]
    fine.sort(key=lambda one: (one.disinfection not in _KNOWN, one.scheme_class == "small", one.pk))
    chosen = [one.pk for one in fine if one.scheme_class == "urban_rural"][:1]
    kept: dict[str, int] = {}
    for one in fine:
        place = one.path[:TOWN]
        if len(one.path) < TOWN or one.scheme_class == "urban_rural" or kept.get(place, 0) >= (OF_ITS_TOWN if town.covers(one.path) else OF_OTHERS):
            continue
        kept[place] = kept.get(place, 0) + 1
        chosen.append(one.pk)
    return chosen


def _without_scheme(county: str) -> list[Household]:
    """Households with a source of their own, of as many villages."""
    rows = Household.objects.filter(below(county), supplies__isnull=True).select_related("division").order_by("path", "pk")[:2000]
    first: dict[str, Household] = {}
    for home in rows:
        first.setdefault(home.path, home)
    homes = list(first.values())
    return homes[:: max(1, len(homes) // HOUSEHOLDS)][:HOUSEHOLDS]
