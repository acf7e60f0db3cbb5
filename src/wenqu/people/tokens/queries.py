"""Reads of tokens."""

from __future__ import annotations

import hashlib
from datetime import date

from wenqu.people.models import ApiToken
from wenqu.places.models import Account, Duty


def secret_digest(secret: str) -> str:
    """What is kept of a token. Thirty-two random bytes need no key and no slow hash: nobody can guess them."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def token_of(secret: str) -> ApiToken | None:
    """The token of a secret with its account, duty and division. One query."""
    found = ApiToken.objects.filter(secret_digest=secret_digest(secret))
    return found.select_related("account", "duty__division").first()


def tokens_of(account: Account) -> list[ApiToken]:
    """All tokens of an account, the newest first."""
    return list(ApiToken.objects.filter(account=account).select_related("duty__division").order_by("-pk"))


def own_token(account: Account, pk: int) -> ApiToken | None:
    return ApiToken.objects.filter(account=account, pk=pk).select_related("duty__division").first()


def duties_held(account: Account, on: date) -> list[Duty]:
    """The duties that an account holds on a day."""
    held = Duty.objects.held_on(on).filter(account=account)
    return list(held.select_related("division").order_by("division__path", "pk"))
