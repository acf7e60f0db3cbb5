"""Help a household: plan a measure, carry it out, judge it, drop it; give the household to another helper. Visits: `visiting`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.evidence.actions import attach
from wenqu.evidence.received import Received
from wenqu.households.holding import hold
from wenqu.households.models import Household
from wenqu.kit import audit
from wenqu.kit.audit import Actor
from wenqu.kit.days import day_of
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused, check_same_request
from wenqu.places.models import Account
from wenqu.places.rights import Right
from wenqu.watch.helping.permissions import (
    area_at,
    check_can_go_on,
    check_can_help,
    check_can_plan,
    check_day,
    check_on_list,
    helped_as,
)
from wenqu.watch.models import Effect, HelperChange, Measure, MeasureState, Watched
from wenqu.watch.rules.queries import measures_for


@transaction.atomic
def plan_measure(
    *, household: Household, kind: str, plan: str, planned_on: date, due_on: date | None, planned_fen: int | None, by: Actor, at: datetime,
    department: str = "", person: str = "", key: str | None = None,
) -> Measure:
    """A measure for a household on the list, or for one that gets urgent help on its way there. The same key again is the same measure."""
    household, area = hold(household.pk), area_at(by, at)
    check_can_help(household.path, area)
    done = Measure.objects.filter(key=key).first() if key else None
    if done is not None:
        check_same_request(done.household_id == household.pk and done.planned_by_id == by.pk)
        return done
    check_can_plan(household, area)
    watched, course = helped_as(household)
    pack = measures_for(household.path, planned_on)
    found = next((one for one in pack.offered if one.id == kind), None)
    if found is None:
        raise Refused("unknown_kind", _("本县现行的帮扶措施里没有这一种，请重新选择"))
    unit = pack.departments.get(department or found.department)
    if unit is None:
        raise Refused("unknown_department", _("本县现行的规则里没有这个部门，请重新选择"))
    _check_amount(planned_fen)
    if due_on is not None and due_on < planned_on:
        raise Refused("due_before_plan", _("计划落实日期早于制定日期"))
    check_day(planned_on, at)
    check_no_number(f"{plan} {person}")
    row = Measure.objects.create(
        household=household, watched=watched, course=course, division_id=household.division_id, path=household.path, kind=found.id, kind_name=found.zh,
        department=unit.id, department_name=unit.zh, person=person.strip()[:80], plan=plan.strip(), planned_on=planned_on, due_on=due_on,
        planned_fen=planned_fen, planned_by=_account(by), planned_at=at, key=key)
    _record("plan_measure", row, by, at, {"kind": row.kind, "fen": planned_fen})
    return row


@transaction.atomic
def carry_out_measure(
    *, measure: Measure, version: int, done_on: date, done_fen: int, note: str, files: Sequence[Received], by: Actor, at: datetime,
) -> Measure:
    """It was done: on a day, for an amount (none is zero), proven by at least one file."""
    row = _locked(measure, version, "carry_out", by, at)
    check_day(done_on, at)
    _check_amount(done_fen)
    check_no_number(note)
    if not files:
        raise Refused("evidence_missing", _("请附上佐证材料：发放凭证、合同、照片等至少一份"))
    row.state, row.done_on, row.done_fen, row.done_note, row.done_by = MeasureState.DONE, done_on, done_fen, note.strip(), _account(by)
    row.save()
    for received in files:
        attach(received=received, subject=f"measure:{row.pk}", path=row.path, division_id=row.division_id, about="done", by=by, at=at)
    _record("carry_out_measure", row, by, at, {"fen": done_fen, "on": str(done_on), "files": len(files)})
    return row


@transaction.atomic
def judge_measure(*, measure: Measure, version: int, effect: str, on: date, note: str, by: Actor, at: datetime) -> Measure:
    """What it brought about. A measure without effect says why."""
    row = _locked(measure, version, "judge", by, at)
    check_day(on, at)
    check_no_number(note)
    if effect not in Effect.values:
        raise Refused("unknown_effect", _("请选择成效"))
    if row.done_on is not None and on < row.done_on:
        raise Refused("judged_before_done", _("评定日期早于落实日期"))
    if effect != Effect.SOLVED and not note.strip():
        raise Refused("note_missing", _("风险没有完全解决的，请写明情况和下一步打算"))
    row.state, row.effect, row.effect_on, row.effect_note, row.effect_by = MeasureState.JUDGED, effect, on, note.strip(), _account(by)
    row.save()
    _record("judge_measure", row, by, at, {"effect": effect})
    return row


@transaction.atomic
def drop_measure(*, measure: Measure, version: int, why: str, by: Actor, at: datetime) -> Measure:
    """It will not be carried out, or was written down wrongly: it stays, with the reason, and no table counts it."""
    row = _locked(measure, version, "drop", by, at)
    check_no_number(why)
    if not why.strip():
        raise Refused("note_missing", _("请写明不再落实的原因"))
    row.state, row.dropped_on, row.dropped_why, row.dropped_by = MeasureState.DROPPED, day_of(at), why.strip()[:300], _account(by)
    row.save()
    _record("drop_measure", row, by, at, {})
    return row


@transaction.atomic
def take_over_urgent(*, watched: Watched, by: Actor, at: datetime) -> int:
    """The measures of urgent help belong to the household's place on the list from its entry on."""
    count: int = Measure.objects.filter(course=watched.entry_id, watched=None).update(watched=watched) if watched.entry_id else 0
    if count:
        audit.record(by=by, verb="take_over_urgent", at=at, subject=f"watched:{watched.pk}", path=watched.path, detail={"measures": count})
    return count


