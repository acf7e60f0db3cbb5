"""Refusals: a stable code and a sentence. Code branches on the code, people read the sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

# What was refused while somebody watches: a page, so that no view can forget to have it written down.
_watched: ContextVar[list[Refused | Missing] | None] = ContextVar("refusals_watched", default=None)


# Refusals that say «you may not», as against «not now».
FORBIDDEN_CODES = frozenset({"outside_area", "wrong_role"})


class Refused(Exception):
    """An act that is not allowed or not possible now."""

    # Only asked for, by `why_not`: nobody tried anything.
    asked = False

    @property
    def status(self) -> int:
        """With which status a page answers."""
        return 403 if self.code in FORBIDDEN_CODES else 409

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        _told(self)


class Missing(Http404):
    """A row that this person cannot have: `no_such_row`, or `outside_area`. Answered alike, written down for what it is."""

    asked = False

    def __init__(self, code: str, subject: str, path: str = "") -> None:
        super().__init__(subject)
        self.code = code
        self.subject = subject
        self.path = path
        _told(self)


def check_same_request(same: bool) -> None:
    """A request's key is of one request: another one that names it is refused."""
    if not same:
        raise Refused("key_used", _("这个请求编号已用于另一次办理，请刷新页面后重新提交"))


def why_not(check: Callable[..., None], *args: Any, **kwargs: Any) -> Refused | None:
    """Ask a `check_can_x` without acting: the refusal that the act would meet, or None where it is allowed."""
    try:
        check(*args, **kwargs)
    except Refused as refusal:
        refusal.asked = True
        return refusal
    return None


def _told(refusal: Refused | Missing) -> None:
    watched = _watched.get()
    if watched is not None:
        watched.append(refusal)


@contextmanager
def watched() -> Iterator[list[Refused | Missing]]:
    """The refusals made inside, whoever catches them; see `attempts`."""
    found: list[Refused | Missing] = []
    token = _watched.set(found)
    try:
        yield found
    finally:
        _watched.reset(token)


def attempts(found: list[Refused | Missing]) -> list[Refused | Missing]:
    """Those that were raised against an attempt, each code once: not what was only asked, nor what was never raised."""
    tried = {refusal.code: refusal for refusal in found if refusal.__traceback__ is not None and not refusal.asked}
    return list(tried.values())
