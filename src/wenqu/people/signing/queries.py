"""What sign-in asks: who needs a second factor, and which sessions a person has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef

from wenqu.people.models import SecondFactor, SignedIn
from wenqu.people.signing import agents
from wenqu.people.signing.sessions import PASSED, SEEN
from wenqu.places.models import Account, Duty, Level

CODE, ENROL = "code", "enrol"


@dataclass(frozen=True)
class Standing:
    """`upper`: holds a duty at county level or above today. `enrolled`: has a second factor."""

    upper: bool
    enrolled: bool


@dataclass(frozen=True)
class Row:
    """One session as a person sees it."""

    pk: int
    at: datetime
    seen_at: datetime
    address: str
    browser: str
    this_one: bool


def standing_of(account: Account, on: date) -> Standing:
    """One query."""
    found = Account.objects.filter(pk=account.pk).values_list(
        Exists(Duty.objects.held_on(on).filter(account=OuterRef("pk"), division__level__lte=Level.COUNTY)),
        Exists(SecondFactor.objects.filter(account=OuterRef("pk"), confirmed_at__isnull=False)),
    )
    return Standing(*(found.first() or (False, False)))


def is_exempt(account: Account) -> bool:
    """A demo account, while the demo is served: its password is printed at every start anyway."""
    return account.demo and settings.DEMO


def missing_step(account: Account, session: SessionBase, on: date) -> str:
    """What a session still lacks before it may open anything: `CODE`, `ENROL`, or "" for nothing."""
    if PASSED in session or is_exempt(account):
        return ""
    standing = standing_of(account, on)
    if standing.enrolled:
        return CODE
    return ENROL if standing.upper else ""


def idle_limit(upper: bool) -> timedelta:
    return timedelta(seconds=settings.IDLE_SECONDS_UPPER if upper else settings.IDLE_SECONDS_LOCAL)


def sessions_of(account: Account, this: SessionBase, at: datetime) -> list[Row]:
    """The living sessions of a person, the newest first."""
    listed = list(SignedIn.objects.filter(account=account, at__gt=at - timedelta(seconds=settings.SESSION_COOKIE_AGE)).order_by("-at"))
    live = {row.session_key: row for row in Session.objects.filter(session_key__in=[each.session_key for each in listed], expire_date__gt=at)}
    limit = idle_limit(standing_of(account, at.date()).upper)
    rows = []
    for each in listed:
        mine = each.session_key == this.session_key
        if each.session_key not in live:
            continue
        seen = live[each.session_key].get_decoded().get(SEEN)
        seen_at = at if mine else max(each.at, datetime.fromtimestamp(seen, at.tzinfo)) if seen else each.at
        if at - seen_at <= limit:
            rows.append(Row(each.pk, each.at, seen_at, each.address, agents.in_words(each.agent), mine))
    return rows


def recovery_left(account: Account) -> int:
    found = SecondFactor.objects.filter(account=account).values_list("recovery", flat=True).first()
    return len(found or [])
