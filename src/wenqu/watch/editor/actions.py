"""Keep an edition that a county wrote."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division
from wenqu.places.scope import Area
from wenqu.rulebook.model import Head
from wenqu.watch.judging.permissions import check_can_judge_county
from wenqu.watch.models import Edition
from wenqu.watch.rules.queries import pack_of


@transaction.atomic
def keep_edition(*, county: Division, pack: Head, origin: Edition | None, note: str, area: Area, by: Account, at: datetime) -> Edition:
    """Keep a pack whole as an edition of a county. It is gone by only once it is adopted; the same content is kept once."""
    check_can_judge_county(county, area)
    check_no_number(note)
    list(Division.objects.select_for_update(no_key=True).filter(pk=county.pk).values_list("pk"))
    known = Edition.objects.filter(division=county, digest=pack.digest).first()
    if known is not None:
        return known
    if origin is not None and origin.division_id != county.pk:
        raise Refused("edition_unknown", _("本县没有这个规则版本，请从列表中选择"))
    edition = Edition(
        division=county, path=county.path, kind=pack.kind, pack_id=pack.id, title=_title(pack, county), text=pack.text, digest=pack.digest, origin=origin, note=note,
        made_by=by, made_at=at)
    # The text must give the pack again that it was written from.
    pack_of(edition)
    edition.save(force_insert=True)
    audit.record(by=by, verb="keep_edition", at=at, subject=f"edition:{edition.pk}", path=county.path, detail={"pack": pack.id, "digest": pack.digest, "note": note})
    return edition


def _title(pack: Head, county: Division) -> str:
    """Its name with its edition; where the county has one of that name already, it is told which of them this is."""
    title = (pack.zh if pack.edition in pack.zh else f"{pack.zh}（{pack.edition}）")[:140]
    taken, number = set(Edition.objects.filter(division=county, kind=pack.kind, title__startswith=title).values_list("title", flat=True)), 1
    found = title
    while found in taken:
        number += 1
        found = f"{title}第{number}稿"
    return found
