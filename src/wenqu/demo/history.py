"""Judge a demo county through its calendar, so that the trend and "as of" mean something, and let its people work on what was found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from wenqu.demo import loop, times
from wenqu.judging.actions import judge_division
from wenqu.judging.models import Run
from wenqu.kit import audit
from wenqu.places.models import Account, Division

Progress = Callable[[int], None]


def judge_county(
    *, division: Division, pack_id: str, by: Account | audit.Actor, at: datetime, as_of: tuple[date, ...] = times.AS_OF,
    progress: Progress | None = None,
) -> list[Run]:
    """Judge a demo county as of each day of its calendar that has no run yet, oldest first.

    Each run is made at its own time, two days after its day, so that it sees what was recorded by then; days whose
    time lies after `at` are left out. After each, the demo's people (where the county has them) have repaired some of
    what it no longer found.
    """
    runs = []
    missing = missing_days(division, pack_id, as_of, at)
    for day in sorted(as_of):
        if day in missing:
            when = times.judged_at(day)
            runs.append(judge_division(division=division, pack_id=pack_id, as_of=day, by=by, at=when))
            loop.walk_repaired(division=division, day=day, at=when)
        if progress:
            progress(1)
    return runs


def missing_days(division: Division, pack_id: str, as_of: tuple[date, ...], at: datetime) -> set[date]:
    """The days of the calendar that have come and were not judged yet."""
    done = set(Run.objects.filter(division=division, pack_id=pack_id).values_list("as_of", flat=True))
    return {day for day in as_of if day not in done and times.judged_at(day) <= at}
