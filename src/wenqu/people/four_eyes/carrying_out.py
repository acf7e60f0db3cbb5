"""What each kind of request does when it is let through, and whether it could be done as things stand."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused, why_not
from wenqu.people.four_eyes.queries import asker_sent_the_link
from wenqu.people.invitations.actions import Link, invite, revoke_invitations
from wenqu.people.leaving.actions import hand_over_and_leave, reactivate
from wenqu.people.leaving.permissions import check_can_leave, check_can_reactivate
from wenqu.people.models import Change, RightsRequest
from wenqu.people.persons.permissions import check_active, check_can_invite, check_whole
from wenqu.places.actions import end_duty, give_duty
from wenqu.places.duty_rules import area_on, check_can_end, check_can_give, check_last_day, check_no_equal
from wenqu.places.rights import GUARDED


def check(request: RightsRequest, by: Actor, at: datetime) -> None:
    """Refuse what `by` could not do even with a second pair of eyes."""
    today = timezone.localtime(at).date()
    if request.change == Change.GIVE:
        if request.division is None or request.from_on is None:
            raise Refused("no_division", _("请选择区划和开始日期"))
        check_can_give(request.role, request.division, area_on(by, today))
        check_active(request.account)
        check_no_equal(request.account, request.role, request.division, request.from_on, request.to_on)
    elif request.change == Change.END:
        if request.duty is None or request.duty.account_id != request.account_id:
            raise Refused("no_duty", _("没有这项职责"))
        check_can_end(request.duty, today, area_on(by, today))
        if request.to_on is not None:
            check_last_day(request.duty, request.to_on, today)
    elif request.change == Change.DEACTIVATE:
        check_can_leave(request.account, request.taker, by, at, asked_by=request.asked_by, asking=True)
    elif request.change == Change.REACTIVATE:
        check_can_reactivate(request.account, by, today, asked_by=request.asked_by, asking=True)
    else:
        check_whole(request.account, by, today)
        check_active(request.account)


def carry_out(request: RightsRequest, by: Actor, at: datetime) -> Link | None:
    """Do what was asked, as `by`, who was asked. Gives the link where somebody can now sign in with a new one."""
    account, asked_by = request.account, request.asked_by
    if request.change == Change.GIVE:
        return _give(request, by, at)
    if request.change == Change.END:
        assert request.duty is not None
        # A last day that has passed meanwhile: at once.
        last_day = request.to_on if request.to_on and request.to_on >= timezone.localtime(at).date() else None
        end_duty(duty=request.duty, last_day=last_day, asked_by=asked_by, by=by, at=at)
        return None
    if request.change == Change.DEACTIVATE:
        hand_over_and_leave(account=account, taker=request.taker, reason=request.reason, asked_by=asked_by, by=by, at=at)
        return None
    if request.change == Change.REACTIVATE:
        reactivate(account=account, reason=request.reason, asked_by=asked_by, by=by, at=at)
        return None
    return invite(account=account, reset_factor=True, asked_by=asked_by, by=by, at=at)


def _give(request: RightsRequest, by: Actor, at: datetime) -> Link | None:
    """The duty begins when it is let through, not before. Links that somebody else still holds are worth nothing from now on.

    A new administrator or auditor whose password was set by a link of the asker signs in anew, by a link of whoever
    decides: the asker may have used theirs, and would be two administrators alone.
    """
    assert request.division is not None and request.from_on is not None
    account = request.account
    give_duty(
        account=account, role=request.role, division=request.division, from_on=max(request.from_on, timezone.localtime(at).date()),
        to_on=request.to_on, unit=request.unit, asked_by=request.asked_by, by=by, at=at,
    )
    revoke_invitations(account=account, by=by, at=at)
    refused = why_not(check_can_invite, account, by, timezone.localtime(at).date(), request.asked_by)
    known = request.role in GUARDED and asker_sent_the_link(request)
    if refused is not None or account.has_usable_password() and not known:
        return None
    return invite(account=account, asked_by=request.asked_by, anew=known, by=by, at=at)
