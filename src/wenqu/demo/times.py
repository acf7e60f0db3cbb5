"""The fixed calendar of the demo: when things were observed, when recorded, and as of when it is judged. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta


@dataclass(frozen=True)
class Round:
    """One round of gathering facts: a window of observation, and the day its results were recorded."""

    name: str
    start: date
    days: int
    recorded_on: date

    def day(self, ordinal: int) -> date:
        """The day on which the `ordinal`-th village (or scheme) was visited."""
        return self.start + timedelta(days=ordinal % self.days)

    @property
    def at(self) -> datetime:
        return morning(self.recorded_on)


def morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)


OLD_REGISTER = Round("2021年农村供水台账", date(2021, 6, 30), 1, date(2024, 2, 20))
CLIMATE = Round("多年平均水资源情况", date(2023, 12, 31), 1, date(2024, 2, 21))
SCHEME_REGISTER = Round("2024年供水工程台账", date(2024, 3, 1), 1, date(2024, 3, 10))

SPRING_2024 = Round("2024年春季敲门入户大排查", date(2024, 3, 15), 45, date(2024, 5, 10))
AUTUMN_2024 = Round("2024年秋季供水问题排查", date(2024, 9, 20), 40, date(2024, 11, 15))
SPRING_2025 = Round("2025年春季敲门入户大排查", date(2025, 3, 15), 45, date(2025, 5, 12))
AUTUMN_2025 = Round("2025年秋季供水问题排查", date(2025, 9, 20), 40, date(2025, 11, 14))
AUTUMN_2026 = Round("2026年秋季供水问题排查", date(2026, 9, 1), 30, date(2026, 10, 12))
SURVEYS = (SPRING_2024, AUTUMN_2024, SPRING_2025, AUTUMN_2025, AUTUMN_2026)

DAYS_2024 = Round("2024年度供水天数统计", date(2024, 12, 20), 1, date(2024, 12, 26))
DAYS_2025 = Round("2025年度供水天数统计", date(2025, 12, 20), 1, date(2025, 12, 26))
DAYS_2026 = Round("2025年10月至2026年9月供水天数统计", date(2026, 9, 30), 1, date(2026, 10, 15))
SUPPLY_DAYS = (DAYS_2024, DAYS_2025, DAYS_2026)

WET_2024 = Round("2024年丰水期水质检测", date(2024, 7, 20), 30, date(2024, 9, 5))
DRY_2025 = Round("2025年枯水期水质检测", date(2025, 2, 10), 30, date(2025, 3, 28))
WET_2025 = Round("2025年丰水期水质检测", date(2025, 7, 20), 30, date(2025, 9, 8))
DRY_2026 = Round("2026年枯水期水质检测", date(2026, 2, 10), 30, date(2026, 3, 27))
WET_2026 = Round("2026年丰水期水质检测", date(2026, 7, 20), 30, date(2026, 9, 7))
LABORATORY = (WET_2024, DRY_2025, WET_2025, DRY_2026, WET_2026)

# Oldest first: a trend of four points.
AS_OF = (date(2024, 12, 31), date(2025, 6, 30), date(2025, 12, 31), date(2026, 10, 31))
# Supplies that were always there, and those that the works of summer 2025 brought.
SUPPLIED_SINCE = date(2016, 1, 1)
CONNECTED_ON = date(2025, 8, 15)


def judged_at(day: date) -> datetime:
    """When the demo judges as of a day: two days after it."""
    return morning(day) + timedelta(days=2)
