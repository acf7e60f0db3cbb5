"""Which edition of the standard judges a sample: the one in force on the day on which it was taken."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from wenqu.rulebook.model import Pack
from wenqu.rulebook.water import WaterLimits


class EditionMissing(LookupError):
    """No edition, or more than one, is in force on the day of sampling."""

    def __init__(self, day: date, found: int) -> None:
        self.day = day
        why = "没有水质标准覆盖" if not found else f"有 {found} 个水质标准同时覆盖"
        super().__init__(f"{why}采样日 {day.isoformat()}，不能评价；请检查采样日期和规则包的起止日期")


def first_day(iso: str) -> date:
    """The first day of an ISO date of full or reduced precision."""
    year, month, day = (*map(int, iso.split("-")), 1, 1)[:3]
    return date(year, month, day)


def in_force(pack: Pack, day: date) -> bool:
    """True from the first day on and before ``until``."""
    return first_day(pack.in_force) <= day and (not pack.until or day < first_day(pack.until))


def edition_for(day: date, packs: Iterable[Pack]) -> Pack:
    """The one pack that judges what was taken on a day; ``EditionMissing`` where there is none or there are several."""
    found = [pack for pack in packs if in_force(pack, day)]
    if len(found) != 1:
        raise EditionMissing(day, len(found))
    return found[0]


def water_of(pack: Pack) -> WaterLimits:
    """The limits of a pack; ``TypeError`` for a pack of another kind."""
    if not isinstance(pack.water, WaterLimits):
        raise TypeError(f"pack {pack.id} is of kind {pack.kind}, not water-limits")
    return pack.water
