"""The guard of the page's own addresses: as for Collect, but every answer is JSON, in the language that the page names."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.survey.models import Device
from wenqu.survey.openrosa.door import for_phones

View = Callable[..., HttpResponse]
# Below this the headers of a packed answer cost more than packing saves.
_WORTH_PACKING = 600


class Unfit(Exception):
    """What was sent is not what the address takes."""


def tell(message: str, status: int, code: str = "") -> HttpResponse:
    """A refusal. «phone_retired» alone makes the page forget the register: a strange network may answer 403 too."""
    return JsonResponse({"code": code, "message": message}, status=status, json_dumps_params={"ensure_ascii": False})


def for_page(method: str) -> Callable[[View], View]:
    """A view of the page: (request, device, …), its token in the header."""

    def wrap(view: View) -> View:
        @for_phones(tell=tell)
        @wraps(view)
        def inside(request: HttpRequest, device: Device, token: str, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != method:
                response = tell(_("这个地址不接受这种请求。"), 405, "wrong_method")
                response.headers["Allow"] = method
                return response
            try:
                return view(request, device, *args, **kwargs)
            except Http404:
                raise
            except (Unfit, RequestDataTooBig):
                return tell(_("手机发来的内容无法读取。请刷新填报页再试。"), 400, "unreadable")
            except Refused as refused:
                return tell(refused.message, refused.status, refused.code)

        @wraps(view)
        def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            language = language_of(request)
            with translation.override(language):
                response = inside(request, *args, **kwargs)
            response.headers["Content-Language"] = language
            return response

        enter.login_required = False  # type: ignore[attr-defined]
        enter.csrf_exempt = True  # type: ignore[attr-defined]
        return enter

    return wrap


def language_of(request: HttpRequest) -> str:
    """The page says which it was set to; there are two."""
    return "en" if request.headers.get("Accept-Language", "").lower().startswith("en") else str(settings.LANGUAGE_CODE)


def told_in(request: HttpRequest) -> dict[str, Any]:
    """The JSON object that was sent; `Unfit` where there is none."""
    try:
        found = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise Unfit from None
    if not isinstance(found, dict):
        raise Unfit
    return found


def answer(request: HttpRequest, body: str) -> HttpResponse:
    """JSON that is written already, packed where that is worth it."""
    content = body.encode()
    response = HttpResponse(content, content_type="application/json")
    if len(content) > _WORTH_PACKING and accepts_gzip(request):
        response.content = gzip.compress(content, 6, mtime=0)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding, Accept-Language"
    return response


def accepts_gzip(request: HttpRequest) -> bool:
    return "gzip" in request.headers.get("Accept-Encoding", "")
