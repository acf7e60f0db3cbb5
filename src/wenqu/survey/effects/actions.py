"""Take the effect of a record: facts, reports, steps. And judge again what they are about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.judging.spot import Judged, Look, Outdated, judge_again, look, store_looks
from wenqu.kit.arrow import one_view
from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.survey.effects.acting import act_of, entries_of, photos_in
from wenqu.survey.effects.changes import changes_of, write
from wenqu.survey.effects.photos import proofs_of
from wenqu.survey.effects.refusing import hold_record
from wenqu.survey.effects.reporting import report
from wenqu.survey.effects.settling import subject_in
from wenqu.survey.effects.steps import take_step
from wenqu.survey.effects.together import locked_with, take_rows
from wenqu.survey.effects.verifying import standing_problems, verify_seen
from wenqu.survey.models import Reason, State, Submission


@dataclass(frozen=True)
class Looked:
    """What records come to that are to be judged: the records as they were, and what was worked out of them."""

    rows: dict[int, tuple[datetime | None, int | None]]
    looks: list[Look]


def take_effect(*, submission: Submission, by: Actor, at: datetime) -> bool:
    """Let what follows from a record follow, or take it back where the record stands no longer. Whether anything was done.

    One transaction: killed in the middle, nothing is done, and the record stays in the queue. Where the ledger refuses,
    nothing of it is done either, and the record waits for a person with the refusal's own sentence.
    """
    try:
        with transaction.atomic():
            return _take(submission, at)
    except Refused as refusal:
        hold_record(submission=submission, refusal=refusal, by=by, at=at)
        return True


def _take(submission: Submission, at: datetime) -> bool:
    rows = locked_with(submission)
    row = next(each for each in rows if each.pk == submission.pk)
    if row.effect_at is not None or row.state == State.QUARANTINED or (row.state == State.ACCEPTED and row.missing):
        return False
    changes = changes_of(rows, {}, at)
    take_rows([row], rows, changes)
    write(changes)
    if row.state == State.ACCEPTED and row.version is not None:
        if row.version.step:
            row.effect = {**row.effect, "refused": "", "code": "", **take_step(row, at)}
            row.save(update_fields=["effect"])
        else:
            _report_each(row, at)
    return True


def _report_each(row: Submission, at: datetime) -> None:
    """Every problem that a check of a scheme tells of is reported. Whoever accepts a record of which one was refused takes
    the rest of it: facts are not lost for a sentence that the ledger does not take."""
    act, answers = act_of(row, at)
    numbers, refused = [], []
    for number, said in entries_of(answers, "problem"):
        try:
            with transaction.atomic():
                numbers += report(act, number, said, proofs_of(row, photos_in(said)))
        except Refused as refusal:
            if Reason.EFFECT_REFUSED not in row.reasons:
                raise Refused(refusal.code, _("第 %(number)d 个问题：%(sentence)s") % {"number": number, "sentence": refusal.message}) from None
            refused.append(refusal.message)
    if numbers or refused:
        row.effect = {**row.effect, "reports": numbers, "not_reported": refused}
        row.save(update_fields=["effect"])


@transaction.atomic
def judge_records(*, submissions: Sequence[Submission], by: Actor, at: datetime, looked: Looked | None = None) -> Judged:
    """Judge the subjects of these records again, all at once; what a check found again is verified by whoever may.

    `looked`: what they come to, worked out before (`look_at`). `Outdated` where that is not what stands.
    """
    rows = list(_to_judge(submissions).select_for_update(of=("self",), skip_locked=True))
    if looked is not None and looked.rows != _seen(rows):
        raise Outdated
    at, found = _latest(rows, at), _subjects(rows)
    standing = standing_problems(found)
    source = _("入户调查")
    if looked is not None:
        judged = store_looks(looks=looked.looks, source=source, by=by, at=at)
    else:
        judged = judge_again(households=found[SubjectKind.HOUSEHOLD], schemes=found[SubjectKind.SCHEME], source=source, by=by, at=at)
    verify_seen(rows, judged.findings, standing, at)
    Submission.objects.filter(pk__in=[each.pk for each in rows]).update(to_judge=False)
    return judged


@contextmanager
def look_at(submissions: Sequence[Submission], at: datetime) -> Iterator[Looked]:
    """What `judge_records` would store, worked out while nobody is held up."""
    with one_view():
        rows = list(_to_judge(submissions))
        found = _subjects(rows)
        looks = look(households=found[SubjectKind.HOUSEHOLD], schemes=found[SubjectKind.SCHEME], at=_latest(rows, at))
    try:
        yield Looked(_seen(rows), looks)
    finally:
        for each in looks:
            each.con.close()


def _to_judge(submissions: Sequence[Submission]) -> QuerySet[Submission]:
    # By their keys alone, as in `together`.
    rows = Submission.objects.filter(pk__in=[each.pk for each in submissions]).order_by("pk").prefetch_related("account")
    return rows.filter(to_judge=True).only("instance_id", "subject", "account", "filled_at", "received_at", "version", "effect", "effect_at", "facts")


def _seen(rows: Iterable[Submission]) -> dict[int, tuple[datetime | None, int | None]]:
    """By what a record is known to have changed: whatever changes its facts takes its effect anew."""
    return {row.pk: (row.effect_at, row.facts_id) for row in rows}


def _latest(rows: Iterable[Submission], at: datetime) -> datetime:
    """Another worker, whose round began later, may have taken some of them: what it recorded must be seen."""
    return max([at, *(row.effect_at for row in rows if row.effect_at is not None)])


def _subjects(rows: Iterable[Submission]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {SubjectKind.HOUSEHOLD: set(), SubjectKind.SCHEME: set()}
    for subject in filter(None, map(subject_in, rows)):
        found[subject[0]].add(subject[1])
    return found
