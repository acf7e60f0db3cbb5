"""The numbers of problems."""

from __future__ import annotations

from datetime import date

from wenqu.kit.counters import take_numbers


def problem_numbers(on: date, count: int = 1) -> list[str]:
    """The next numbers of the year, taken inside the caller's transaction."""
    return [f"WT-{on.year}-{number:06d}" for number in take_numbers(series=f"problem-{on.year}", count=count)]
