"""The working days of China with holidays and make-up days (docs/adr/0009), and plain weekends for comparison."""

from __future__ import annotations

from datetime import date

import chinese_calendar

_YEARS = frozenset(day.year for day in chinese_calendar.holidays)


class PlainWeekdays:
    """Monday to Friday; knows no holidays of any year."""

    def is_working(self, day: date) -> bool:
        """True from Monday to Friday."""
        return day.weekday() < 5

    def known(self, year: int) -> bool:
        """Never."""
        return False


class ChineseWorkingDays(PlainWeekdays):
    """The days off and make-up days that the State Council announces each year; plain weekends in other years."""

    def is_working(self, day: date) -> bool:
        """True when people work on the day, a make-up Saturday or Sunday included."""
        return chinese_calendar.is_workday(day) if day.year in _YEARS else super().is_working(day)

    def known(self, year: int) -> bool:
        """True when the list of the year has come with the library."""
        return year in _YEARS


CHINA = ChineseWorkingDays()
