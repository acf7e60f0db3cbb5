"""Every guess at a password or a code passes here: charged first, then looked at, then told to the audit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from wenqu.kit import audit
from wenqu.kit.client import network_of
from wenqu.kit.limited import TooMany
from wenqu.kit.refusal import Refused
from wenqu.people.signing import throttle
from wenqu.people.signing.throttle import Guarded

Found = TypeVar("Found")


class _Visitor:
    pk = None
    name = "未登录"


# Who acts while nobody knows yet who it is.
VISITOR: audit.Actor = _Visitor()


@dataclass(frozen=True)
class Guess:
    """One guess: what it is counted by, what the audit calls it (`sign_in`, `code`), and about whom it is."""

    name: Guarded
    address: str
    verb: str
    by: audit.Actor
    at: datetime
    subject: str = ""
    detail: dict[str, Any] | None = None

    @property
    def place(self) -> Guarded | None:
        network = network_of(self.address)
        return Guarded("address", network) if network else None

    def record(self, outcome: str, **detail: Any) -> None:
        audit.record(by=self.by, verb=f"{self.verb}_{outcome}", at=self.at, subject=self.subject, detail={**(self.detail or {}), **detail})


def in_words(seconds: int) -> str:
    """A wait, rounded up to what somebody can wait by."""
    if seconds <= 90:
        return ngettext("%(count)d 秒", "%(count)d 秒", seconds) % {"count": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(count)d 分钟", "%(count)d 分钟", minutes) % {"count": minutes}


def guarded(guess: Guess, look: Callable[[], Found | None], wrong: Refused) -> Found:
    """What `look` finds. `TooMany` where one has to wait first; `wrong` where it finds nothing.

    Not one transaction: a failure must stay counted and written down although the act is refused.
    """
    charge = throttle.charge(filter(None, (guess.name, guess.place)), guess.at)
    if charge.wait:
        guess.record("locked", wait=charge.wait)
        raise TooMany(_("失败次数过多，请在 %(wait)s后再试。") % {"wait": in_words(charge.wait)}, charge.wait)
    found = look()
    if found is None:
        guess.record("failed", **({"wait": charge.lock} if charge.lock else {}))
        raise wrong
    with transaction.atomic():
        throttle.give_back(guess.name, guess.place)
        throttle.forget_old(guess.at)
    return found
