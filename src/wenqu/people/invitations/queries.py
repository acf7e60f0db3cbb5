"""Reads of invitations."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives import hashes
from django.utils.translation import gettext as _

from wenqu.people.models import Invitation
from wenqu.places.models import Account


def secret_digest(secret: str) -> str:
    """What is kept of a link: SM3 of its secret. Thirty-two random bytes need no key and no slow hash."""
    made = hashes.Hash(hashes.SM3())
    made.update(secret.encode("utf-8", "replace"))
    return made.finalize().hex()


def open_invitation(digest: str, at: datetime) -> Invitation | None:
    """The invitation that this digest opens now."""
    found = Invitation.objects.filter(secret_digest=digest, used_at__isnull=True, revoked_at__isnull=True, until__gt=at)
    return found.filter(account__is_active=True).select_related("account").first()


def invitations_of(account: Account) -> list[Invitation]:
    """The invitations of somebody, the newest first."""
    return list(Invitation.objects.filter(account=account).order_by("-pk")[:20])


def state_of(invitation: Invitation, at: datetime) -> str:
    """used, revoked, over or open."""
    if invitation.used_at:
        return "used"
    if invitation.revoked_at:
        return "revoked"
    return "over" if invitation.until <= at else "open"


def unusable_text() -> str:
    """One sentence for wrong, used, revoked and over: it tells a guesser nothing."""
    return _("这个链接无效、已经用过或已过期。请联系发邀请的管理员，重新发一个链接。")
