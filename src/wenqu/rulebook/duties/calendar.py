"""The working days of China with holidays and make-up days (docs/adr/0009), and plain weekends for comparison."""

from __future__ import annotations

from datetime import date

from chinese_calendar import holidays, workdays

_OFF, _MADE_UP = frozenset(holidays), frozenset(workdays)
_YEARS = frozenset(day.year for day in _OFF)


class PlainWeekdays:
    """Monday to Friday; knows no holidays of any year."""

    def is_working(self, day: date) -> bool:
        """True from Monday to Friday."""
        return day.weekday() < 5

    def known(self, year: int) -> bool:
        """Never."""
        return False


class ChineseWorkingDays(PlainWeekdays):
    """The days off and make-up days that the State Council announces each year; plain weekends in other years.

    The list of a year comes out in the November before. It may move a weekend of that December, too, which a calendar
    without the list cannot know.
    """

    def is_working(self, day: date) -> bool:
        """True when people work on the day, a make-up Saturday or Sunday included."""
        return day in _MADE_UP or (super().is_working(day) and day not in _OFF)

    def known(self, year: int) -> bool:
        """True when the list of the year has come with the library."""
        return year in _YEARS


CHINA = ChineseWorkingDays()
