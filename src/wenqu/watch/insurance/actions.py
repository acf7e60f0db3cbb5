"""Take a list or an application in, and take the steps of a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.evidence.actions import attach
from wenqu.evidence.received import Received
from wenqu.households.holding import hold, hold_all
from wenqu.households.models import Household
from wenqu.households.permissions import check_stands
from wenqu.kit import audit
from wenqu.kit.audit import Actor
from wenqu.kit.days import day_of
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.watch.helping.permissions import area_at, check_day
from wenqu.watch.insurance.lifecycle import ENDED, GO_ON, STEPS
from wenqu.watch.insurance.permissions import (
    check_can_list,
    check_can_take,
    check_notice_is_full,
)
from wenqu.watch.models import CaseState, InsuranceCase, InsuranceStep, Risk


@transaction.atomic
def list_households(
    *, households: Sequence[Household], risk: str, department: str, month: str, by: Actor, at: datetime,
) -> list[InsuranceCase]:
    """The households of a department's list of a month, or of an application; who has an open case for the risk is left out."""
    if risk not in Risk.values:
        raise Refused("unknown_risk", _("请选择风险"))
    check_no_number(department)
    area = area_at(by, at)
    made = []
    for home in hold_all(each.pk for each in households):
        check_can_list(home.path, area)
        check_stands(home)
        if InsuranceCase.objects.filter(household=home, risk=risk).exclude(state__in=ENDED).exists():
            continue
        case = InsuranceCase.objects.create(
            household=home, division_id=home.division_id, path=home.path, risk=risk, department=department.strip()[:60], month=month,
            listed_on=day_of(at), added_by=by if isinstance(by, Account) else None, added_at=at)
        audit.record(by=by, verb="list_insurance", at=at, subject=f"insurance:{case.pk}", path=case.path, detail={"month": month, "risk": risk})
        made.append(case)
    return made


@transaction.atomic
def take_insurance_step(
    *, case: InsuranceCase, version: int, name: str, outcome: str, on: date, note: str, files: Sequence[Received], by: Actor, at: datetime,
    who: str = "", fen: int | None = None, voucher: str = "",
) -> InsuranceStep:
    """Take a step. Nothing is skipped, and what has to be proven is."""
    hold(case.household_id)
    row = InsuranceCase.objects.select_for_update(no_key=True).get(pk=case.pk)
    check_can_take(name, row, area_at(by, at), by.pk if isinstance(by, Account) else None)
    step = STEPS[name]
    if row.version != version:
        raise Refused("changed_meanwhile", _("您打开页面后，这里已有变化，请刷新页面看清现状后再办理"))
    if outcome not in step.to:
        raise Refused("unknown_outcome", _("请选择结果"))
    check_day(on, at)
    last = row.steps.order_by("-pk").first()
    if on < (last.on if last else row.listed_on):
        raise Refused("before_last_step", _("日期早于上一环节"))
    check_no_number(f"{note} {who}")
    if outcome != GO_ON and not note.strip():
        raise Refused("note_missing", _("请写明原因"))
    if "who" in step.takes and not who.strip():
        raise Refused("who_missing", _("请写明核查人和单位"))
    if step.proof and outcome == GO_ON and not files:
        raise Refused("evidence_missing", _("请附上佐证材料"))
    if name == "take_down":
        check_notice_is_full(row, outcome, on)
    _apply(row, name, step.to[outcome], on, fen, voucher)
    made = InsuranceStep.objects.create(
        case=row, name=name, outcome=outcome, state=row.state, on=on, who=who.strip()[:80], note=note.strip(),
        by=by if isinstance(by, Account) else None, by_name=by.name[:80], at=at)
    for received in files:
        attach(received=received, subject=f"insurance:{row.pk}", path=row.path, division_id=row.division_id, about=f"step:{made.pk}", by=by, at=at)
    audit.record(by=by, verb="insurance_step", at=at, subject=f"insurance:{row.pk}", path=row.path, detail={"step": name, "outcome": outcome})
    return made


def _apply(row: InsuranceCase, name: str, state: str, on: date, fen: int | None, voucher: str) -> None:
    row.state, row.version = state, row.version + 1
    if name == "check_home":
        row.checks += 1
    if name == "post":
        row.posted_on = on
    if state == CaseState.PAID:
        if fen is None or not 0 < fen <= 10**13:
            raise Refused("bad_amount", _("请填写兑付金额"))
        if not voucher.strip():
            raise Refused("voucher_missing", _("请填写凭证号"))
        row.paid_on, row.paid_fen, row.voucher = on, fen, voucher.strip()[:60]
    row.save()
