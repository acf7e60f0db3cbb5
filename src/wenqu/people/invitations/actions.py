"""Send, revoke and take up invitations."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone

from wenqu.kit import audit
from wenqu.kit.refusal import Refused
from wenqu.people.invitations.queries import open_invitation, secret_digest, unusable_text
from wenqu.people.models import ApiToken, Invitation, SecondFactor
from wenqu.people.notices import notify
from wenqu.people.persons.permissions import check_can_invite
from wenqu.people.signing.actions import sign_out_everywhere
from wenqu.people.signing.guard import Guess, guarded
from wenqu.people.signing.throttle import Guarded
from wenqu.places.models import Account

SECRET_BYTES = 32


@dataclass(frozen=True)
class Link:
    """A new invitation with its secret, which is kept nowhere: shown once, then gone."""

    account: Account
    secret: str
    until: datetime


@transaction.atomic
def invite(
    *, account: Account, by: audit.Actor, at: datetime, reset_factor: bool = False, asked_by: Account | None = None, anew: bool = False,
) -> Link:
    """A new link for somebody, in place of any older one; `reset_factor` takes their second factor away too. `anew`: whoever
    could sign in until now cannot any more, by password, session, token or second factor."""
    account = Account.objects.select_for_update().get(pk=account.pk)
    check_can_invite(account, by, timezone.localtime(at).date(), asked_by)
    revoke_invitations(account=account, by=by, at=at)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    until = at + timedelta(hours=settings.INVITATION_HOURS)
    row = Invitation.objects.create(
        account=account, secret_digest=secret_digest(secret), made_by=by if isinstance(by, Account) else None, made_at=at, until=until,
    )
    if reset_factor or anew:
        # Without its second factor the password of before must not open anything: whoever knows it would enrol their own.
        account.set_unusable_password()
        account.save(update_fields=["password"])
        _end_what_opens(account, by, at)
        SecondFactor.objects.filter(account=account).delete()
        notify(accounts=[account], kind="sign_in_reset", detail={}, at=at)
    audit.record(
        by=by, verb="invite", at=at, subject=f"account:{account.pk}",
        detail={"invitation": row.pk, "until": until.isoformat(), "reset_factor": reset_factor or anew, "anew": anew, **({"asked_by": asked_by.name} if asked_by else {})},
    )
    return Link(account, secret, until)


@transaction.atomic
def revoke_invitations(*, account: Account, by: audit.Actor, at: datetime) -> int:
    """Make every link of somebody that was not used worthless. Called inside the acts that need it."""
    count = Invitation.objects.filter(account=account, used_at__isnull=True, revoked_at__isnull=True).update(revoked_at=at)
    if count:
        audit.record(by=by, verb="revoke_invitations", at=at, subject=f"account:{account.pk}", detail={"count": count})
    return count


def take_up(*, digest: str, password: str, address: str, by: audit.Actor, at: datetime) -> Account:
    """Set the password of whoever was invited. `Refused` («invitation_unusable») alike for wrong, used, revoked and over;
    `ValidationError` for a password that the rules do not take; `TooMany` for who tries links. Not one transaction:
    a wrong link must stay counted. Whoever holds the link is a visitor, and the record names the person invited.
    """
    guess = Guess(Guarded("name", f"invitation {digest}"), address, "invitation", by, at)
    found = guarded(guess, lambda: open_invitation(digest, at), Refused("invitation_unusable", unusable_text()))
    return _set_password(found, password, at)


@transaction.atomic
def _set_password(invitation: Invitation, password: str, at: datetime) -> Account:
    account = Account.objects.select_for_update().get(pk=invitation.account_id)
    validate_password(password, account)
    # Of two that come at the same moment only one finds it unused.
    unused = Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True, revoked_at__isnull=True)
    if not account.is_active or not unused.update(used_at=at):
        raise Refused("invitation_unusable", unusable_text())
    account.set_password(password)
    account.save(update_fields=["password"])
    _end_what_opens(account, account, at)
    audit.record(by=account, verb="take_up_invitation", at=at, subject=f"account:{account.pk}", detail={"invitation": invitation.pk})
    return account


def _end_what_opens(account: Account, by: audit.Actor, at: datetime) -> None:
    """Sessions and tokens of before: whoever had the account until now keeps none of them."""
    ApiToken.objects.filter(account=account, revoked_at__isnull=True).update(revoked_at=at)
    sign_out_everywhere(account=account, keep=None, by=by, at=at)
