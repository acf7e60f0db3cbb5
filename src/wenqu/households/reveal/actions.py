"""Show one whole number, with a reason. The number itself is never written down."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from wenqu.households.limits import times_since
from wenqu.households.permissions import check_can_reveal
from wenqu.households.reveal.wanted import Wanted, check_reason
from wenqu.households.telling import tell_keepers
from wenqu.kit import audit
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account
from wenqu.places.scope import Area

SHOWN, LIMIT, OVER = "reveal", "reveal_limit", "reveal_refused"
HOUR = timedelta(hours=1)


def reveal_number(*, wanted: Wanted, reason: str, text: str, area: Area, on: date, by: Account, at: datetime) -> str:
    """The whole number. Every one is an entry of the audit; so many in an hour, then the administrators are told."""
    check_can_reveal(wanted.household, area)
    check_reason(reason, text)
    with transaction.atomic():
        number = _reveal(wanted, reason, " ".join(text.split()), on, by, at)
    if number is None:
        raise Refused("too_many", _("一小时内已查看 %(most)s 个完整号码，达到上限，已告知管理员。请稍后再查") % {"most": settings.REVEALS_PER_HOUR})
    if number == "":
        raise Refused("no_number", _("没有登记这个号码"))
    return number


def _reveal(wanted: Wanted, reason: str, text: str, on: date, by: Account, at: datetime) -> str | None:
    """The number, or None where the limit is reached: an outcome and no exception, so that it stays written down."""
    Account.objects.select_for_update().get(pk=by.pk)  # one look of a person at a time
    path, subject = wanted.household.path, f"household:{wanted.household.pk}"
    which = {"field": wanted.field, "member": wanted.member.pk if wanted.member else None}
    if times_since(by.pk, (SHOWN,), at - HOUR) >= settings.REVEALS_PER_HOUR:
        first = not times_since(by.pk, (LIMIT,), at - HOUR)
        audit.record(by=by, verb=LIMIT if first else OVER, at=at, subject=subject, path=path, detail={**which, "code": "too_many"})
        if first:
            tell_keepers(
                path=path, kind="reveal_limit", on=on, at=at, url=reverse("households:household", args=[wanted.household.pk]),
                detail={"name": by.name, "most": settings.REVEALS_PER_HOUR},
            )
        return None
    number = wanted.text
    if number:
        audit.record(by=by, verb=SHOWN, at=at, subject=subject, path=path, detail={**which, "reason": reason, "text": text})
    return number
