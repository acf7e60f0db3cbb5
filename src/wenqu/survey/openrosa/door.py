"""What every request of a phone passes: whose token it is, how often it comes, and the shape of OpenRosa's answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import lru_cache, wraps
from math import ceil
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from wenqu.kit import audit
from wenqu.kit.client import address_of, network_of
from wenqu.kit.limited import LIMITS
from wenqu.kit.limits import Limit
from wenqu.survey.devices.queries import device_of
from wenqu.survey.models import Device

VERSION = "1.0"
RESPONSE = "http://openrosa.org/http/response"
# (sentence, status, code) -> the answer
Tell = Callable[[str, int, str], HttpResponse]


@lru_cache(maxsize=8)
def limit_of(per_minute: int) -> Limit:
    """The limit of every phone in this process. An outbox that was filled for days is emptied in one go."""
    return Limit(per_minute, burst=max(30, per_minute // 2))


def answer(body: str, status: int = 200) -> HttpResponse:
    """An answer in XML, as the protocol wants each to be."""
    response = HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>\n{body}', status=status, content_type="text/xml; charset=utf-8")
    return stamped(response)


def stamped(response: HttpResponse) -> HttpResponse:
    response.headers["X-OpenRosa-Version"] = VERSION
    response.headers["X-OpenRosa-Accept-Content-Length"] = str(most_bytes())
    response.headers.setdefault("Date", http_date(time.time()))
    return response


def most_bytes() -> int:
    """How large a part of a record may be: one file of the largest size with its record. Collect splits what is larger."""
    return int(settings.EVIDENCE_PHOTO_BYTES) + 4 * 1024 * 1024


def told(message: str, status: int, code: str = "") -> HttpResponse:
    """A sentence for whoever holds the phone. The protocol has no place for a code."""
    return answer(f'<OpenRosaResponse xmlns="{RESPONSE}"><message>{escape(message)}</message></OpenRosaResponse>', status)


def for_phones(*, retired: bool = False, tell: Tell = told) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view of phones: the token comes in the address, or as «Authorization: Bearer». `retired` lets in phones that were
    retired or whose owner has left: only what is sent is taken from them. `tell` makes the answer of a refusal."""

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        @sensitive_variables()
        def enter(request: HttpRequest, *args: Any, token: str = "", **kwargs: Any) -> HttpResponse:
            with audit.coming("phone", address_of(request)):
                found = _let_in(request, token or _bearer(request), retired, tell)
                if not isinstance(found, Device):
                    return found
                try:
                    return view(request, found, token, *args, **kwargs)
                except Http404:
                    return tell(_("没有这个表单或文件。请在手机上刷新表单列表。"), 404, "not_found")

        enter.login_required = False  # type: ignore[attr-defined]
        enter.csrf_exempt = True  # type: ignore[attr-defined]
        return enter

    return wrap


def _bearer(request: HttpRequest) -> str:
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _let_in(request: HttpRequest, token: str, retired: bool, tell: Tell) -> Device | HttpResponse:
    device = device_of(token) if token else None
    refused = device is None or (not retired and (device.revoked_at is not None or not device.account.is_active))
    wait = LIMITS["wrong_phone"].take(network_of(address_of(request))) if device is None else limit_of(settings.FIELD_PER_MINUTE).take(str(device.pk))
    if wait:
        response = tell(_("请求过于频繁，请在 %(seconds)d 秒后再试。") % {"seconds": ceil(wait)}, 429, "too_many")
        response.headers["Retry-After"] = str(ceil(wait))
        return response
    if device is None or refused:
        # Not 401: the phone would ask for a name and a password that do not exist.
        code = "phone_unknown" if device is None else "phone_retired"
        return tell(_("这部手机没有配对，或已经停用。请联系乡镇或县里重新配对。"), 403, code)
    return device


def absolute(request: HttpRequest, path: str) -> str:
    return request.build_absolute_uri(path)
