"""The window of income: so many whole months before the month in which the procedure starts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Window:
    """Whole months from ``first`` to ``last``, both YYYYMM and inside."""

    first: int
    last: int

    def __post_init__(self) -> None:
        start, end = month_number(self.first), month_number(self.last)
        if start is None or end is None or end < start:
            raise ValueError(f"{self.first}–{self.last} 不是起止月份")

    @property
    def start(self) -> int:
        """Number of the first month."""
        return self.first // 100 * 12 + self.first % 100 - 1

    @property
    def months(self) -> int:
        """How many months it has."""
        return self.last // 100 * 12 + self.last % 100 - self.start


def month_number(yyyymm: int | None) -> int | None:
    """Months since the year 0; ``None`` for what is no month."""
    if yyyymm is None or not 1 <= yyyymm % 100 <= 12 or not 190000 <= yyyymm <= 299912:
        return None
    return yyyymm // 100 * 12 + yyyymm % 100 - 1


def window_before(start: date, months: int) -> Window:
    """The ``months`` whole months before the month of ``start``: a start on 2021-06-10 gives 202006–202105 for twelve."""
    end = start.year * 12 + start.month - 2
    begin = end - months + 1
    return Window(begin // 12 * 100 + begin % 12 + 1, end // 12 * 100 + end % 12 + 1)