@transaction.atomic
def change_helper(
    *, watched: Watched, version: int, name: str, unit: str, phone: str | None, contact: Account | None, why: str, by: Actor, at: datetime,
) -> HelperChange:
    """Give a household to another helper or contact person. There is always one; `phone` None leaves the number as it is."""
    hold(watched.household_id)
    row = Watched.objects.select_for_update(no_key=True).get(pk=watched.pk)
    check_on_list(row, area_at(by, at))
    if row.version != version:
        raise _changed()
    name, unit = name.strip()[:80], unit.strip()[:120]
    if not name:
        raise Refused("helper_missing", _("帮扶责任人不能为空：更换时请写明新的帮扶责任人"))
    if not why.strip():
        raise Refused("note_missing", _("请写明变更原因"))
    check_no_number(f"{why} {name} {unit}")
    if contact is not None and not area_at(contact, at).may(Right.HELP).covers(row.path):
        raise Refused("contact_without_right", _("%(name)s 在这里没有帮扶的职责，不能作联系人") % {"name": contact.name})
    change = HelperChange.objects.create(
        watched=row, division_id=row.division_id, path=row.path, before_name=row.helper_name, before_unit=row.helper_unit, name=name, unit=unit,
        contact=contact, why=why.strip()[:300], by=_account(by), at=at)
    row.helper_name, row.helper_unit, row.contact, row.version = name, unit, contact, row.version + 1
    if phone is not None:
        row.helper_phone = phone.strip()
    row.save(update_fields=["helper_name", "helper_unit", "helper_phone", "contact", "version"])
    audit.record(by=by, verb="change_helper", at=at, subject=f"watched:{row.pk}", path=row.path, detail={"contact": contact.pk if contact else None})
    return change


def _account(by: Actor) -> Account | None:
    return by if isinstance(by, Account) else None


def _locked(measure: Measure, version: int, name: str, by: Actor, at: datetime) -> Measure:
    hold(measure.household_id)
    row = Measure.objects.select_for_update(no_key=True).get(pk=measure.pk)
    check_can_help(row.path, area_at(by, at))
    if row.version != version:
        raise _changed()
    check_can_go_on(name, row, area_at(by, at))
    row.version += 1
    return row


def _changed() -> Refused:
    return Refused("changed_meanwhile", _("您打开页面后，这里已有变化，请刷新页面看清现状后再办理"))


def _check_amount(fen: int | None) -> None:
    if fen is not None and not 0 <= fen <= 10**13:
        raise Refused("bad_amount", _("金额不合理"))


def _record(verb: str, row: Measure, by: Actor, at: datetime, detail: dict[str, object]) -> None:
    audit.record(by=by, verb=verb, at=at, subject=f"measure:{row.pk}", path=row.path, detail=detail)
