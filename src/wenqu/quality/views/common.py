"""What every page of water quality asks first: which county, which year."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from wenqu.kit.addresses import number_in
from wenqu.kit.refusal import Missing
from wenqu.places.levels import Level
from wenqu.places.models import Division
from wenqu.places.paths import county_of
from wenqu.places.queries import division_in, divisions_by_level
from wenqu.places.scope import Area
from wenqu.quality.plans.actions import YEARS
from wenqu.quality.plans.queries import counties_of, only_county


def county_asked(request: Any, area: Area) -> Division | None:
    """The county of the address, of the place asked for, or the one in which whoever looks works; none where there are several."""
    asked = request.GET.get("county", "")
    if asked:
        division = division_in(area, asked)
        return division if division.level == Level.COUNTY else None
    return only_county(area)


def year_asked(request: Any) -> int:
    """The year of the address; this one for anything else."""
    year = number_in(request.GET.get("year", ""))
    return year if year in YEARS else timezone.localdate().year  # type: ignore[return-value]


def place_asked(request: Any, area: Area, county: Division) -> Division:
    """The town or village of the address inside the county; else what whoever looks sees of it: the county, or their one town."""
    asked = request.GET.get("area", "")
    if not asked:
        mine = [path for path in area.paths if county_of(path) == county.path]
        return Division.objects.get(path=mine[0]) if len(mine) == 1 and not area.covers(county.path) else county
    division = division_in(area, asked)
    return division if county_of(division.path) == county.path else county


def given_place(request: Any) -> tuple[Division, Division, int]:
    """County, place and year of a file or of data; 404 where no county is asked for."""
    county = county_asked(request, request.area)
    if county is None:
        raise Missing("no_such_row", "division:?")
    return county, place_asked(request, request.area, county), year_asked(request)


def towns_of(area: Area, county: Division) -> list[Division]:
    """The towns of a county that lie in an area."""
    return list(divisions_by_level(area, Level.TOWN, Level.TOWN).filter(parent=county))


def shell(request: Any, area: Area, county: Division | None, year: int) -> dict[str, Any]:
    """What the choice of county and year is drawn from."""
    counties, today = counties_of(area), timezone.localdate()
    return {"county": county, "counties": counties, "year": year, "years": sorted({*range(today.year - 2, today.year + 2), year})}
