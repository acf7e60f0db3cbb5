"""Records that phones send go straight to the intake: who sends shows a token of their own, and needs no session, no token of a form, no
messages and no area. What is sent in the evening by a whole county passes only what it needs."""

from __future__ import annotations

import re
from typing import cast

from django.http import HttpRequest, HttpResponseBase
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.urls import resolve

from wenqu.web.middleware import ChosenLanguage, GetResponse

_RECORD = re.compile(r"/x/(?:[^/]+/)?submission")


class StraightToIntake:
    """Stands before all that serves pages, behind what watches every request and guards every answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.intake = ChosenLanguage(cast(GetResponse, XFrameOptionsMiddleware(_answered)))

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST" and _RECORD.fullmatch(request.path_info):
            return self.intake(request)
        return self.get_response(request)


def _answered(request: HttpRequest) -> HttpResponseBase:
    # A name that is not ours is refused here as on every page.
    request.get_host()
    request.resolver_match = match = resolve(request.path_info)
    response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    if not response.streaming:
        response.headers.setdefault("Content-Length", str(len(response.content)))  # type: ignore[attr-defined]
    return response
