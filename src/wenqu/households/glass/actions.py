"""Break the glass: open one household outside one's area for a short time. Every attempt is written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.households.glass.queries import subject_of
from wenqu.households.limits import times_since
from wenqu.households.lookup import household_by_number, households_by_id_number
from wenqu.households.models import Household
from wenqu.households.permissions import check_can_open_glass
from wenqu.households.telling import tell_keepers
from wenqu.kit import audit
from wenqu.kit.crypto.seal import digest, plain_number
from wenqu.kit.plain_words import holds_number
from wenqu.kit.refusal import Refused
from wenqu.people.models import Glass
from wenqu.places.models import Account
from wenqu.places.rights import Right
from wenqu.places.scope import Area

LEAST_REASON = 10
OPENED, REFUSED, LIMIT = "open_glass", "glass_refused", "glass_limit"


@dataclass(frozen=True)
class Asked:
    """What was typed: a county and an exact household number, or an ID number."""

    county: str = ""
    number: str = ""
    id_number: str = ""

    @property
    def told(self) -> dict[str, object]:
        """What the audit keeps of it: digests only, for anything may have been typed into either field."""
        text = self.id_number or self.number
        kind = "id_number" if self.id_number else "number"
        return {"by": kind, "digest": digest(plain_number(f"{self.county} {text}"), "glass.asked")}


def open_glass(*, asked: Asked, reason: str, area: Area, on: date, by: Account, at: datetime) -> Household:
    """The household that may now be looked at. One inside the area needs no glass and gets none.

    Wrong numbers, several matches and unusable reasons are refused alike: nobody learns from it who is registered.
    """
    check_can_open_glass(area)
    with transaction.atomic():
        outcome = _try(asked, " ".join(reason.split()), area, on, by, at)
    if isinstance(outcome, Household):
        return outcome
    if outcome == "too_many":
        raise Refused("too_many", _("今天的紧急查看次数已用完（每天 %(most)s 次），请明天再试或联系对方县级管理员") % {"most": settings.GLASS_PER_DAY})
    raise Refused("not_opened", _("没有打开。请核对县和户编号，或者证件号码；理由至少写 %(least)s 个字，不含证件号码、电话") % {"least": LEAST_REASON})


def _try(asked: Asked, reason: str, area: Area, on: date, by: Account, at: datetime) -> Household | str:
    """Find, count, open and tell in one transaction; a refusal is an outcome, so that it stays written down."""
    Account.objects.select_for_update().get(pk=by.pk)  # one attempt of a person at a time
    if times_since(by.pk, (OPENED, REFUSED), at - timedelta(days=1)) >= settings.GLASS_PER_DAY:
        audit.record(by=by, verb=LIMIT, at=at, detail={**asked.told, "code": "too_many"})
        return "too_many"
    household = _only(asked)
    if household is None or len(reason) < LEAST_REASON or holds_number(reason):
        audit.record(by=by, verb=REFUSED, at=at, detail={**asked.told, "code": "not_opened"})
        return "not_opened"
    if area.whole.may(Right.HOUSEHOLDS).covers(household.path):
        audit.record(by=by, verb="glass_not_needed", at=at, subject=subject_of(household), path=household.path, detail=asked.told)
        return household
    until = at + timedelta(minutes=settings.GLASS_MINUTES)
    Glass.objects.create(account=by, subject=subject_of(household), path=household.path, reason=reason[:200], at=at, until=until)
    told = tell_keepers(
        path=household.path, kind="glass", on=on, at=at, url=reverse("households:household", args=[household.pk]),
        detail={"name": by.name, "household": household.number, "reason": reason[:200], "until": f"{timezone.localtime(until):%H:%M}"},
    )
    audit.record(by=by, verb=OPENED, at=at, subject=subject_of(household), path=household.path, detail={
        **asked.told, "reason": reason[:200], "until": until.isoformat(), "told": told,
    })
    return household


def _only(asked: Asked) -> Household | None:
    """The one household that was meant; None where none or several match."""
    if asked.id_number:
        found = households_by_id_number(asked.id_number)
        return found[0] if len(found) == 1 else None
    return household_by_number(asked.county, asked.number)
