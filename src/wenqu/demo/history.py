"""Judge a demo county through its calendar, so that the trend and "as of" mean something."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from wenqu.demo import times
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

    Each run is made at its own time, two days after its day, so that it sees what was recorded by then. `at` only
    bounds the calendar: a day that has not come is left out.
    """
    done = set(Run.objects.filter(division=division, pack_id=pack_id).values_list("as_of", flat=True))
    runs = []
    for day in sorted(as_of):
        when = times.morning(day) + times.JUDGED_AFTER
        if day not in done and when <= at:
            runs.append(judge_division(division=division, pack_id=pack_id, as_of=day, by=by, at=when))
        if progress:
            progress(1)
    return runs
