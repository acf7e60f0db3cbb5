"""How often one person or one address may ask for what is dear or could be abused.

Counted in the memory of each process (see `kit.limits`): with two page processes twice as much may pass. What must
hold exactly, failed sign-ins, is counted in the database instead (`people.signing.throttle`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any, TypeVar

from django.http import HttpRequest
from django.utils.translation import gettext as _

from wenqu.kit.client import address_of, network_of
from wenqu.kit.limits import Limit
from wenqu.kit.refusal import Refused

View = TypeVar("View", bound=Callable[..., Any])

# what -> (a minute, at once)
LIMITS = {
    "sign_in": Limit(30, 30),
    "invitation": Limit(20, 20),
    "public": Limit(60, 60),
    "search": Limit(120, 120),
    "export": Limit(10, 40),
    # Wrong tokens of phones, from one network.
    "wrong_phone": Limit(30, 30),
}


class TooMany(Refused):
    """Come again later: the page answers 429 and says when."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__("too_many", message)
        self.seconds = max(1, ceil(seconds))

    @property
    def status(self) -> int:
        return 429


def check(what: str, key: str) -> None:
    """Refuse (`TooMany`) where `key` has asked for `what` too often."""
    wait = LIMITS[what].take(key)
    if wait:
        raise TooMany(_("操作过于频繁，请在 %(seconds)d 秒后再试。") % {"seconds": ceil(wait)}, wait)


def limited(what: str, methods: tuple[str, ...] = ("GET", "POST")) -> Callable[[View], View]:
    """Limit a view, per account, or per address where nobody is signed in."""

    def wrap(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method in methods:
                check(what, asker(request))
            return view(request, *args, **kwargs)

        return inner  # type: ignore[return-value]

    return wrap


def asker(request: HttpRequest) -> str:
    """Whom to count by."""
    user = getattr(request, "user", None)
    return f"account:{user.pk}" if user is not None and user.is_authenticated else f"address:{network_of(address_of(request))}"


def forget() -> None:
    """Begin again (tests)."""
    for limit in LIMITS.values():
        limit.forget()
