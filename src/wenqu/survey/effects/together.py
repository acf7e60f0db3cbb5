"""Many records in one transaction and a few statements: those that make facts and nothing else.

The same as `take_effect` for each, which takes whatever acts in the ledger, and what is left here: a record beside which
another worker holds one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch, Q

from wenqu.survey.desk.queries import shape_for
from wenqu.survey.effects.asked import Said
from wenqu.survey.effects.changes import Changes, changes_of, read_said, write
from wenqu.survey.effects.settling import settle, subject_in, undo
from wenqu.survey.models import FormVersion, State, Submission
from wenqu.survey.models.forms import StepTaken

Key = tuple[str, int]
_VERSION = Prefetch("version", FormVersion.objects.defer("workbook", "xform", "plan"))
_WITH = (_VERSION, "round", "account")


@dataclass
class Taken:
    """`done`: records that are done. `beside`: those that another worker may be taking, by what lies beside them."""

    done: set[int] = field(default_factory=set)
    beside: set[int] = field(default_factory=set)


def acts(row: Submission) -> bool:
    """Whether a record may do more than state facts: take a step, report a problem, take a visit or a sampling back."""
    if stands_by_record(row):
        return True
    if row.state != State.ACCEPTED or row.version is None:
        return False
    shape = shape_for(row)
    return bool(row.version.step) or any(path.endswith("/problem") for path in (shape.repeats if shape else ()))


def stands_by_record(row: Submission) -> bool:
    """Whether a record tells of something that stands for as long as it does: a visit, a sampling."""
    return row.version is not None and row.version.step in (StepTaken.VISIT, StepTaken.SAMPLE)


def read_all(submissions: Iterable[Submission]) -> dict[int, Said]:
    """What records say, read before anybody's turn: it takes longer than writing what follows from it."""
    rows = Submission.objects.filter(pk__in=[each.pk for each in submissions]).only("state", "xml", "version").prefetch_related(_VERSION)
    return {row.pk: read_said(row) for row in rows if row.state == State.ACCEPTED}


def crowds(submissions: Iterable[Submission]) -> dict[Key, int]:
    """How many records are worked out together with each of these."""
    keys = {key_of(row) for row in submissions if row.subject and row.round_id is not None}
    return Counter((subject, number) for _pk, subject, number in _told_beside(keys))


@transaction.atomic
def take_together(submissions: Sequence[Submission], said: Mapping[int, Said], at: datetime) -> Taken:
    """Take all of them, or none where any is in error. Nobody is waited for, so that no two workers wait for each other:
    who holds a record takes it. `said`: what was read of them before."""
    mine = _locked([each.pk for each in submissions], text=not said)
    rows = [each for each in mine if each.effect_at is None and each.state != State.QUARANTINED and not (each.state == State.ACCEPTED and each.missing)]
    place = {each.pk: number for number, each in enumerate(submissions)}
    rows.sort(key=lambda row: place[row.pk])
    near, held = _beside(rows)
    ours = [row for row in rows if key_of(row) not in held]
    changes = changes_of([*rows, *near], said, at)
    take_rows(ours, [*rows, *near], changes)
    write(changes)
    return Taken(set(changes.taken), {row.pk for row in rows if key_of(row) in held})


def locked_with(submission: Submission) -> list[Submission]:
    """A record and all that stand beside it, always locked in the same order: what they say together is worked out by one at a time."""
    together = Q(pk=submission.pk)
    if submission.subject and submission.round_id is not None:
        together |= Q(subject=submission.subject, round_id=submission.round_id, state=State.ACCEPTED)
    list(Submission.objects.filter(together).order_by("pk").select_for_update().values_list("pk"))
    return list(Submission.objects.filter(together).order_by("pk").prefetch_related(*_WITH))


def _locked(keys: Iterable[int], *, text: bool = True) -> list[Submission]:
    """Those of these records that nobody else holds. Asked by their keys alone, whatever they are: no other index is as near."""
    rows = Submission.objects.filter(pk__in=list(keys)).order_by("pk").select_for_update(skip_locked=True).prefetch_related(*_WITH)
    return list(rows if text else rows.defer("xml"))


def _beside(rows: Sequence[Submission]) -> tuple[list[Submission], set[Key]]:
    """The other accepted records of their subjects, and the subjects of which somebody holds one."""
    own, keys = {row.pk for row in rows}, {key_of(row) for row in rows if row.subject and row.round_id is not None}
    near = {pk: (subject, number) for pk, subject, number in _told_beside(keys) if pk not in own}
    locked = [row for row in _locked(near) if row.state == State.ACCEPTED] if near else []
    return locked, {key for pk, key in near.items() if pk not in {row.pk for row in locked}}


def _told_beside(keys: Collection[Key]) -> Iterator[tuple[int, str, int]]:
    """(key, subject, round) of all accepted records of these subjects in these rounds."""
    found = Submission.objects.filter(subject__in={subject for subject, _round in keys}, round__in={number for _subject, number in keys})
    for pk, subject, number, state in found.values_list("pk", "subject", "round_id", "state"):
        if state == State.ACCEPTED and number and (subject, number) in keys:
            yield pk, subject, number


def key_of(row: Submission) -> Key:
    """What is worked out together: the records of a subject in a round, or one alone."""
    return (row.subject, row.round_id) if row.subject and row.round_id is not None else ("", row.pk)


def take_rows(mine: Sequence[Submission], everything: Iterable[Submission], changes: Changes) -> None:
    """Let the facts of the records in `mine` be what they should beside all others of their subjects, which are in `everything`."""
    beside, own = _by_key(everything), _by_key(mine)
    for key, taken in own.items():
        standing = sorted((row for row in beside[key] if row.state == State.ACCEPTED), key=lambda row: row.pk)
        for row in taken:
            if row.state != State.ACCEPTED:
                undo(row, changes)
        if standing and _states_facts(standing[0]):
            settle(standing, frozenset([*(row.pk for row in taken), *(row.pk for row in standing if row.effect_at is not None)]), changes)
        for row in taken:
            changes.take(row)


def _by_key(rows: Iterable[Submission]) -> dict[Key, list[Submission]]:
    found: dict[Key, list[Submission]] = {}
    for row in rows:
        found.setdefault(key_of(row), []).append(row)
    return found


def _states_facts(row: Submission) -> bool:
    return subject_in(row) is not None and not (row.version is not None and row.version.step)
