"""Reads of plans: what a county goes by in a year, and the packs read from its editions."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from wenqu.places.levels import Level
from wenqu.places.models import Division
from wenqu.places.paths import county_of
from wenqu.places.queries import row_in
from wenqu.places.scope import Area, within
from wenqu.quality.models import PlanAdoption, PlanEdition
from wenqu.rulebook.quality.plans import PlanPack, parse_plan

MOST_COUNTIES = 200


def pack_of(edition: PlanEdition) -> PlanPack:
    """The plan that an edition holds."""
    return _read(edition.digest, edition.pack_id, edition.text)


@lru_cache(maxsize=128)
def _read(digest: str, pack_id: str, text: str) -> PlanPack:
    """Read once. A text from which another pack is read than the one that was kept is never gone by."""
    pack = parse_plan(text, pack_id)
    if pack.digest != digest:
        raise LookupError(f"{pack_id}: kept as {digest}, read as {pack.digest}")
    return pack


def adopted(county: str, year: int, at: datetime | None = None) -> list[PlanAdoption]:
    """The plans that a county goes by in a year: of each the newest word, those left out that were given up. ``at``: as it had been said by then. One query."""
    rows = PlanAdoption.objects.filter(path=county, year=year).select_related("edition", "division", "set_by").order_by("pk")
    if at is not None:
        rows = rows.filter(set_at__lte=at)
    newest = {row.pack_id: row for row in rows}
    return [row for _id, row in sorted(newest.items()) if row.stands]


def adoption_in(area: Area, pk: int) -> PlanAdoption:
    """An adoption of a county of the area, or of the county in which the area lies; 404 for any other."""
    rows = PlanAdoption.objects.select_related("edition", "division")
    mine = rows.filter(pk=pk, path__in={county_of(path) for path in area.paths}).first()
    return mine or row_in(rows, area, pk, "plan_adoption")


def edition_in(area: Area, pk: int) -> PlanEdition:
    """An edition of a county of the area, or of the county in which the area lies; 404 for any other."""
    mine = PlanEdition.objects.filter(pk=pk, path__in={county_of(path) for path in area.paths}).first()
    return mine or row_in(PlanEdition.objects.all(), area, pk, "plan_edition")


def adoptions_of(county: str, most: int = 50) -> list[PlanAdoption]:
    """What was adopted and given up, the newest first."""
    return list(PlanAdoption.objects.filter(path=county).select_related("edition", "set_by").order_by("-pk")[:most])


def counties_of(area: Area) -> list[Division]:
    """The counties of an area."""
    return list(within(Division.objects.filter(level=Level.COUNTY), area).order_by("path")[:MOST_COUNTIES])


def only_county(area: Area) -> Division | None:
    """The county in which whoever looks works, if it is one."""
    counties = {county_of(path) for path in area.paths}
    return Division.objects.filter(path=counties.pop(), level=Level.COUNTY).first() if len(counties) == 1 else None
