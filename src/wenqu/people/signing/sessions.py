"""What a session holds, and the rows that list them. Everything here is called by actions or by the middleware."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session

from wenqu.people.models import SignedIn
from wenqu.places.models import Account

# When the password was given, when a page was last asked for, when the second factor was passed: seconds since 1970.
BEGAN, SEEN, PASSED = "began", "seen", "second_factor"
# The sealed secret of an enrolment under way.
ENROLLING = "enrolling"


def begin(session: SessionBase, at: datetime) -> None:
    session[BEGAN] = session[SEEN] = int(at.timestamp())


def mark_passed(session: SessionBase, at: datetime) -> None:
    """From now on the session may open everything: it gets a new key, and leaves the old one worthless."""
    before = session.session_key
    session.cycle_key()
    session[PASSED] = int(at.timestamp())
    session.pop(ENROLLING, None)
    SignedIn.objects.filter(session_key=before).update(session_key=session.session_key)


def note(session: SessionBase, account: Account, *, address: str, agent: str, at: datetime) -> None:
    """List the session; forget those of the account that have ended by themselves."""
    live = Session.objects.filter(expire_date__gt=at).values("session_key")
    SignedIn.objects.filter(account=account).exclude(session_key__in=live).delete()
    SignedIn.objects.create(
        account=account, session_key=session.session_key or "", at=at, address=address, agent=agent[:200],
    )


def end(rows: list[SignedIn]) -> None:
    """End these sessions at once."""
    Session.objects.filter(session_key__in=[row.session_key for row in rows]).delete()
    SignedIn.objects.filter(pk__in=[row.pk for row in rows]).delete()


def renew(session: SessionBase, account: Account) -> None:
    """Let this one session live on, under a new key, after the password or the epoch of its account changed."""
    before = session.session_key
    session.cycle_key()
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    SignedIn.objects.filter(session_key=before).update(session_key=session.session_key)
