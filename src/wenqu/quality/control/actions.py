"""Set or confirm the limits of quality control; tell what was added to a spiked sample, and take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.days import day_of
from wenqu.kit.plain_words import check_document, check_no_number
from wenqu.kit.refusal import Refused, check_same_request
from wenqu.places.models import Account, Division
from wenqu.places.scope import Area
from wenqu.quality.control.limits import limits_of, pack_of
from wenqu.quality.control.permissions import check_can_dose, check_can_set_limits
from wenqu.quality.control.solutions import STRENGTHS, may_be_added
from wenqu.quality.models import ControlLimits, Dose, Sample
from wenqu.rulebook.problems import PackError
from wenqu.rulebook.quality.control_values import cited_numbers, with_numbers
from wenqu.rulebook.quality.results.naming import names_of_all

MOST_STRENGTH, MOST_ML = Decimal(10**6), Decimal(10**5)


@dataclass(frozen=True, slots=True)
class Addition:
    """One standard solution, added to one bottle: of each item so much."""

    items: Sequence[str]
    strength: Decimal
    unit: str
    volume: Decimal
    bottle: Decimal
    solution: str = ""


@transaction.atomic
def set_limits(
    *, division: Division, values: Mapping[str, Decimal | int | str], document: str, document_on: date, key: str, area: Area, by: Account | audit.Actor, at: datetime,
) -> ControlLimits:
    """Let a county go by these numbers, with its document as their source; one that is given as it stands is confirmed. All others
    stay as they are. The same key again is the same row."""
    check_can_set_limits(division, area)
    Division.objects.select_for_update().get(pk=division.pk)
    done = ControlLimits.objects.filter(key=key).first()
    if done is not None:
        check_same_request(done.division_id == division.pk)
        return done
    document = document.strip()
    check_document(document)
    if document_on > day_of(at):
        raise Refused("day_to_come", _("文件日期不能晚于今天"))
    if not values:
        raise Refused("nothing_changed", _("请至少修改或勾选核实一个数值"))
    now = pack_of(limits_of(division.path))
    before = {one.key: one for one in cited_numbers(now)}
    try:
        pack = with_numbers(now, values, document=document, date=document_on.isoformat())
    except PackError as error:
        told = _("；").join(f"{one.key}：{one.message}" for one in error.problems)
        raise Refused("values_wrong", _("填写的数值不能采用：%(told)s") % {"told": told}) from None
    changed = [{"key": one.key, "was": str(before[one.key].value), "now": str(one.value), "unit": one.unit} for one in cited_numbers(pack) if one.key in values]
    row = ControlLimits.objects.create(
        division=division, path=division.path, text=pack.text, digest=pack.digest, changed=changed, document=document, document_on=document_on, set_by_id=by.pk, set_at=at, key=key)
    audit.record(by=by, verb="set_control_limits", at=at, subject=f"control_limits:{row.pk}", path=division.path, detail={
        "document": document, "changed": {one["key"]: [one["was"], one["now"]] for one in changed}, "digest": pack.digest})
    return row


@transaction.atomic
def tell_doses(*, sample: Sample, told: Addition, key: str, area: Area, by: Account | audit.Actor, at: datetime) -> list[Dose]:
    """Tell what one standard solution added to a spiked sample. The same key again is the same addition."""
    check_can_dose(sample, area)
    sample = Sample.objects.select_for_update(of=("self",)).get(pk=sample.pk)
    done = list(Dose.objects.filter(key__startswith=f"{key}:").order_by("pk"))
    if done:
        check_same_request(done[0].sample_id == sample.pk)
        return done
    check_can_dose(sample, area)
    _check_addition(sample, told)
    rows = [Dose.objects.create(
        division_id=sample.division_id, path=sample.path, sample=sample, item=item, strength=told.strength, unit=told.unit, volume=told.volume, bottle=told.bottle,
        solution=told.solution.strip()[:120], by_id=by.pk, at=at, key=f"{key}:{item}") for item in dict.fromkeys(told.items)]
    audit.record(by=by, verb="tell_doses", at=at, subject=f"sample:{sample.pk}", path=sample.path, detail={
        "number": sample.number, "items": [row.item for row in rows], "strength": f"{told.strength} {told.unit}", "volume": str(told.volume), "bottle": str(told.bottle)})
    return rows


@transaction.atomic
def withdraw_dose(*, dose: Dose, why: str, area: Area, by: Account | audit.Actor, at: datetime) -> Dose:
    """Take back what was told of an item; it stays readable and is worked with no more."""
    check_can_dose(dose.sample, area)
    dose = Dose.objects.select_for_update(of=("self",)).select_related("sample").get(pk=dose.pk)
    if dose.withdrawn_at is not None:
        raise Refused("withdrawn", _("这条登记已经撤回"))
    if not why.strip():
        raise Refused("why_missing", _("请写明撤回的原因"))
    check_no_number(why)
    dose.withdrawn_by_id, dose.withdrawn_at, dose.withdrawn_why = by.pk, at, why.strip()[:200]
    dose.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])
    audit.record(by=by, verb="withdraw_dose", at=at, subject=f"sample:{dose.sample_id}", path=dose.path, detail={"item": dose.item})
    return dose


def _check_addition(sample: Sample, told: Addition) -> None:
    if not told.items:
        raise Refused("nothing_picked", _("请至少选择一项加标的指标"))
    if not all(may_be_added(item) for item in told.items):
        raise Refused("item_unknown", _("选择的指标不能用标准溶液加标，请重新选择"))
    if told.unit not in STRENGTHS:
        raise Refused("unit_unknown", _("请从列表中选择标准溶液浓度的单位"))
    if not 0 < told.strength <= MOST_STRENGTH or not 0 < told.volume <= MOST_ML or not 0 < told.bottle <= MOST_ML:
        raise Refused("dose_wrong", _("标准溶液浓度、加入体积和水样体积都要大于零，请核对"))
    if told.volume >= told.bottle:
        raise Refused("dose_wrong", _("加入体积应小于水样体积，请核对两个体积是否填反"))
    check_no_number(told.solution)
    taken = Dose.objects.filter(sample=sample, item__in=list(told.items), withdrawn_at=None).first()
    if taken is not None:
        name = names_of_all().items[taken.item].zh
        raise Refused("dosed_already", _("%(item)s已登记加标；登记错的，先撤回再登记") % {"item": name})
