"""Take the effect of a record: facts, reports, steps. And judge again what they are about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.judging.spot import Judged, judge_again
from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.survey.effects.acting import act_of, entries_of, photos_in
from wenqu.survey.effects.photos import proofs_of
from wenqu.survey.effects.refusing import hold_record
from wenqu.survey.effects.reporting import report
from wenqu.survey.effects.settling import settle, subject_in, undo
from wenqu.survey.effects.steps import take_step
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
    rows = _locked(submission)
    row = next(each for each in rows if each.pk == submission.pk)
    if row.effect_at is not None or row.state == State.QUARANTINED:
        return False
    if row.state == State.ACCEPTED:
        if row.missing:
            return False
        _accept(row, rows, at)
    else:
        undo(row, at)
        rest = [each for each in rows if each.pk != row.pk]
        if rest:
            settle(rest, frozenset(each.pk for each in rest if each.effect_at is not None), at)
    Submission.objects.filter(pk=row.pk).update(effect_at=at, effect_tries=0)
    return True


def _locked(submission: Submission) -> list[Submission]:
    """The record and all that stand beside it, always locked in the same order: what they say together is worked out by one at a time."""
    together = Q(pk=submission.pk)
    if submission.subject and submission.round_id is not None:
        together |= Q(subject=submission.subject, round_id=submission.round_id, state=State.ACCEPTED)
    list(Submission.objects.filter(together).order_by("pk").select_for_update().values_list("pk"))
    rows = Submission.objects.filter(together).select_related("version", "round", "account", "facts", "replaces").order_by("pk")
    return list(rows.defer("version__workbook", "version__xform", "version__plan"))


def _accept(row: Submission, rows: list[Submission], at: datetime) -> None:
    if row.version is not None and row.version.step:
        row.effect = {**row.effect, "refused": "", "code": "", **take_step(row, at)}
        row.save(update_fields=["effect"])
        return
    if subject_in(row) is not None:
        beside = [each for each in rows if each.state == State.ACCEPTED]
        settle(beside, frozenset({row.pk, *(each.pk for each in beside if each.effect_at is not None)}), at)
    if row.version is not None:
        _report_each(row, at)


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
def judge_records(*, submissions: Sequence[Submission], by: Actor, at: datetime) -> Judged:
    """Judge the subjects of these records again, all at once; what a check found again is verified by whoever may."""
    wanted = Submission.objects.filter(pk__in=[each.pk for each in submissions], to_judge=True).order_by("pk")
    rows = list(wanted.select_for_update(of=("self",), skip_locked=True).select_related("account", "facts").defer("xml"))
    # Another worker, whose round began later, may have taken some of them: what it recorded must be seen.
    at = max([at, *(row.effect_at for row in rows if row.effect_at is not None)])
    found: dict[int, set[int]] = {SubjectKind.HOUSEHOLD: set(), SubjectKind.SCHEME: set()}
    for subject in filter(None, map(subject_in, rows)):
        found[subject[0]].add(subject[1])
    standing = standing_problems(found)
    judged = judge_again(
        households=found[SubjectKind.HOUSEHOLD], schemes=found[SubjectKind.SCHEME], source=_("入户调查"), by=by, at=at)
    verify_seen(rows, judged.findings, standing, at)
    Submission.objects.filter(pk__in=[each.pk for each in rows]).update(to_judge=False)
    return judged
