"""Figures of wet and dry season, for reports: what a county's samples came to in each season of its plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wenqu.places.paths import county_of
from wenqu.places.scope import Area
from wenqu.quality.plans.queries import adopted, pack_of
from wenqu.quality.showing.rates import Rate, by, season, verdicts_in
from wenqu.rulebook.quality.plans import PlanPack


@dataclass(frozen=True)
class SeasonFigures:
    """A season with its months and its rate."""

    season: str
    zh: str
    en: str
    months: tuple[int, ...]
    rate: Rate


def pack_with_seasons(path: str, year: int) -> PlanPack | None:
    """The plan of the county of a path by whose months the seasons of a year are told."""
    return next((pack for row in adopted(county_of(path), year) for pack in [pack_of(row.edition)] if pack.seasons), None)


def seasonal_figures(area: Area, path: str, year: int) -> list[SeasonFigures]:
    """Each season of a year at or below a path; empty where no plan with seasons was adopted."""
    pack = pack_with_seasons(path, year)
    if pack is None:
        return []
    rates = by(verdicts_in(area, path, date(year, 1, 1), date(year, 12, 31)), season(pack))
    return [SeasonFigures(each.id, each.zh, each.en, tuple(each.months.numbers), rates.get(each.id, Rate())) for each in pack.seasons.values()]
