"""Let a county go by a monitoring plan in a year, with its own months, quotas and limits in it, and give one up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.plain_words import check_document
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division
from wenqu.places.scope import Area
from wenqu.quality.models import PlanAdoption, PlanEdition
from wenqu.quality.plans.permissions import check_can_adopt_plan
from wenqu.quality.plans.queries import adopted, pack_of
from wenqu.rulebook.problems import PackError
from wenqu.rulebook.quality.plans import PlanPack, plan_pack, plan_pack_ids, with_values
from wenqu.rulebook.quality.plans.loader import Given

YEARS = range(2000, 2100)


@transaction.atomic
def adopt_plan(
    *, division: Division, year: int, pack_id: str, document: str, document_on: date, area: Area, by: Account | audit.Actor, at: datetime,
    values: Mapping[str, Given] | None = None,
) -> PlanAdoption:
    """Let a county go by a plan in a year. `values` by the key of a clause take the place of the plan's own, with the document as
    their source. Adopted again the newer takes the older's place; the same once more gives the one that stands."""
    check_can_adopt_plan(division, area)
    Division.objects.select_for_update().get(pk=division.pk)
    document = document.strip()
    check_document(document)
    if pack_id not in plan_pack_ids():
        raise Refused("pack_unknown", _("没有这个监测方案，请从列表中选择"))
    if year not in YEARS:
        raise Refused("year_wrong", _("年度应在 2000 到 2099 之间"))
    pack = plan_pack(pack_id)
    if pack.in_force[:4] > str(year) or (pack.until and pack.until[:4] < str(year)):
        raise Refused("pack_not_in_force", _("%(title)s 自 %(from)s 起施行，%(year)s 年不能采用") % {"title": pack.zh, "from": pack.in_force, "year": year})
    row = _kept(_own(pack, values or {}, document, document_on), division, by, at)
    last = {one.pack_id: one for one in adopted(division.path, year)}.get(pack_id)
    if last is not None and (last.edition_id, last.document) == (row.pk, document):
        return last
    return _adopted(row, division, year, True, document, by, at)


@transaction.atomic
def drop_plan(*, adoption: PlanAdoption, document: str, area: Area, by: Account | audit.Actor, at: datetime) -> PlanAdoption:
    """Go by a plan no more in its year. Points and what was done stay."""
    check_can_adopt_plan(adoption.division, area)
    Division.objects.select_for_update().get(pk=adoption.division_id)
    document = document.strip()
    check_document(document)
    if adoption.pk not in {one.pk for one in adopted(adoption.path, adoption.year)}:
        raise Refused("not_adopted", _("本县这一年度已经不采用这个方案"))
    return _adopted(adoption.edition, adoption.division, adoption.year, False, document, by, at)


def _adopted(row: PlanEdition, division: Division, year: int, stands: bool, document: str, by: Account | audit.Actor, at: datetime) -> PlanAdoption:
    adoption = PlanAdoption.objects.create(
        division=division, path=division.path, edition=row, pack_id=row.pack_id, year=year, stands=stands, document=document, set_by_id=by.pk, set_at=at)
    audit.record(by=by, verb="adopt_plan" if stands else "drop_plan", at=at, subject=f"plan:{row.pk}", path=division.path, detail={
        "pack": row.pack_id, "digest": row.digest, "document": document, "year": year})
    return adoption


def _own(pack: PlanPack, values: Mapping[str, Given], document: str, document_on: date) -> PlanPack:
    if not values:
        return pack
    try:
        return with_values(pack, values, document=document, date=document_on.isoformat())
    except PackError as error:
        told = _("；").join(one.message if one.message.startswith("合计") else f"{one.key}：{one.message}" for one in error.problems)
        raise Refused("values_wrong", _("填写的内容不能采用：%(told)s") % {"told": told}) from None


def _kept(pack: PlanPack, division: Division, by: Account | audit.Actor, at: datetime) -> PlanEdition:
    """The plan kept whole: what extends another is resolved, so that no later release can change it."""
    kept = PlanEdition.objects.filter(division=division, digest=pack.digest).first()
    if kept is not None:
        return kept
    row = PlanEdition(division=division, path=division.path, pack_id=pack.id, title=pack.zh[:160], text=pack.text, digest=pack.digest, made_by_id=by.pk, made_at=at)
    pack_of(row)  # the text must give the pack again that it was written from
    row.save(force_insert=True)
    return row
