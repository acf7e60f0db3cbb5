"""Make and revoke tokens of the API."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.refusal import Refused
from wenqu.people.models import ApiToken
from wenqu.people.tokens.permissions import check_can_make_token
from wenqu.people.tokens.queries import secret_digest
from wenqu.places.models import Account, Duty

PREFIX = "wq_"
HINT = 9


@transaction.atomic
def make_token(*, duty: Duty, name: str, may_write: bool, until: datetime, by: Account, at: datetime) -> tuple[ApiToken, str]:
    """Make a token for one of one's own duties. Returns it with its secret, which is kept nowhere."""
    # Two requests of one person at a time must not pass the limit together.
    Account.objects.select_for_update().get(pk=by.pk)
    check_can_make_token(duty, by, until, at)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        account=by, duty=duty, name=name.strip()[:80], hint=secret[:HINT], secret_digest=secret_digest(secret),
        may_write=may_write, made_at=at, until=until,
    )
    audit.record(
        by=by, verb="make_token", at=at, subject=f"token:{token.pk}", path=duty.division.path,
        detail={"role": duty.role, "may_write": may_write, "until": until.isoformat()},
    )
    return token, secret


@transaction.atomic
def revoke_token(*, token: ApiToken, by: Account, at: datetime) -> None:
    """End a token of one's own at once. Revoking it twice changes nothing."""
    if token.account_id != by.pk:
        raise Refused("not_your_token", _("只能作废自己的令牌"))
    if not ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
        return
    audit.record(by=by, verb="revoke_token", at=at, subject=f"token:{token.pk}", path=token.duty.division.path)
