"""Who may look at how the server stands: whoever sits on it, and whoever has the token of the watchers."""

from __future__ import annotations

import hmac
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

# What a proxy adds. A proxy on the same machine makes everybody look as if they sat here.
_PROXY_HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


def may_watch(request: HttpRequest) -> bool:
    """From this machine itself and through no proxy, or with the bearer token of WENQU_METRICS_TOKEN."""
    return _has_token(request) or _from_here(request)


def _has_token(request: HttpRequest) -> bool:
    kind, _space, given = request.headers.get("Authorization", "").partition(" ")
    wanted: str = settings.METRICS_TOKEN
    return bool(wanted) and kind.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), wanted.encode())


def _from_here(request: HttpRequest) -> bool:
    """Where a proxy of ours stands before the pages, only the token counts: it may come without a header."""
    if settings.PROXY or any(name in request.META for name in _PROXY_HEADERS):
        return False
    try:
        return ip_address(str(request.META.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False
