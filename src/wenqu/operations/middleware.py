"""Every request gets a number, is timed, counted and logged by the name of its view: never by its path or its query."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from wenqu.kit import logs
from wenqu.operations import metrics

log = logging.getLogger("wenqu.access")


class Watched:
    """The outermost of all: what the others refuse or break is counted too."""

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with logs.numbered_request() as number:
            request.number = number  # type: ignore[attr-defined]
            started = time.perf_counter()
            response: HttpResponseBase = self.get_response(request)
            seconds = time.perf_counter() - started
            response.headers["X-Request-ID"] = number
            view = _view_of(request)
            metrics.count_request(view, str(request.method), response.status_code, seconds)
            _log(request, view, response.status_code, seconds)
            return response


def _view_of(request: HttpRequest) -> str:
    if request.resolver_match is not None:
        return request.resolver_match.view_name or "unnamed"
    return "static" if request.path.startswith(settings.STATIC_URL) else "unmatched"


def _log(request: Any, view: str, status: int, seconds: float) -> None:
    if not log.isEnabledFor(logging.INFO):
        return
    # Only a person that was looked up already: asking for one here would open a session for every picture.
    user = getattr(request, "_cached_user", None)
    told = {"method": request.method, "view": view, "status": status, "ms": round(seconds * 1000, 1), "user": getattr(user, "pk", None)}
    log.info("%(method)s %(view)s %(status)s %(ms)s ms user=%(user)s", told, extra={"told": told})
