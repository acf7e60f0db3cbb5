"""Rule where the records of two phones differ. Nothing is taken from either: both stay as they were received."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.survey.merging import NotAChoice
from wenqu.survey.models import Round, Ruling, State, Submission
from wenqu.survey.permissions import area_at, check_can_rule
from wenqu.survey.rulings.comparing import check_choice
from wenqu.survey.rulings.looking import look_again
from wenqu.survey.rulings.queries import standing, together


@transaction.atomic
def rule_on_field(
    *, subject: str, round: Round, unit: str, submission: Submission, seen: Sequence[int], by: Account, at: datetime, why: str = "",
) -> Ruling:
    """Let a record's answer stand in one field (or repeat). `seen`: the records whose answers were shown."""
    records = _locked(subject, round, seen, by, at)
    row = _rule(records, subject, round, unit, submission.pk, by, at, why)
    _asked_again(subject, round, records)
    return row


@transaction.atomic
def rule_for_record(
    *, subject: str, round: Round, submission: Submission, seen: Sequence[int], by: Account, at: datetime, why: str = "",
) -> list[Ruling]:
    """Let one record's answers stand in all fields that are still open and that it answers. What is worked out of them follows."""
    records = _locked(subject, round, seen, by, at)
    found = together(subject, round.pk, records)
    units = [unit for unit, choices in found.merged.open.items() if unit not in found.waiting and any(submission.pk in each.records for each in choices)]
    if not units:
        raise Refused("nothing_open", _("这份记录没有待裁定的项"))
    rows = [_rule(records, subject, round, unit, submission.pk, by, at, why) for unit in units]
    _asked_again(subject, round, records)
    return rows


def _locked(subject: str, round: Round, seen: Sequence[int], by: Account, at: datetime) -> list[Submission]:
    """The records, locked in their order; `Refused` where they are not those that were shown."""
    pks = list(Submission.objects.select_for_update().filter(subject=subject, round=round, state=State.ACCEPTED).order_by("pk").values_list("pk", flat=True))
    records = list(standing(subject, round.pk))
    check_can_rule(records, by, area_at(by, at))
    if sorted(seen) != pks:
        raise Refused("changed_meanwhile", _("这个对象的记录有变化（又收到、更正或裁定了一份），请刷新页面后再裁定"))
    return records


def _rule(records: list[Submission], subject: str, round: Round, unit: str, chosen: int, by: Account, at: datetime, why: str) -> Ruling:
    found = together(subject, round.pk, records)
    try:
        check_choice(found.given, unit, chosen)
    except NotAChoice:
        raise Refused("not_a_choice", _("这一项没有不同的答案，或所选的记录没有填这一项。请刷新页面。")) from None
    first = records[0]
    row = Ruling.objects.create(
        division_id=first.division_id, path=first.path, subject=subject, round=round, unit=unit, submission_id=chosen,
        seen=[each.pk for each in records], by=by, at=at, why=why.strip()[:200])
    audit.record(
        by=by, verb="rule_on_field", at=at, subject=f"submission:{chosen}", path=first.path,
        detail={"about": subject, "round": round.pk, "question": unit, "records": row.seen, **({"reason": row.why} if row.why else {})})
    return row


def _asked_again(subject: str, round: Round, records: list[Submission]) -> None:
    """What stands is another now: the desk's count, and what rests on the records."""
    look_again(subject, round.pk)
    Submission.objects.filter(pk__in=[each.pk for each in records]).update(effect_at=None, effect_tries=0)
