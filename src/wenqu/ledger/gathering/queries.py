"""What of an alarm can go into one problem."""

from __future__ import annotations

from wenqu.ledger import lifecycle
from wenqu.ledger.alarms.queries import reports_of
from wenqu.ledger.models import Alarm, Problem


def survivor_of(alarm: Alarm, kind: str) -> Problem | None:
    """The live problem of the scheme or village itself into which the others can go."""
    live = Problem.objects.filter(subject_kind=alarm.subject_kind, subject_id=alarm.subject_id, kind=kind)
    return live.filter(state__in=lifecycle.TRANSITIONS["absorb"].sources).first()


def mergeable(problems: list[Problem]) -> list[Problem]:
    """Those that can still go into another one."""
    return [row for row in problems if row.state in lifecycle.TRANSITIONS["merge"].sources]


def ever_of(alarm: Alarm) -> set[int]:
    """The problems under which its reports came in or lie now."""
    pairs = reports_of(alarm).values_list("problem", "came_with")
    return {pk for pair in pairs for pk in pair if pk is not None}
