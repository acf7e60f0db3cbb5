"""Ask for a change of somebody's rights; let it happen, refuse it, take it back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused
from wenqu.people.four_eyes import carrying_out
from wenqu.people.four_eyes.permissions import check_can_decide, check_can_withdraw, check_fresh
from wenqu.people.four_eyes.queries import common_path, deciders
from wenqu.people.invitations.actions import Link
from wenqu.people.models import Decision, RightsRequest
from wenqu.people.notices import notify
from wenqu.people.persons.permissions import concerned_paths
from wenqu.places.models import Account, Division, Duty


@transaction.atomic
def ask_change(
    *, change: str, account: Account, reason: str, by: Account, at: datetime, duty: Duty | None = None, role: str = "",
    division: Division | None = None, unit: str = "", from_on: date | None = None, to_on: date | None = None, taker: Account | None = None,
) -> RightsRequest:
    """Ask another administrator for a change. Refused at once where it could not be carried out as things stand."""
    today = timezone.localtime(at).date()
    reason = reason.replace("\0", "").strip()[:200]
    if not reason:
        raise Refused("no_reason", _("请写明申请的理由"))
    check_no_number(reason)
    account = Account.objects.select_for_update().get(pk=account.pk)
    place = division or (duty.division if duty else None)
    request = RightsRequest(
        change=change, account=account, duty=duty, role=role or (duty.role if duty else ""), division=place, unit=unit, from_on=from_on,
        to_on=to_on, taker=taker, reason=reason, asked_by=by, begun_by=by, asked_at=at,
        path=place.path if place else common_path(concerned_paths(account, today)),
    )
    carrying_out.check(request, by, at)
    _check_not_asked(request)
    request.save()
    audit.record(by=by, verb="ask_change", at=at, subject=f"account:{account.pk}", path=request.path, detail=_detail(request))
    notify(accounts=deciders(request, at, today), kind="rights_asked", detail={"asker": by.name, **_about(request)}, url=_url(request), at=at)
    return request


def _check_not_asked(request: RightsRequest) -> None:
    same = RightsRequest.objects.filter(
        decision=Decision.WAITING, change=request.change, account=request.account, role=request.role, division=request.division,
    )
    if same.exists():
        raise Refused("already_asked", _("同样的申请已在等待审批"))


@transaction.atomic
def decide(*, request: RightsRequest, approve: bool, by: audit.Actor, at: datetime) -> Link | None:
    """Let a request happen or refuse it. Everything is asked again: who decides, who asked, what it is about.

    Where the change comes with a link to sign in, whoever decides gets it: never the asker.
    """
    request = _locked(request)
    check_can_decide(request, by, at)
    if approve:
        check_fresh(request, at)
    link = carrying_out.carry_out(request, by, at) if approve else None
    request.decision = Decision.APPROVED if approve else Decision.REFUSED
    _close(request, by, at)
    told = {"decision": str(request.get_decision_display()), **_about(request)}
    notify(accounts=[request.asked_by], kind="rights_decided", detail=told, url=_url(request), at=at)
    if approve and request.account_id != request.asked_by_id:
        notify(accounts=[request.account], kind="rights_changed", detail=_about(request), at=at)
    return link


@transaction.atomic
def withdraw(*, request: RightsRequest, by: audit.Actor, at: datetime) -> None:
    """Take one's own request back."""
    request = _locked(request)
    check_can_withdraw(request, by)
    request.decision = Decision.WITHDRAWN
    _close(request, by, at)


def _locked(request: RightsRequest) -> RightsRequest:
    RightsRequest.objects.select_for_update().get(pk=request.pk)
    return RightsRequest.objects.select_related("account", "division", "duty__division", "asked_by", "taker").get(pk=request.pk)


def _close(request: RightsRequest, by: audit.Actor, at: datetime) -> None:
    request.decided_at = at
    request.decided_by = by if isinstance(by, Account) else None
    request.at_console = request.decided_by is None
    request.save(update_fields=["decision", "decided_at", "decided_by", "at_console"])
    audit.record(
        by=by, verb="decide_change", at=at, subject=f"account:{request.account_id}", path=request.path,
        detail={**_detail(request), "decision": request.decision, "asked_by": request.asked_by.name, "request": request.pk},
    )


def _detail(request: RightsRequest) -> dict[str, Any]:
    return {"change": request.change, "role": request.role, "reason": request.reason}


def _about(request: RightsRequest) -> dict[str, str]:
    place = request.division.name if request.division else ""
    return {"change": request.change, "name": request.account.name, "role": request.role, "place": place}


def _url(request: RightsRequest) -> str:
    return reverse("people:request", args=[request.pk])
