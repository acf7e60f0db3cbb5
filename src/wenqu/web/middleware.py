"""What every request passes: language, content policy, sign-in with area, the guard that reads do not write, refusals."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.db import connections
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from wenqu.kit import audit
from wenqu.kit.attempts import note_attempts
from wenqu.kit.client import address_of
from wenqu.kit.limited import TooMany
from wenqu.kit.refusal import Refused, watched
from wenqu.places.permissions import narrowed
from wenqu.places.scope import NOWHERE, area_of
from wenqu.web.returning import form_page, sent_to

GetResponse = Callable[[HttpRequest], HttpResponseBase]

# Everything comes from our own host; no script and no style is written into a page.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


class KnownOrigin:
    """What is written down while a request is answered came as a page or through the API, from the client's address;
    and what it tried in vain is written down."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with audit.coming("api" if request.path.startswith("/api/") else "page", address_of(request)), watched() as refusals:
            response = self.get_response(request)
            note_attempts(request, refusals)
        return response


class ContentPolicy:
    """The strict content policy on every answer, static files included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response


class ChosenLanguage:
    """Chinese, unless this browser chose English with the switch. What the browser says it likes is not asked."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = chosen if chosen in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SignedInWithArea:
    """Every page needs somebody signed in, except views marked `login_not_required`; their area comes with them."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.area = NOWHERE  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: Any, view: Any, args: Any, kwargs: Any) -> HttpResponseBase | None:
        if not getattr(view, "login_required", True):
            return None
        if request.user.is_authenticated:
            try:
                _narrow(request, view)
            except Refused as refusal:
                # Nobody else would: the middleware of refusals hears only of what a view raises.
                return refusal_page(request, refusal)
            return None
        return sent_to(request, reverse(settings.LOGIN_URL))


def _narrow(request: Any, view: Any) -> None:
    """Give the request the part of the person's area in which the view's right is held; refuse where there is none."""
    rights = getattr(view, "rights", None)
    if rights is None:
        raise Refused("wrong_role", gettext("这个页面没有声明所需的权限，不能打开"))
    request.area = narrowed(area_of(request.user, timezone.localdate()), rights)


class WriteInRead(Exception):
    """A page that only reads tried to write: a fault of ours, stopped before it reached the database."""


_READS = re.compile(
    r"\s*(SELECT|EXPLAIN|PRAGMA|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SHOW|SET (?:LOCAL )?TRANSACTION)\b", re.IGNORECASE
)
_QUERY_WITH = re.compile(r"\s*WITH\b(?!.*\b(?:INSERT|UPDATE|DELETE|MERGE)\b)", re.IGNORECASE | re.DOTALL)
_MAY_WRITE = re.compile(
    r'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(?:django_session|kit_auditentry)"?\b', re.IGNORECASE
)


def refuse_writes(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    """An execute wrapper that lets through only reads, transaction control, the session and the audit log."""
    text = str(sql)
    if _READS.match(text) or _QUERY_WITH.match(text) or _MAY_WRITE.match(text):
        return execute(sql, params, many, context)
    raise WriteInRead(text[:200])


class ReadsDoNotWrite:
    """GET and HEAD cannot write (save the session and the audit log, which is a duty of reading)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with ExitStack() as stack:
            for connection in connections.all():
                stack.enter_context(connection.execute_wrapper(refuse_writes))
            return self.get_response(request)


class RefusalPage:
    """A refusal becomes a page that says why, with the status of its code; so does an address that only takes a form."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not request.path.startswith("/api/"):
            title, message = gettext("不能直接打开"), gettext("这个地址只接收页面上提交的内容。请回到原来的页面再操作。")
            page = render(request, "web/error.html", {"title": title, "message": message, "code": 405, "again": form_page(request)}, status=405)
            page.headers["Allow"] = response.headers["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        return refusal_page(request, error) if isinstance(error, Refused) else None


def refusal_page(request: HttpRequest, refusal: Refused) -> HttpResponse:
    context = {"title": gettext("不能这样做"), "message": refusal.message, "code": refusal.code}
    response = render(request, "web/error.html", context, status=refusal.status)
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(refusal.seconds)
    if request.headers.get("HX-Request"):
        response.headers["HX-Retarget"] = "#content"
    return response
