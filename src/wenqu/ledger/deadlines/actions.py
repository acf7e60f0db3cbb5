"""Choose what a county works by."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused
from wenqu.ledger.deadlines.permissions import check_can_set_profile
from wenqu.ledger.models import DutyProfile
from wenqu.places.models import Account, Division
from wenqu.places.scope import Area
from wenqu.rulebook.duties import DutyPack, duty_pack, duty_pack_ids, places, with_numbers
from wenqu.rulebook.duties.numbers import Given
from wenqu.rulebook.problems import PackError

_DOCUMENT = 300


@transaction.atomic
def set_duty_profile(
    *, division: Division, pack_id: str, numbers: Mapping[str, Given], document: str, from_on: date, area: Area, by: Account | audit.Actor, at: datetime,
) -> DutyProfile:
    """Let a county work by a duty pack from a day on, with its own numbers (`with_numbers`) and the document they stand in.

    The pack is kept as it is now and counts for the time of steps that begin from then on: a deadline that runs stays as it
    is. Profiles are never changed: a new one follows. The same once more, such as a form sent twice, gives the one that stands.
    """
    check_can_set_profile(division, area)
    if pack_id not in duty_pack_ids():
        raise Refused("pack_unknown", _("没有这个期限方案，请从列表中选择"))
    document = document.strip()
    check_no_number(document)
    kept = {key: list(value) if isinstance(value, tuple | list) else value for key, value in sorted(numbers.items())}
    pack = _filled_in(duty_pack(pack_id), kept, document)
    last = DutyProfile.objects.filter(division=division).order_by("-from_on", "-pk").first()
    if last is not None:
        if (last.pack_id, last.digest, last.numbers, last.document, last.from_on) == (pack_id, pack.digest, kept, document, from_on):
            return last
        if from_on < last.from_on:
            raise Refused("profile_before_last", _("现有方案自 %(day)s 起用，新方案的起用日期不能早于这一天") % {"day": last.from_on.isoformat()})
    profile = DutyProfile.objects.create(
        division=division, path=division.path, pack_id=pack_id, numbers=kept, text=pack.text, digest=pack.digest, document=document, from_on=from_on,
        set_at=at, set_by_id=by.pk,
    )
    audit.record(by=by, verb="set_duty_profile", at=at, subject=f"division:{division.pk}", path=division.path, detail={
        "pack": pack_id, "digest": pack.digest, "numbers": kept, "document": document, "from": from_on.isoformat(),
    })
    return profile


def _filled_in(pack: DutyPack, numbers: Mapping[str, Given], document: str) -> DutyPack:
    if not numbers:
        return pack
    if not document:
        raise Refused("document_missing", _("自填了数值，必须写明本县文件的名称"))
    if len(document) > _DOCUMENT:
        raise Refused("document_too_long", _("文件名称太长，最多 %(most)s 字") % {"most": _DOCUMENT})
    try:
        return with_numbers(pack, numbers, document=document)
    except PackError as error:
        names = {place.key: place.zh for place in places(pack)}
        told = "；".join(f"{names.get(_key(each.key, names), each.key)}：{each.message}" for each in error.problems)
        raise Refused("numbers_unfit", _("自填的数值有误，请改正后重新提交：%(told)s") % {"told": told}) from None


def _key(place: str, names: Mapping[str, str]) -> str:
    """The key of a place that a problem names by one of its parts (`limits.rectify.small.value`)."""
    return next((key for key in names if place == key or place.startswith(f"{key}.")), place)
