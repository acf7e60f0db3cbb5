"""Keep an edition of a pack, and let a county go by it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.plain_words import check_document
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division
from wenqu.places.scope import Area
from wenqu.rulebook.model import Head
from wenqu.watch.models import Adoption, Edition
from wenqu.watch.rules.permissions import check_can_adopt
from wenqu.watch.rules.queries import SHELVES, pack_of


@transaction.atomic
def adopt_edition(
    *, division: Division, kind: str, document: str, from_on: date, area: Area, by: Account | audit.Actor, at: datetime,
    pack_id: str = "", edition: Edition | None = None,
) -> Adoption:
    """Let a county go by an edition from a day on: one of its own, or a pack that came with Wenqu, which is kept whole with that.

    Adoptions are never changed: a new one follows, and courses that have begun stay with theirs. The same once more, such as
    a form sent twice, gives the one that stands.
    """
    check_can_adopt(division, area)
    list(Division.objects.select_for_update(no_key=True).filter(pk=division.pk).values_list("pk"))
    document = document.strip()
    check_document(document)
    row = _own(edition, division, kind) if edition is not None else _shipped(pack_id, kind, division, by, at)
    _check_in_force(pack_of(row), from_on)
    last = Adoption.objects.filter(division=division, kind=kind).order_by("-from_on", "-pk").first()
    if last is not None:
        if (last.edition_id, last.document, last.from_on) == (row.pk, document, from_on):
            return last
        if from_on < last.from_on:
            raise Refused("adoption_before_last", _("现行规则自 %(day)s 起用，新采用的规则起用日期不能早于这一天") % {"day": last.from_on.isoformat()})
    adoption = Adoption.objects.create(
        division=division, path=division.path, kind=kind, edition=row, from_on=from_on, document=document, set_by_id=by.pk, set_at=at,
    )
    audit.record(by=by, verb="adopt_edition", at=at, subject=f"edition:{row.pk}", path=division.path, detail={
        "kind": kind, "pack": row.pack_id, "digest": row.digest, "document": document, "from": from_on.isoformat(),
    })
    return adoption


def _own(edition: Edition, division: Division, kind: str) -> Edition:
    if edition.division_id != division.pk or edition.kind != kind:
        raise Refused("edition_unknown", _("本县没有这个规则版本，请从列表中选择"))
    return edition


def _shipped(pack_id: str, kind: str, division: Division, by: Account | audit.Actor, at: datetime) -> Edition:
    """The pack as it came, kept whole: what extends another is resolved, so that no later release can change it."""
    if kind not in SHELVES or pack_id not in SHELVES[kind].ids():
        raise Refused("pack_unknown", _("没有这个规则包，请从列表中选择"))
    pack = SHELVES[kind].pack(pack_id)
    kept = Edition.objects.filter(division=division, digest=pack.digest).first()
    if kept is not None:
        return kept
    row = Edition(
        division=division, path=division.path, kind=kind, pack_id=pack.id, title=pack.zh[:160], text=pack.text, digest=pack.digest,
        made_by_id=by.pk, made_at=at,
    )
    pack_of(row)  # the text must give the pack again that it was written from
    row.save(force_insert=True)
    return row


def _check_in_force(pack: Head, day: date) -> None:
    text = day.isoformat()
    if text[: len(pack.in_force)] < pack.in_force or (pack.until and text[: len(pack.until)] > pack.until):
        raise Refused("pack_not_in_force", _("%(title)s 施行的时间是 %(span)s，%(day)s 不能起用") % {
            "title": pack.zh, "span": f"{pack.in_force} – {pack.until}".rstrip(" –"), "day": text,
        })
