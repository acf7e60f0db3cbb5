"""Plan rounds and say who goes where."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division, Level
from wenqu.places.rights import Right
from wenqu.survey.models import Assignment, Form, Round
from wenqu.survey.permissions import area_at, check_can_change_round, check_can_plan_round


@transaction.atomic
def plan_round(*, name: str, form: Form, division: Division, from_on: date, to_on: date, by: Account, at: datetime) -> Round:
    """A new round of a form in a place, from a day to a day."""
    check_can_plan_round(division.path, area_at(by, at))
    if not division.path.startswith(form.path) or form.withdrawn_at is not None:
        raise Refused("form_not_offered", _("这个表单不能用于这里。请选择本县在用的表单。"))
    if to_on < from_on:
        raise Refused("bad_dates", _("批次的结束日期早于开始日期"))
    row = Round.objects.create(
        name=name.strip()[:80] or form.title[:80], form=form, division=division, path=division.path, from_on=from_on, to_on=to_on, by=by, at=at)
    audit.record(by=by, verb="plan_round", at=at, subject=f"round:{row.pk}", path=row.path, detail={"form": form.form_id, "from": str(from_on), "to": str(to_on)})
    return row


@transaction.atomic
def assign_villages(*, round: Round, accounts: Sequence[Account], villages: Sequence[Division], by: Account, at: datetime) -> int:
    """Send these people to these villages. Where somebody holds no duty that surveys, they are not sent; `Refused` where nobody is."""
    row = Round.objects.select_for_update().get(pk=round.pk)
    check_can_change_round(row, area_at(by, at))
    if any(not village.path.startswith(row.path) or village.level != Level.VILLAGE for village in villages):
        raise Refused("outside_round", _("只能分派这个批次范围内的村"))
    pairs = []
    for account in accounts:
        field = area_at(account, at).may(Right.FIELD)
        pairs += [(account, village) for village in villages if field.covers(village.path)]
    if not pairs:
        raise Refused("nobody_there", _("所选的人在所选的村没有入户填报的职责。请先授予职责，或改选。"))
    there = set(Assignment.objects.filter(round=row).values_list("account_id", "division_id"))
    fresh = [
        Assignment(round=row, account=account, division=village, path=village.path)
        for account, village in pairs if (account.pk, village.pk) not in there
    ]
    Assignment.objects.bulk_create(fresh)
    audit.record(by=by, verb="assign_villages", at=at, subject=f"round:{row.pk}", path=row.path, detail={
        "fresh": len(fresh), "accounts": sorted({each.account_id for each in fresh}), "villages": len({each.division_id for each in fresh})})
    return len(fresh)


@transaction.atomic
def unassign(*, assignment: Assignment, by: Account, at: datetime) -> None:
    """Take somebody off a village. What they filled there and send later waits for a decision."""
    check_can_change_round(assignment.round, area_at(by, at))
    Assignment.objects.filter(pk=assignment.pk).delete()
    audit.record(by=by, verb="unassign", at=at, subject=f"round:{assignment.round_id}", path=assignment.path, detail={"account": assignment.account_id})


@transaction.atomic
def close_round(*, round: Round, by: Account, at: datetime) -> None:
    """End a round before its day, for good."""
    check_can_change_round(round, area_at(by, at))
    if Round.objects.filter(pk=round.pk, closed_at=None).update(closed_at=at):
        audit.record(by=by, verb="close_round", at=at, subject=f"round:{round.pk}", path=round.path)


@transaction.atomic
def move_end(*, round: Round, to_on: date, by: Account, at: datetime) -> None:
    """Let a round end on another day."""
    check_can_change_round(round, area_at(by, at))
    if to_on < round.from_on:
        raise Refused("bad_dates", _("批次的结束日期早于开始日期"))
    Round.objects.filter(pk=round.pk).update(to_on=to_on)
    audit.record(by=by, verb="move_round_end", at=at, subject=f"round:{round.pk}", path=round.path, detail={"to": str(to_on)})
