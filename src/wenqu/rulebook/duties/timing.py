"""When a step is due. Pure: the moment comes in, the calendar comes in, nothing looks at a clock.

* Hours run day and night: 24 hours from 08:30 end at 08:30 of the next day.
* Working days begin after the day of the start: N of them end at 24:00 of the Nth working day after that day.
* A moment exactly at the deadline is in time; anything after it is overdue.
* Suspension stops the clock and ``remaining`` keeps the rest: the hours to the microsecond, or the number of working
  days after the day of the suspension; ``resumed`` sets the deadline from the rest. Today's rest is not counted, as the
  day of the start is not. Who holds the problem plays no part, so handing over keeps the clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from wenqu.rulebook.duties.model import Limit, Unit

SHANGHAI = ZoneInfo("Asia/Shanghai")
_DAY = timedelta(days=1)
_INSTANT = timedelta(microseconds=1)


class WorkingDays(Protocol):
    """A calendar of working days."""

    def is_working(self, day: date) -> bool:
        """True when people work on the day."""

    def known(self, year: int) -> bool:
        """True when the year's holidays and make-up days are known, not only its weekends."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left of a limit while its clock stands still: a stretch of time, or whole working days."""

    time: timedelta | None
    working_days: int = 0

    def as_detail(self) -> dict[str, int]:
        """The rest as plain data for keeping."""
        if self.time is None:
            return {"working_days": self.working_days}
        return {"microseconds": self.time // _INSTANT}

    @classmethod
    def from_detail(cls, detail: dict[str, int]) -> Rest:
        """The rest from what ``as_detail`` gave."""
        if "working_days" in detail:
            return cls(None, detail["working_days"])
        return cls(detail["microseconds"] * _INSTANT)


def due(start: datetime, limit: Limit, days: WorkingDays, zone: ZoneInfo = SHANGHAI) -> datetime:
    """The deadline of a step whose time began at ``start``."""
    _aware(start)
    if limit.unit == Unit.HOURS:
        return _plus(start, timedelta(hours=limit.amount), zone)
    return _end_of(_working_day(_day(start, zone), limit.amount, days), zone)


def escalates_at(due_at: datetime, after: Limit, days: WorkingDays, zone: ZoneInfo = SHANGHAI) -> datetime:
    """The moment after which an overdue problem goes up. A deadline at 24:00 belongs to the day that it ends."""
    _aware(due_at)
    if after.unit == Unit.HOURS:
        return _plus(due_at, timedelta(hours=after.amount), zone)
    return _end_of(_working_day(_day(due_at - _INSTANT, zone), after.amount, days), zone)


def remaining(due_at: datetime, at: datetime, unit: str, days: WorkingDays, zone: ZoneInfo = SHANGHAI) -> Rest:
    """What is left at ``at``. ``unit`` is that of the limit; a deadline already passed leaves the time it is late by."""
    _aware(due_at, at)
    if unit == Unit.HOURS or at > due_at:
        return Rest(due_at - at)
    first, last = _day(at, zone), _day(due_at - _INSTANT, zone)
    span = (last - first).days
    return Rest(None, sum(days.is_working(first + n * _DAY) for n in range(1, span + 1)))


def resumed(at: datetime, rest: Rest, days: WorkingDays, zone: ZoneInfo = SHANGHAI) -> datetime:
    """The deadline when the clock runs again from ``at``. With no working day left it ends with this or the next one."""
    _aware(at)
    if rest.time is not None:
        return _plus(at, rest.time, zone)
    today = _day(at, zone)
    return _end_of(_working_day(today if rest.working_days else today - _DAY, rest.working_days or 1, days), zone)


def unknown_years(start: datetime, due_at: datetime, unit: str, days: WorkingDays, zone: ZoneInfo = SHANGHAI) -> tuple[int, ...]:
    """Years of which only the weekends are known and in which working days were counted: the deadline may move with
    their lists. Hours rest on no calendar."""
    if unit == Unit.HOURS:
        return ()
    first, last = _day(start, zone) + _DAY, _day(due_at - _INSTANT, zone)
    return tuple(year for year in range(first.year, last.year + 1) if not days.known(year))


def _aware(*moments: datetime) -> None:
    for moment in moments:
        if moment.tzinfo is None:
            raise ValueError(f"{moment.isoformat()} has no time zone")


def _plus(moment: datetime, step: timedelta, zone: ZoneInfo) -> datetime:
    # In UTC, so that an hour is an hour where clocks are changed.
    return (moment.astimezone(UTC) + step).astimezone(zone)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _working_day(after: date, amount: int, days: WorkingDays) -> date:
    day = after
    while amount > 0:
        day += _DAY
        amount -= days.is_working(day)
    return day


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + _DAY, time.min, zone)
