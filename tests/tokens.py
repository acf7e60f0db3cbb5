"""Tokens of the API for anybody of the cast."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from wenqu.people.tokens.actions import make_token
from wenqu.places.models import Account, Duty


def token_for(duty: Duty, may_write: bool = False) -> str:
    """The secret of a fresh token of a duty that is held today."""
    now = timezone.now()
    _token, secret = make_token(
        duty=duty, name="测试", may_write=may_write, until=now + timedelta(days=30), by=duty.account, at=now,
    )
    return secret


def duty_of(account: Account) -> Duty:
    """The one duty of a person of the cast."""
    return Duty.objects.select_related("account", "division").get(account=account)


def api_client(account: Account, may_write: bool = False) -> Client:
    """A client that sends a token of the account's one duty with every request."""
    return bearing(token_for(duty_of(account), may_write))


def bearing(secret: str) -> Client:
    headers: Any = {"authorization": f"Bearer {secret}"}
    return Client(headers=headers)
