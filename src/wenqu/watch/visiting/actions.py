"""Visits of the contact person: recorded, and withdrawn with the record that told of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.evidence.actions import attach
from wenqu.evidence.received import Received
from wenqu.households.holding import hold
from wenqu.kit import audit
from wenqu.kit.audit import Actor
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused, check_same_request
from wenqu.places.models import Account
from wenqu.places.scope import Area
from wenqu.watch.helping.permissions import area_at, check_can_help, check_day, check_visited
from wenqu.watch.models import Visit, Watched
from wenqu.watch.rules.queries import measures_for


@transaction.atomic
def record_visit(
    *, watched: Watched, on: date, way: str, found: str, worse: bool, by: Actor, at: datetime, key: str | None = None, area: Area | None = None, source: str = "",
    files: Sequence[Received] = (),
) -> Visit:
    """Somebody came or called. The same key again is the same visit, which stands again where it was withdrawn.

    `source`: the record from a phone that tells of it; `area`: of its person on the day on which it was filled.
    """
    hold(watched.household_id)
    watched, area = Watched.objects.select_for_update(no_key=True).get(pk=watched.pk), area_at(by, at) if area is None else area
    check_can_help(watched.path, area)
    done = Visit.ever.filter(key=key).first() if key else None
    if done is not None:
        # A record from the phone has a key of its own; one that a form sent names one request.
        check_same_request(bool(source) or done.watched_id == watched.pk and done.by_id == by.pk)
        return _standing_again(done, by, at)
    check_day(on, at)
    check_visited(watched, on, area, told_later=bool(source))
    visits = measures_for(watched.path, on).visits
    if visits is None or way not in visits.ways:
        raise Refused("unknown_way", _("请选择走访方式"))
    check_no_number(found)
    if not found.strip():
        raise Refused("note_missing", _("请写明走访情况：生产生活现状、有没有新的困难"))
    row = Visit.objects.create(
        watched=watched, division_id=watched.division_id, path=watched.path, on=on, way=way, way_name=visits.ways[way][0], found=found.strip(),
        worse=worse, by=by if isinstance(by, Account) else None, by_name=by.name[:80], at=at, source=source[:120], key=key)
    for received in files:
        attach(received=received, subject=f"visit:{row.pk}", path=row.path, division_id=row.division_id, about="visit", by=by, at=at)
    _record("record_visit", row, by, at, {"on": str(on), "way": way, "worse": worse, **({"source": row.source} if row.source else {})})
    return row


@transaction.atomic
def withdraw_visit(*, key: str, by: Actor, at: datetime) -> Visit | None:
    """The record that told of it was corrected or left out: it is kept and counts no longer. None where nothing stood."""
    row = Visit.objects.select_for_update().filter(key=key).first()
    if row is not None:
        row.withdrawn_at = at
        row.save(update_fields=["withdrawn_at"])
        _record("withdraw_visit", row, by, at, {"on": str(row.on), "source": row.source})
    return row


def _standing_again(row: Visit, by: Actor, at: datetime) -> Visit:
    if row.withdrawn_at is not None:
        row.withdrawn_at = None
        row.save(update_fields=["withdrawn_at"])
        _record("restore_visit", row, by, at, {"on": str(row.on), "source": row.source})
    return row


def _record(verb: str, row: Visit, by: Actor, at: datetime, detail: dict[str, object]) -> None:
    audit.record(by=by, verb=verb, at=at, subject=f"watched:{row.watched_id}", path=row.path, detail=detail)
