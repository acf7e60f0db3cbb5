"""What follows from accepted records, within seconds: they are taken in groups, then all that they are about is judged in one go."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.db.models import F

from wenqu.judging.spot import Judged, Outdated
from wenqu.kit.audit import SYSTEM
from wenqu.survey.effects.actions import judge_records, take_effect
from wenqu.survey.effects.looking import look_at
from wenqu.survey.effects.photos import look_into_all
from wenqu.survey.effects.queue import AT_ONCE, to_judge, waiting
from wenqu.survey.effects.together import Key, Taken, acts, crowds, key_of, read_all, take_together
from wenqu.survey.intake.grouping import turn
from wenqu.survey.models import State, Submission

log = logging.getLogger(__name__)
T = TypeVar("T")
# SQLite has one writer, and a phone that waits is a person in the rain: between two pieces of work records come in first.
_GIVES_WAY = 0.005
# What is not done in this round is found by the next one.
MOST = 4_000
# Read in one transaction, what stands beside them too: a few hundredths of a second of SQLite's writer.
TOGETHER = 25
JUDGED_AT_ONCE = 500
_LOOKS = 3
_MOST_TRIES = 30_000


@dataclass
class Done:
    """What one round did."""

    taken: int = 0
    judged: int = 0


def tick(*, at: datetime, going_on: Callable[[], bool] = lambda: True) -> Done:
    """One round. A record that fails is left to the next one, behind all others; it holds up none of them."""
    done, passed = Done(), set[int]()
    while done.taken < MOST and going_on():
        rows = list(waiting().exclude(pk__in=passed).select_related("version").only(
            "pk", "subject", "round_id", "state", "missing", "effect_at", "effect_tries", "version__step", "version__about", "version__xform_hash")[:AT_ONCE])
        if not rows:
            break
        for group in _groups(rows, crowds(rows)):
            if not going_on():
                break
            taken = _together(group, at)
            done.taken += len(taken)
            passed |= {row.pk for row in group} - taken
    done.judged = judge_waiting(at=at, going_on=going_on)
    return done


def _groups(rows: Iterable[Submission], crowd: Mapping[Key, int]) -> Iterator[list[Submission]]:
    """In their order: what acts in the ledger by itself, and what failed before, so that it takes nobody else back.
    `crowd`: of subjects with many records a group holds few, for all of them are read and worked out with it."""
    group: list[Submission] = []
    keys: dict[Key, int] = {}
    for row in rows:
        alone, key = row.effect_tries > 0 or acts(row), key_of(row)
        full = len(group) == TOGETHER or sum(keys.values()) + (0 if key in keys else crowd.get(key, 1)) > TOGETHER
        if group and (alone or full):
            yield group
            group, keys = [], {}
        if alone:
            yield [row]
        else:
            group.append(row)
            keys[key] = crowd.get(key, 1)
    if group:
        yield group


def _together(rows: list[Submission], at: datetime) -> set[int]:
    """Take them in one transaction; where anything is wrong, each in its own. Those that are done."""
    alone = rows
    taken = Taken()
    if len(rows) > 1:
        try:
            # SQLite has one writer: what can be read before its turn is. Elsewhere it is read by whoever holds the record.
            said = read_all(rows) if connection.vendor == "sqlite" else {}
            taken = _in_turn(lambda: take_together(rows, said, at))
            alone = [row for row in rows if row.pk in taken.beside]
        except (OperationalError, InterfaceError):
            raise
        except Exception:
            log.exception("records %s are taken one by one", [row.pk for row in rows][:5])
    return taken.done | {row.pk for row in alone if _one(row, at)}


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
        began = time.monotonic()
        done = work()
        held = time.monotonic() - began
    if connection.vendor == "sqlite":
        time.sleep(max(_GIVES_WAY, held / 2))
    return done


def judge_waiting(*, at: datetime, going_on: Callable[[], bool] = lambda: True) -> int:
    """Judge what the records of the queue are about, hundreds in one go. Returns how many households were judged."""
    judged, passed = 0, set[int]()
    while len(passed) < 2 * MOST and going_on():
        rows = list(to_judge().exclude(pk__in=passed).only("pk")[:JUDGED_AT_ONCE])
        if not rows:
            break
        judged += _judge_each(rows, at)
        # Those that cannot be judged, and those that another worker holds and judges.
        passed |= {row.pk for row in rows}
    return judged


def _judge_each(rows: Sequence[Submission], at: datetime) -> int:
    """In one go; where one of them cannot be judged, the others are, by halves."""
    found = _judge(rows, at)
    if found is not None or len(rows) == 1:
        return found or 0
    half = len(rows) // 2
    return _judge_each(rows[:half], at) + _judge_each(rows[half:], at)


def _judge(rows: Sequence[Submission], at: datetime) -> int | None:
    try:
        return _judged(rows, at).households
    except (OperationalError, InterfaceError):
        # Somebody holds the only writer, or the server restarts: the round is walked again.
        raise
    except Exception:
        log.exception("records %s are judged later", [row.pk for row in rows][:5])
        if len(rows) == 1:
            Submission.objects.filter(pk=rows[0].pk, effect_tries__lt=_MOST_TRIES).update(effect_tries=F("effect_tries") + 1)
        return None


def _judged(rows: Sequence[Submission], at: datetime) -> Judged:
    """SQLite has one writer: what they come to is worked out before its turn, and again where somebody was faster. Elsewhere
    whoever holds the records works it out."""
    for _time in range(_LOOKS if connection.vendor == "sqlite" else 0):
        with look_at(rows, at) as looked, suppress(Outdated):
            return _in_turn(lambda looked=looked: judge_records(submissions=rows, by=SYSTEM, at=at, looked=looked))  # type: ignore[misc]
    return _in_turn(lambda: judge_records(submissions=rows, by=SYSTEM, at=at))
