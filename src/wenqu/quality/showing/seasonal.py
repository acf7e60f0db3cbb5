"""Figures of wet and dry season, for reports: what a county's samples came to in each season of its plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from wenqu.places.paths import county_of
from wenqu.places.scope import Area
from wenqu.quality.models import PlanAdoption
from wenqu.quality.plans.queries import adopted, pack_of
from wenqu.quality.showing.rates import Rate, by_item, sampled, verdicts_in, whole
from wenqu.rulebook.quality.plans import PlanPack, season_of


@dataclass(frozen=True)
class SeasonFigures:
    """A season with its months, its rate, and the items that were unfit with how many results. `verified`: whether the county has confirmed the months."""

    season: str
    zh: str
    en: str
    months: tuple[int, ...]
    verified: bool
    rate: Rate
    unfit: tuple[tuple[str, int], ...]


def seasons_by(path: str, year: int, at: datetime | None = None) -> tuple[PlanAdoption, PlanPack] | None:
    """By which adopted plan of the county of a path the seasons of a year are told."""
    return next(((row, pack) for row in adopted(county_of(path), year, at) for pack in [pack_of(row.edition)] if pack.seasons), None)


def pack_with_seasons(path: str, year: int) -> PlanPack | None:
    """The plan of the county of a path by whose months the seasons of a year are told."""
    found = seasons_by(path, year)
    return found[1] if found is not None else None


def seasonal_figures(area: Area, path: str, year: int, at: datetime | None = None) -> list[SeasonFigures]:
    """Each season of a year at or below a path; empty where no plan with seasons was adopted. ``at``: as it stood at an instant."""
    found = seasons_by(path, year, at)
    if found is None:
        return []
    rows = verdicts_in(area, path, date(year, 1, 1), date(year, 12, 31), at)
    figures = []
    for each in found[1].seasons.values():
        mine = [row for row in rows if season_of(found[1], sampled(row)) == each.id]
        names = {one["item"]: str(one["name"]) for row in mine for one in row.items}
        unfit = tuple((names[item], rate.unfit) for item, rate in by_item(mine).items() if rate.unfit)
        figures.append(SeasonFigures(each.id, each.zh, each.en, tuple(each.months.numbers), each.months.verified, whole(mine), unfit))
    return figures
