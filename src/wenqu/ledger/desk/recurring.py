"""Recurring duties of the duty pack that fall due soon for the roles that somebody holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from wenqu.kit.languages import in_english
from wenqu.ledger.deadlines.queries import pack_for
from wenqu.places import paths
from wenqu.places.scope import Area
from wenqu.rulebook.duties.cadence import next_due
from wenqu.rulebook.model import Number

FORTNIGHT = timedelta(days=14)


@dataclass(frozen=True)
class Recurring:
    """A duty that comes again, its next last day, and where it is written."""

    name: str
    day: date
    days_left: int
    source: Number


def due_soon(area: Area, today: date) -> list[Recurring]:
    """Those within a fortnight, the nearest first. One query a county in which duties are held, usually one."""
    roles: dict[str, set[str]] = {}
    for path, role in area.duties:
        roles.setdefault(paths.county_of(path), set()).add(role)
    english = in_english()
    found: dict[str, Recurring] = {}
    for county, held in roles.items():
        for duty in pack_for(county, today).cadence.values():
            day = next_due(duty, today) if duty.role in held else None
            if day is not None and day <= today + FORTNIGHT:
                found[duty.id] = Recurring(duty.en if english else duty.zh, day, (day - today).days, duty.source)
    return sorted(found.values(), key=lambda each: (each.day, each.name))
