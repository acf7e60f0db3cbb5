"""Who asks: a token, acting as one duty, narrowed by the right of the operation as a page is by its own."""

from __future__ import annotations

from functools import lru_cache
from math import ceil
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from wenqu.kit.client import address_of, network_of
from wenqu.kit.limited import TooMany
from wenqu.kit.limits import Limit
from wenqu.kit.refusal import Refused
from wenqu.people.tokens.permissions import check_may_write, check_token
from wenqu.people.tokens.queries import token_of
from wenqu.places.permissions import narrowed
from wenqu.places.rights import Right
from wenqu.places.scope import area_of_duty

BURST_SECONDS = 20
# Wrong tokens from one address: a program with an old token asks for ever, and every refusal is written down.
WRONG_PER_MINUTE = 30


@lru_cache(maxsize=8)
def limit_of(per_minute: int) -> Limit:
    """The limit of every token in this process."""
    return Limit(per_minute, burst=max(10, per_minute * BURST_SECONDS // 60))


wrong = Limit(WRONG_PER_MINUTE, burst=WRONG_PER_MINUTE)


def too_many(wait: float) -> TooMany:
    return TooMany(_("请求过于频繁，请在 %(seconds)d 秒后再试。") % {"seconds": ceil(wait)}, wait)


class Token(HttpBearer):
    """Lets a request in whose token holds one of the rights (any token where none is named), and may write where the operation writes.

    Gives the request `token`, `user` and `area`: the part of the token's one duty in which the right is held.
    """

    openapi_description = "A token made on the page /me/tokens/, sent as `Authorization: Bearer wq_…`. It acts as one duty of its owner."

    def __init__(self, *rights: Right, write: bool = False) -> None:
        self.rights = rights
        self.write = write
        super().__init__()

    def __call__(self, request: HttpRequest) -> Any:
        given = request.headers.get(self.header, "").split(" ", 1)
        request.user = AnonymousUser()
        if len(given) != 2 or given[0].lower() != self.openapi_scheme:
            self._wrong(request, Refused("token_missing", _("请在请求头 Authorization 中提供令牌：Bearer 加空格加令牌")))
        return self.authenticate(request, given[1].strip())

    def authenticate(self, request: Any, token: str) -> Any:
        found, now = token_of(token), timezone.now()
        # Known even where it is refused: whose it is stands in the log.
        request.token = found
        # A cookie may have come along: it opens nothing here, and what is done is never its owner's.
        request.user = found.account if found else AnonymousUser()
        try:
            check_token(found, now)
        except Refused as refusal:
            self._wrong(request, refusal)
        assert found is not None
        wait = limit_of(settings.API_PER_MINUTE).take(str(found.pk))
        if wait:
            raise too_many(wait)
        whole = area_of_duty(found.duty)
        request.area = narrowed(whole, self.rights)
        if self.write:
            check_may_write(found)
        return found

    def _wrong(self, request: HttpRequest, refusal: Refused) -> None:
        wait = wrong.take(network_of(address_of(request)))
        if wait:
            raise too_many(wait)
        raise refusal
