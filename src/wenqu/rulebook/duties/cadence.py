"""The days on which a recurring duty is due. Only duties by months have days of their own."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from wenqu.rulebook.duties.model import RecurringDuty


def due_dates(duty: RecurringDuty, year: int) -> tuple[date, ...]:
    """The last days for a duty in a year; empty for duties of so many times, every so many weeks, or after an event."""
    return tuple(_in_month(duty, year, month) for month in duty.months)


def next_due(duty: RecurringDuty, today: date) -> date | None:
    """The next last day, today included."""
    days = (*due_dates(duty, today.year), *due_dates(duty, today.year + 1))
    return next((day for day in days if day >= today), None)


def _in_month(duty: RecurringDuty, year: int, month: int) -> date:
    last = monthrange(year, month)[1]
    return date(year, month, min(duty.day or last, last))
