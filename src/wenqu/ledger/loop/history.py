"""What a step keeps of the problem as it left it, and problems as they stood at an earlier instant.

What steps do not keep (the place of a household that moved, names) is as it is today.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils import timezone

from wenqu.facts.models import SubjectKind
from wenqu.ledger import lifecycle
from wenqu.ledger.models import Problem, ProblemHousehold, Step
from wenqu.places.models import Account
from wenqu.places.scope import Area, within

# What steps change. What a problem was when it was found, its first step keeps.
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
    row = Problem.objects.select_related("division", "merged_into", "split_from").get(pk=problem.pk)
    return next(iter(stood([row], at)), None)


def stood(problems: Sequence[Problem], at: datetime) -> list[Problem]:
    """These problems as they stood at `at`, without those found later. The objects are changed in place and must never
    be saved; each gets `steps_then`, its steps until then, oldest first. A few queries, however many problems."""
    here = [problem for problem in problems if problem.opened_at <= at]
    steps: dict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(problem__in=[each.pk for each in here], at__lte=at).order_by("version"):
        steps[step.problem_id].append(step)
    unborn = [each.pk for each in here if each.version and not steps[each.pk]]
    births = dict(Step.objects.filter(problem__in=unborn, version=1).values_list("problem_id", "detail"))
    before = _explained_before([each.pk for each in here if each.version > len(steps[each.pk])], at)
    for problem in here:
        mine = steps[problem.pk]
        then_version = mine[-1].version if mine else 0
        told = mine[-1].after if mine else births.get(problem.pk, {}).get("born")
        _set(problem, told, mine, at)
        problem.version = then_version
        if problem.pk in before:
            problem.reason, problem.explanation = before[problem.pk]
    _name_people(here)
    return here


def _set(problem: Problem, told: dict[str, Any] | None, steps: list[Step], at: datetime) -> None:
    if told is not None:
        for name in FIELDS:
            setattr(problem, name, told[name])
        for name in TIMES:
            setattr(problem, name, datetime.fromisoformat(told[name]) if told[name] else None)
    elif problem.closed_at is not None and problem.closed_at > at:
        # Closed before steps were kept: all that is known is that it was open until then.
        problem.state, problem.outcome = lifecycle.FOUND, ""
    problem.steps_then = steps  # type: ignore[attr-defined]
    closing = next((each for each in reversed(steps) if each.source in lifecycle.LIVE and each.target in lifecycle.CLOSED), None)
    if problem.state not in lifecycle.CLOSED:
        problem.closed_at = problem.closed_on = problem.closed_by_id = None
        problem.closing_note = ""
    elif closing is not None:
        problem.closed_at, problem.closed_by_id, problem.closing_note = closing.at, closing.by_id, closing.note
        problem.closed_on = max(timezone.localdate(closing.at), problem.opened_on)


def _explained_before(pks: list[int], at: datetime) -> dict[int, tuple[str, str]]:
    """What a problem said of itself before it was confirmed, for those that were confirmed after `at`."""
    found: dict[int, tuple[str, str]] = {}
    for pk, detail in Step.objects.filter(problem__in=pks, at__gt=at, transition="confirm").order_by("-version").values_list("problem_id", "detail"):
        if "was" in detail:
            found[pk] = (detail["was"]["reason"], detail["was"]["explanation"])
    return found


def _name_people(problems: list[Problem]) -> None:
    """Give every problem the person who held it then: `holder` may not be read lazily, one query each."""
    people = Account.objects.in_bulk({pk for each in problems for pk in (each.holder_id, each.closed_by_id) if pk})
    for problem in problems:
        problem.holder = people.get(problem.holder_id or 0)
        problem.closed_by = people.get(problem.closed_by_id or 0)


def last(problem: Problem, *names: str) -> Step | None:
    """The newest step of these names in the round in which a problem stood (`stood` gave it its steps)."""
    steps: list[Step] = problem.steps_then  # type: ignore[attr-defined]
    return next((each for each in reversed(steps) if each.transition in names and each.round == problem.round), None)


def standing(problem: Problem) -> dict[str, Step | None]:
    """The steps that still hold: what was returned since is not rectified, nor checked."""
    back = last(problem, "return")
    found = {name: last(problem, name) for name in ("rectify", "check", "sign_off", "file")}
    return {name: step if step and not (back and back.version > step.version) else None for name, step in found.items()}


def was_late(problem: Problem, at: datetime) -> bool:
    """Whether a step of this round came after its deadline, or one is waited for beyond it."""
    steps: list[Step] = problem.steps_then  # type: ignore[attr-defined]
    return any(each.late for each in steps if each.round == problem.round) or (problem.due_at is not None and at > problem.due_at)


def count_named_then(problems: Sequence[Problem], area: Area, at: datetime) -> None:
    """Give every problem `named_seen`: how many households of the area it named at `at`; 1 where it is a household's own."""
    keys = [each.pk for each in problems if each.subject_kind != SubjectKind.HOUSEHOLD]
    named = within(ProblemHousehold.objects.filter(problem__in=keys, named_at__lte=at), area, "household__path") if keys else None
    counts = dict(named.values_list("problem").annotate(Count("pk")).order_by()) if named is not None else {}
    for each in problems:
        each.named_seen = 1 if each.subject_kind == SubjectKind.HOUSEHOLD else counts.get(each.pk, 0)  # type: ignore[attr-defined]
