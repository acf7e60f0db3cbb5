"""What follows from accepted records, within seconds: each is taken by itself, then all that they are about is judged in one go."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.db.models import F

from wenqu.kit.audit import SYSTEM
from wenqu.survey.effects.actions import judge_records, take_effect
from wenqu.survey.effects.photos import look_into_all
from wenqu.survey.effects.queue import AT_ONCE, to_judge, waiting
from wenqu.survey.intake.grouping import turn
from wenqu.survey.models import State, Submission

log = logging.getLogger(__name__)
T = TypeVar("T")
# SQLite has one writer, and a phone that waits is a person in the rain: between two pieces of work records come in first.
_GIVES_WAY = 0.005
# What is not done in this round is found by the next one.
MOST = 2_000
_MOST_TRIES = 30_000


@dataclass
class Done:
    """What one round did."""

    taken: int = 0
    judged: int = 0


def tick(*, at: datetime, going_on: Callable[[], bool] = lambda: True) -> Done:
    """One round. A record that fails is left to the next one, behind all others; it holds up none of them."""
    done, failed = Done(), set[int]()
    while done.taken < MOST and going_on():
        rows = list(waiting().exclude(pk__in=failed).select_related("version").only(
            "pk", "subject", "round_id", "state", "missing", "effect_at", "version__step", "version__about")[:AT_ONCE])
        before = done.taken
        for row in rows:
            if going_on() and not _one(row, at):
                failed.add(row.pk)
            else:
                done.taken += 1
        done.judged += judge_waiting(at=at, going_on=going_on)
        if done.taken == before:
            break
    return done


def _one(row: Submission, at: datetime) -> bool:
    try:
        if row.state == State.ACCEPTED and row.version is not None and (row.version.step or row.version.about == "scheme"):
            # What is to prove something must be seen to be a photo first.
            look_into_all(row, at)
        _in_turn(lambda: take_effect(submission=row, by=SYSTEM, at=at))
        return True
    except (OperationalError, InterfaceError):
        # Somebody holds the only writer, or the server restarts: the round is walked again.
        raise
    except Exception:
        log.exception("effect of record %s left to the next round", row.pk)
        Submission.objects.filter(pk=row.pk, effect_tries__lt=_MOST_TRIES).update(effect_tries=F("effect_tries") + 1)
        return False


def _in_turn(work: Callable[[], T]) -> T:
    """One transaction among those of the intake."""
    with turn():
        done = work()
    if connection.vendor == "sqlite":
        time.sleep(_GIVES_WAY)
    return done


def judge_waiting(*, at: datetime, going_on: Callable[[], bool] = lambda: True) -> int:
    """Judge what the records of the queue are about, hundreds in one go. Returns how many households were judged."""
    judged, failed = 0, set[int]()
    while going_on():
        rows = list(to_judge().exclude(pk__in=failed).only("pk")[:AT_ONCE])
        if not rows:
            break
        found = _judge(rows, at)
        if found is None and len(rows) > 1:
            # One of them cannot be judged: the others are, each by itself.
            for row in rows:
                alone = _judge([row], at)
                judged += alone or 0
                if alone is None:
                    failed.add(row.pk)
        elif found is None:
            failed.add(rows[0].pk)
        else:
            judged += found
            # Another worker holds them: it judges them.
            failed |= {row.pk for row in rows}
    return judged


def _judge(rows: Sequence[Submission], at: datetime) -> int | None:
    try:
        return _in_turn(lambda: judge_records(submissions=rows, by=SYSTEM, at=at)).households
    except (OperationalError, InterfaceError):
        # Somebody holds the only writer, or the server restarts: the round is walked again.
        raise
    except Exception:
        log.exception("records %s are judged later", [row.pk for row in rows][:5])
        if len(rows) == 1:
            Submission.objects.filter(pk=rows[0].pk, effect_tries__lt=_MOST_TRIES).update(effect_tries=F("effect_tries") + 1)
        return None
