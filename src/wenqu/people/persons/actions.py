"""Add people, give and end duties, send links: at once where one administrator may, as a request where it takes two."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.counters import take_numbers
from wenqu.kit.refusal import Refused
from wenqu.people.four_eyes.actions import ask_change
from wenqu.people.invitations.actions import Link, invite
from wenqu.people.leaving.actions import hand_over_and_leave, reactivate
from wenqu.people.leaving.permissions import was_guarded
from wenqu.people.models import Change, HandOver, RightsRequest
from wenqu.people.persons.permissions import needs_second
from wenqu.places.actions import add_account, end_duty, give_duty
from wenqu.places.duty_rules import area_on, check_can_give, is_guarded
from wenqu.places.models import Account, Division, Duty

USERNAMES = "username"


@dataclass(frozen=True)
class NewDuty:
    """A duty to be given."""

    role: str
    division: Division
    from_on: date
    to_on: date | None = None
    unit: str = ""


@dataclass(frozen=True)
class Added:
    """A person just added: with a link, or with the request that has to be let through first."""

    account: Account
    link: Link | None
    request: RightsRequest | None


@transaction.atomic
def add_person(*, name: str, username: str, duty: NewDuty, reason: str, by: audit.Actor, at: datetime) -> Added:
    """Add somebody with their first duty and make their link. An administrator or auditor waits for a second administrator,
    who then gets the link."""
    check_can_give(duty.role, duty.division, area_on(by, timezone.localtime(at).date()))
    name = name.strip()
    if not name:
        raise Refused("no_name", _("请填写姓名"))
    account = add_account(username=username.strip() or _next_username(), name=name, by=by, at=at)
    given = give_or_ask(account=account, duty=duty, reason=reason, by=by, at=at)
    if isinstance(given, RightsRequest):
        return Added(account, None, given)
    return Added(account, invite(account=account, by=by, at=at), None)


def _next_username() -> str:
    while True:
        username = f"wq{take_numbers(series=USERNAMES, count=1)[0]:05d}"
        if not Account.objects.filter(username=username).exists():
            return username


@transaction.atomic
def give_or_ask(*, account: Account, duty: NewDuty, reason: str, by: audit.Actor, at: datetime) -> Duty | RightsRequest:
    """Give a duty, or ask for it where that takes two."""
    if isinstance(by, Account) and is_guarded(account, duty.role, by, timezone.localtime(at).date()):
        return ask_change(
            change=Change.GIVE, account=account, role=duty.role, division=duty.division, unit=duty.unit, from_on=duty.from_on,
            to_on=duty.to_on, reason=reason, by=by, at=at,
        )
    return give_duty(
        account=account, role=duty.role, division=duty.division, from_on=duty.from_on, to_on=duty.to_on, unit=duty.unit, by=by, at=at)


@transaction.atomic
def end_or_ask(*, duty: Duty, last_day: date | None, reason: str, by: audit.Actor, at: datetime) -> Duty | RightsRequest:
    """End a duty, or ask for it where that takes two."""
    if isinstance(by, Account) and is_guarded(duty.account, duty.role, by, timezone.localtime(at).date()):
        return ask_change(change=Change.END, account=duty.account, duty=duty, to_on=last_day, reason=reason, by=by, at=at)
    return end_duty(duty=duty, last_day=last_day, by=by, at=at)


@transaction.atomic
def invite_or_ask(*, account: Account, reset_factor: bool, reason: str, by: audit.Actor, at: datetime) -> Link | RightsRequest:
    """A new link, or a request for one: who decides it gets the link."""
    if isinstance(by, Account) and needs_second(account, by, timezone.localtime(at).date()):
        return ask_change(change=Change.RESET, account=account, reason=reason, by=by, at=at)
    return invite(account=account, reset_factor=reset_factor, by=by, at=at)


@transaction.atomic
def leave_or_ask(*, account: Account, taker: Account | None, reason: str, by: audit.Actor, at: datetime) -> HandOver | RightsRequest | None:
    """Close an account with its work handed over, or ask for it."""
    if isinstance(by, Account) and needs_second(account, by, timezone.localtime(at).date()):
        return ask_change(change=Change.DEACTIVATE, account=account, taker=taker, reason=reason, by=by, at=at)
    return hand_over_and_leave(account=account, taker=taker, reason=reason, by=by, at=at)


@transaction.atomic
def reactivate_or_ask(*, account: Account, reason: str, by: audit.Actor, at: datetime) -> Account | RightsRequest:
    """Open a closed account again, or ask for it."""
    if isinstance(by, Account) and was_guarded(account):
        return ask_change(change=Change.REACTIVATE, account=account, reason=reason, by=by, at=at)
    return reactivate(account=account, reason=reason, by=by, at=at)
