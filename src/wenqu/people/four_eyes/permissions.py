"""Who may decide a request, and whether it can still be carried out: button, page, command and action ask here."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.people.models import Change, Decision, RightsRequest
from wenqu.people.persons.permissions import check_whole
from wenqu.places.duty_rules import area_on
from wenqu.places.models import Account
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right

# What was asked long ago was asked of other circumstances.
FRESH = timedelta(days=30)


def check_waiting(request: RightsRequest) -> None:
    if request.decision != Decision.WAITING:
        raise Refused("already_decided", _("这项申请已有结果：%(decision)s") % {"decision": request.get_decision_display()})


def check_can_decide(request: RightsRequest, by: Actor, at: datetime) -> None:
    """Never the asker, never the person concerned, and only who manages people there. The command line of the server may."""
    check_waiting(request)
    if not isinstance(by, Account):
        return
    if by.pk in {request.asked_by_id, request.begun_by_id}:
        raise Refused("own_request", _("这项申请是您提出的，要由另一名管理员审批"))
    if by.pk == request.account_id:
        raise Refused("concerns_you", _("这项申请涉及您本人，要由另一名管理员审批"))
    _check_manages(request, by, at)


def check_can_withdraw(request: RightsRequest, by: Actor) -> None:
    check_waiting(request)
    if isinstance(by, Account) and by.pk != request.asked_by_id:
        raise Refused("not_your_request", _("只有申请人可以撤回申请"))


def check_fresh(request: RightsRequest, at: datetime) -> None:
    """Refuse what is too old, or was asked by somebody who could not ask it any more."""
    if at - request.asked_at > FRESH:
        raise Refused("stale_request", _("这项申请已超过 %(days)s 天，情况可能已变，请重新申请") % {"days": FRESH.days})
    try:
        _check_manages(request, request.asked_by, at)
    except Refused:
        raise Refused("stale_request", _("申请人%(name)s已没有管理这里人员的权限，请重新申请") % {"name": request.asked_by}) from None


def _check_manages(request: RightsRequest, account: Account, at: datetime) -> None:
    today = timezone.localtime(at).date()
    if request.change in {Change.GIVE, Change.END}:
        check_may(Right.PEOPLE, request.path, area_on(account, today))
    else:
        check_whole(request.account, account, today)
