"""Judge a demo county through its calendar, so that the trend and "as of" mean something, and close what was repaired."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from django.db import transaction

from wenqu.demo import times
from wenqu.judging.actions import judge_division
from wenqu.judging.models import Run
from wenqu.kit import audit
from wenqu.ledger.actions import close_problem
from wenqu.ledger.models import Problem, ProblemState
from wenqu.places.models import Account, Division
from wenqu.places.rights import Role
from wenqu.places.scope import Area, below

Progress = Callable[[int], None]
# Closing is one act each, with its audit row. Some of the repaired stay open, as in life: one in ten, and what passes the limit.
CLOSED_A_RUN = 2000
LEFT_OPEN = 10


def judge_county(
    *, division: Division, pack_id: str, by: Account | audit.Actor, at: datetime, as_of: tuple[date, ...] = times.AS_OF,
    closer: Account | None = None, progress: Progress | None = None,
) -> list[Run]:
    """Judge a demo county as of each day of its calendar that has no run yet, oldest first.

    Each run is made at its own time, two days after its day, so that it sees what was recorded by then; days whose
    time lies after `at` are left out. `closer` closes, after each run, problems that it no longer found.
    """
    runs = []
    missing = missing_days(division, pack_id, as_of, at)
    for day in sorted(as_of):
        if day in missing:
            when = times.judged_at(day)
            runs.append(judge_division(division=division, pack_id=pack_id, as_of=day, by=by, at=when))
            if closer is not None:
                close_repaired(division=division, day=day, by=closer, at=when)
        if progress:
            progress(1)
    return runs


def missing_days(division: Division, pack_id: str, as_of: tuple[date, ...], at: datetime) -> set[date]:
    """The days of the calendar that have come and were not judged yet."""
    done = set(Run.objects.filter(division=division, pack_id=pack_id).values_list("as_of", flat=True))
    return {day for day in as_of if day not in done and times.judged_at(day) <= at}


@transaction.atomic
def close_repaired(*, division: Division, day: date, by: Account, at: datetime) -> int:
    """Close the first problems that the judging as of `day` no longer found. Returns how many.

    One transaction: a thousand waits for the disk of one commit each would be half of the whole load.
    """
    found = Problem.objects.filter(below(division.path), state=ProblemState.OPEN, seen_on__lt=day)
    gone = [problem for problem in found.order_by("-subject_kind", "number") if int(problem.number[-6:]) % LEFT_OPEN][:CLOSED_A_RUN]
    area = Area.of([(division.path, Role.COUNTY_DISPATCHER.value)])
    for problem in gone:
        close_problem(problem=problem, note=f"{day:%Y-%m-%d} 评价已不再出现，经现场复核恢复正常（演示）", area=area, on=day, by=by, at=at)
    return len(gone)
