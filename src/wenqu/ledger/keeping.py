"""What time itself does to problems, twice a minute: suspensions end, overdue problems go up, alarms fall back.

Each act is one small transaction of the named steps, as the system. It carries a key made of the problem and its version,
so that two keepers at once make one step; whatever changed meanwhile is left to the next round. A clock that was set
back finds nothing to do: what ended has ended.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError
from django.db.models import Max
from django.utils.translation import gettext as _

from wenqu.kit.audit import SYSTEM
from wenqu.kit.chunks import chunks
from wenqu.kit.days import day_of
from wenqu.kit.refusal import Refused
from wenqu.ledger import lifecycle
from wenqu.ledger.alarms.actions import settle_alarms, watch_again
from wenqu.ledger.alarms.watching import unwatched
from wenqu.ledger.deadlines.queries import packs_on
from wenqu.ledger.loop.actions import escalate_problem, resume_problem
from wenqu.ledger.models import Problem, Step
from wenqu.ledger.models.problem import Level
from wenqu.rulebook.duties import CHINA, DutyPack, escalates_at

log = logging.getLogger(__name__)
# An alarm that nobody raised or settled stands or falls within a minute, the time of a round included.
EVERY_SECONDS = 30.0
# What is not done in this round is found by the next one.
MOST = 2_000
_BELOW_THE_TOP = ("", Level.VILLAGE.value, Level.TOWN.value)
_RISING = tuple(sorted(lifecycle.TRANSITIONS["escalate"].sources))


@dataclass(frozen=True)
class Done:
    """What one round did."""

    resumed: int = 0
    escalated: int = 0
    raised: int = 0
    cleared: int = 0


def tick(*, at: datetime, going_on: Callable[[], bool] = lambda: True) -> Done:
    """One round. `going_on` is asked between two problems, so that a worker that is told to stop does stop."""
    resumed = _each(_ended(at), lambda problem: _resume(problem, at), going_on)
    escalated = _each(_late(at), lambda problem: _escalate(problem, at), going_on)
    raised = _watch(at, going_on)
    cleared = settle_alarms(by=SYSTEM, at=at) if going_on() else 0
    return Done(resumed, escalated, raised, cleared)


def _each(problems: Iterable[Problem], act: Callable[[Problem], object], going_on: Callable[[], bool]) -> int:
    done = 0
    for problem in problems:
        if not going_on():
            break
        try:
            act(problem)
            done += 1
        except Refused as refusal:
            # Somebody was faster: the next round looks at what they left.
            log.info("problem %s left to the next round: %s", problem.pk, refusal.code)
        except DatabaseError:
            raise
        except Exception:
            # One problem that cannot be helped must not keep the others waiting.
            log.exception("problem %s left to the next round", problem.pk)
    return done


def _ended(at: datetime) -> list[Problem]:
    """Problems whose suspension has ended."""
    return list(Problem.objects.filter(suspended_until__lte=at, state=lifecycle.SUSPENDED).order_by("suspended_until", "pk")[:MOST])


def _resume(problem: Problem, at: datetime) -> None:
    resume_problem(problem=problem, note=_("挂起到期，自动恢复办理"), version=problem.version, key=_key("resume", problem), area=None, by=SYSTEM, at=at)


def _late(at: datetime) -> list[Problem]:
    """Problems that go up now: overdue by more than the rule of their level gives, counted from when that level got them."""
    pack_of = packs_on(day_of(at))
    found = []
    overdue = Problem.objects.filter(level__in=_BELOW_THE_TOP, due_at__lt=at, state__in=_RISING)
    rows = overdue.only("pk", "level", "due_at", "path", "version").order_by("due_at", "pk")
    for chunk in chunks(rows.iterator(chunk_size=500), 500):
        lifted = dict(
            Step.objects.filter(problem__in=[row.pk for row in chunk], transition="escalate").values_list("problem").annotate(Max("at")).order_by()
        )
        found += [row for row in chunk if _rises(row, lifted.get(row.pk), pack_of(row.path), at)]
        if len(found) >= MOST:
            break
    return found[:MOST]


def _rises(problem: Problem, lifted: datetime | None, pack: DutyPack, at: datetime) -> bool:
    """Each level has its own time: it runs from the deadline, or from when the problem came up to it after that."""
    rule = pack.escalation.get(problem.level or Level.VILLAGE.value)
    if rule is None or problem.due_at is None:
        return False
    since = max(problem.due_at, lifted) if lifted else problem.due_at
    return at > escalates_at(since, rule.after, CHINA)


def _escalate(problem: Problem, at: datetime) -> None:
    escalate_problem(problem=problem, note=_("逾期自动上提"), version=problem.version, key=_key("escalate", problem), area=None, by=SYSTEM, at=at)


def _watch(at: datetime, going_on: Callable[[], bool]) -> int:
    """Raise what should stand and does not."""
    raised = 0
    for scheme_id, village_path in unwatched(at, day_of(at)):
        if not going_on():
            break
        raised += len(watch_again(scheme_id=scheme_id, village_path=village_path, by=SYSTEM, at=at))
    return raised


def _key(what: str, problem: Problem) -> str:
    return f"clock-{what}-{problem.pk}-{problem.version}"
