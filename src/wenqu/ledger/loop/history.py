"""What a step keeps of the problem as it left it, and the problem as it stood at an earlier instant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from wenqu.ledger import lifecycle
from wenqu.ledger.models import Problem, Step

# What steps change. A problem begins with these as its row says for `find`: see `at_birth`.
FIELDS = ("state", "clue", "severity", "level", "holder_id", "unit", "round", "outcome", "escalations", "merged_into_id", "households_named", "reports_count")
TIMES = ("due_at", "suspended_until")


def after(problem: Problem) -> dict[str, Any]:
    """What a problem is now, for `Step.after`; times as ISO texts."""
    return {
        **{name: getattr(problem, name) for name in FIELDS},
        **{name: value.isoformat() if (value := getattr(problem, name)) else None for name in TIMES},
    }


def steps_until(problem: Problem, at: datetime | None) -> list[Step]:
    """The steps of a problem up to an instant (all of them for None), oldest first."""
    found = problem.steps.select_related("by").order_by("pk")
    return list(found.filter(at__lte=at) if at else found)


def as_of(problem: Problem, at: datetime) -> Problem | None:
    """The problem as it stood at an instant, as an object that is never saved; None before it was found."""
    if problem.opened_at > at:
        return None
    steps = steps_until(problem, at)
    then = Problem.objects.select_related("division").get(pk=problem.pk)
    told = steps[-1].after if steps else at_birth(problem)
    for name in FIELDS:
        setattr(then, name, told[name])
    for name in TIMES:
        setattr(then, name, datetime.fromisoformat(told[name]) if told[name] else None)
    then.version = steps[-1].version if steps else 0
    if then.state not in lifecycle.CLOSED:
        then.closed_at = then.closed_on = then.closed_by = None
        then.closing_note = ""
    return then


def at_birth(problem: Problem) -> dict[str, Any]:
    """What a problem was when it was found: kept by its first step, which notes it before changing anything."""
    first = problem.steps.order_by("pk").first()
    if first is None:
        return after(problem)
    return dict(first.detail["born"])
