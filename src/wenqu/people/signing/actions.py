"""Signing in and out, and what one may do to one's own sessions and password.

Those who guess wrong are refused by an exception after the failure was counted and written down: these actions are
several short transactions and must not be wrapped in one.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.auth import SESSION_KEY, authenticate, login, logout
from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit import audit
from wenqu.kit.client import address_of
from wenqu.kit.refusal import Refused
from wenqu.people.models import SignedIn
from wenqu.people.signing import sessions
from wenqu.people.signing.guard import Guess, guarded
from wenqu.people.signing.queries import missing_step
from wenqu.people.signing.throttle import Guarded
from wenqu.places.models import Account


def sign_in(*, request: HttpRequest, username: str, password: str, by: audit.Actor, at: datetime) -> Account:
    """Give the browser a session of the account, for the second factor still to be asked where one is due.

    `Refused` in the same words, after the same work, whether the name, the password or both are wrong.
    """
    name = Guarded("name", username)
    known = Account.objects.filter(username=username).values_list("pk", flat=True).first()
    about = {"subject": f"account:{known}"} if known else {"detail": {"name": name.key}}
    guess = Guess(name, address_of(request), "sign_in", by, at, **about)
    wrong = Refused("wrong_sign_in", _("用户名或密码不对，请重新输入。注意大小写。"))
    account = guarded(guess, lambda: authenticate(request, username=username, password=password), wrong)
    assert isinstance(account, Account)
    if account.demo and not settings.DEMO:
        guess.record("refused", why="demo")
        raise Refused("demo_account", _("演示账号只能在演示服务（wenqu serve --demo）中登录。"))
    with transaction.atomic():
        if SESSION_KEY in request.session:
            request.session.flush()
        login(request, account)
        sessions.begin(request.session, at)
        waiting = missing_step(account, request.session, timezone.localtime(at).date())
        if not waiting:
            note_session(request=request, account=account, by=account, at=at)
        detail = {"waits_for": waiting} if waiting else {}
        audit.record(by=account, verb="password_accepted" if waiting else "sign_in", at=at, subject=f"account:{account.pk}", detail=detail)
    return account


def note_session(*, request: HttpRequest, account: Account, by: audit.Actor, at: datetime) -> None:
    """List the session among the person's own, unless it is listed already."""
    if not SignedIn.objects.filter(session_key=request.session.session_key).exists():
        sessions.note(request.session, account, address=address_of(request), agent=request.headers.get("User-Agent", ""), at=at)


@transaction.atomic
def sign_out(*, request: HttpRequest, by: audit.Actor, at: datetime) -> None:
    SignedIn.objects.filter(session_key=request.session.session_key or "-").delete()
    logout(request)
    audit.record(by=by, verb="sign_out", at=at, subject=f"account:{by.pk}")


@transaction.atomic
def end_session(*, account: Account, signed_in: int, by: audit.Actor, at: datetime) -> None:
    """End one session of the account at once. One that is not theirs is as one that is not there."""
    rows = list(SignedIn.objects.filter(account=account, pk=signed_in))
    if not rows:
        raise Refused("no_session", _("这个登录已经结束"))
    sessions.end(rows)
    audit.record(by=by, verb="end_session", at=at, subject=f"account:{account.pk}", detail={"address": rows[0].address})


@transaction.atomic
def sign_out_everywhere(*, account: Account, keep: SessionBase | None, by: audit.Actor, at: datetime) -> int:
    """End every session of the account, those included that wait for the second factor; `keep` lives on under a new key.

    Returns how many listed ones ended. Whether `by` may do this to somebody else is the caller's check.
    """
    row = Account.objects.select_for_update().get(pk=account.pk)
    row.sign_in_epoch += 1
    row.save(update_fields=["sign_in_epoch"])
    account.sign_in_epoch = row.sign_in_epoch
    others = [each for each in SignedIn.objects.filter(account=account) if keep is None or each.session_key != keep.session_key]
    sessions.end(others)
    if keep is not None:
        sessions.renew(keep, row)
    audit.record(by=by, verb="sign_out_everywhere", at=at, subject=f"account:{account.pk}", detail={"sessions": len(others), "kept_own": keep is not None})
    return len(others)


def change_password(*, request: HttpRequest, account: Account, old: str, new: str, by: audit.Actor, at: datetime) -> None:
    """Set one's own password and end one's other sessions. The old one is guarded like a sign-in. `new` has been validated."""
    guess = Guess(Guarded("name", account.username), address_of(request), "password", by, at, f"account:{account.pk}")
    wrong = Refused("wrong_password", _("当前密码不对"))
    guarded(guess, lambda: account.check_password(old) or None, wrong)
    with transaction.atomic():
        account.set_password(new)
        account.save(update_fields=["password"])
        sign_out_everywhere(account=account, keep=request.session, by=by, at=at)
        audit.record(by=by, verb="change_password", at=at, subject=f"account:{account.pk}")
