"""Which scheme of objects is in force in a region at a date: before 2021 two kinds, then three, from 2026 one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from wenqu.rulebook.watch.judging.model import JudgingPack

EVERYWHERE = "全国"


class SchemeMissing(LookupError):
    """No scheme of objects of a region at a date; names the document that would give it."""

    def __init__(self, region: str, at: date) -> None:
        self.region, self.at = region, at
        self.zh = f"没有{region}在 {at.isoformat()} 施行的监测对象认定办法，不能判断；请提供{region}当年的防止返贫监测方案"
        self.en = f"no scheme of objects of {region} in force on {at.isoformat()}, refusing to judge; please provide the plan of {region} of that year"
        super().__init__(self.zh)


def scheme_at(region: str, at: date, packs: Iterable[JudgingPack]) -> JudgingPack:
    """The pack in force: of the region by any of its names before that of the whole country, the newest of several.

    Raises ``SchemeMissing`` where there is none.
    """
    there = [pack for pack in packs if pack.objects and in_force(pack, at)]
    for names in ({region}, {EVERYWHERE}):
        own = [pack for pack in there if names & {pack.region, *(pack.line.names if pack.line else ())}]
        if own:
            return max(own, key=lambda pack: (_first_day(pack.in_force), pack.id))
    raise SchemeMissing(region, at)


def in_force(pack: JudgingPack, at: date) -> bool:
    """Whether a date lies within the dates of a pack; "2025" as its end is the whole year."""
    return _first_day(pack.in_force) <= at and (not pack.until or at <= _last_day(pack.until))


def _first_day(text: str) -> date:
    parts = [int(part) for part in text.split("-")]
    return date(parts[0], parts[1] if len(parts) > 1 else 1, parts[2] if len(parts) > 2 else 1)


def _last_day(text: str) -> date:
    first, given = _first_day(text), text.count("-")
    if given == 2:
        return first
    after = date(first.year + 1, 1, 1) if given == 0 else date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return after - timedelta(days=1)
