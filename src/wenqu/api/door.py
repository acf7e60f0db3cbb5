"""What every request of the API passes before and after its operation: language, the shape of early refusals."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header

from wenqu.api import errors
from wenqu.importing.receiving import is_too_long, too_large


def language_of(request: HttpRequest) -> str:
    """Chinese, unless the header asks for English before Chinese."""
    for language, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        if language.startswith(("en", "zh")):
            return "en" if language.startswith("en") else settings.LANGUAGE_CODE
    return settings.LANGUAGE_CODE


def through_door(view: Any) -> Callable[..., HttpResponseBase]:
    """A view of the API as the URL table has it. It asks for a token, never for a session."""

    @wraps(view, assigned=("__name__", "__doc__"), updated=())
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = language_of(request)
        with translation.override(language):
            response = _early(request) or view(request, *args, **kwargs)
            if response.status_code == 405:
                allowed = response.headers.get("Allow", "")
                message = _("这里不能用 %(method)s，可以用：%(allowed)s") % {"method": request.method, "allowed": allowed}
                response = errors.answer("method_not_allowed", message, 405, headers={"Allow": allowed})
        response.headers.setdefault("Content-Language", language)
        response.headers["Vary"] = "Authorization, Accept-Language"
        return response

    enter.login_required = False  # type: ignore[attr-defined]
    enter.csrf_exempt = True  # type: ignore[attr-defined]
    return enter


def _early(request: HttpRequest) -> HttpResponseBase | None:
    """Refuse what no operation should have to look at."""
    limit = settings.UPLOAD_LIMIT_BYTES
    if is_too_long(request, limit):
        return errors.answer("file_too_large", too_large(limit), 413)
    for name, values in request.GET.lists():
        if "\0" in name or any("\0" in value for value in values):
            field = name.replace("\0", "")[:60]
            return errors.answer("invalid", _("“%(field)s”含有不能使用的字符") % {"field": field}, 422, field=field)
    return None


def no_such_address(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    return errors.answer("not_found", _("接口没有这个地址，请查看 /api/ 的说明"), 404)
