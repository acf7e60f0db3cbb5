"""Take the effect of a record: facts, reports, steps. And judge again what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.judging.spot import Judged, Outdated, judge_again, store_looks
from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.survey.effects.acting import act_of, entries_of, photos_in
from wenqu.survey.effects.changes import changes_of, write
from wenqu.survey.effects.looking import Looked, latest_of, rows_to_judge, seen_of, subjects_of
from wenqu.survey.effects.photos import proofs_of
from wenqu.survey.effects.refusing import hold_record
from wenqu.survey.effects.reporting import report
from wenqu.survey.effects.steps import take_back_step, take_step
from wenqu.survey.effects.together import locked_with, stands_by_record, take_rows
from wenqu.survey.effects.verifying import standing_problems, verify_seen
from wenqu.survey.models import Reason, State, Submission


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
    elif stands_by_record(row):
        row.effect = {**row.effect, **take_back_step(row, at)}
        row.save(update_fields=["effect"])
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
    rows = list(rows_to_judge(submissions).select_for_update(of=("self",), skip_locked=True))
    if looked is not None and looked.rows != seen_of(rows):
        raise Outdated
    at, found = latest_of(rows, at), subjects_of(rows)
    standing = standing_problems(found)
    source = _("入户调查")
    if looked is not None:
        judged = store_looks(looks=looked.looks, source=source, by=by, at=at)
    else:
        judged = judge_again(households=found[SubjectKind.HOUSEHOLD], schemes=found[SubjectKind.SCHEME], source=source, by=by, at=at)
    verify_seen(rows, judged.findings, standing, at)
    Submission.objects.filter(pk__in=[each.pk for each in rows]).update(to_judge=False)
    return judged
