"""One shape for every refusal: {"code", "message", "field"?}. Programs branch on the code, people read the sentence."""

from __future__ import annotations

import logging
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError
from pydantic import Field

from wenqu.kit import audit
from wenqu.kit.limited import TooMany
from wenqu.kit.refusal import FORBIDDEN_CODES, Refused
from wenqu.people.tokens.permissions import TOKEN_CODES

log = logging.getLogger(__name__)

# «You may not», wherever the request comes from.
FORBIDDEN = FORBIDDEN_CODES | {"token_read_only"}
# «What you sent cannot be taken».
UNPROCESSABLE = frozenset({
    "note_missing", "number_in_text", "file_empty", "file_not_a_table", "file_broken", "file_encrypted", "file_bomb", "unknown_kind",
    "type_not_allowed", "content_differs", "photo_broken", "photo_too_many_points", "file_has_macros", "too_many_files", "evidence_missing",
})
TOO_LARGE = frozenset({"file_too_large"})


class Error(Schema):
    """A refusal."""

    code: str = Field(description="Stable code to branch on.", examples=["outside_area"])
    message: str = Field(description="The sentence for people, in Chinese, or in English where `Accept-Language` asks for it.", examples=["不在您的管辖区域内"])
    field: str = Field("", description="The parameter or field of the body that cannot be taken; only where there is one.", examples=["after"])


def answer(code: str, message: str, status: int, field: str = "", headers: dict[str, str] | None = None) -> JsonResponse:
    body = {"code": code, "message": message} | ({"field": field} if field else {})
    return JsonResponse(body, status=status, headers=headers, json_dumps_params={"ensure_ascii": False})


def status_of(code: str) -> int:
    if code in TOKEN_CODES:
        return 401
    if code in FORBIDDEN:
        return 403
    if code in UNPROCESSABLE:
        return 422
    return 413 if code in TOO_LARGE else 409


def refused(request: HttpRequest, refusal: Any) -> HttpResponse:
    """A refusal is answered and written down: who, what for, and why not."""
    if isinstance(refusal, TooMany):
        # Not written down: a program that runs wild must not fill the log.
        return answer(refusal.code, refusal.message, 429, headers={"Retry-After": str(refusal.seconds)})
    token, match = getattr(request, "token", None), request.resolver_match
    audit.refused(
        by=token.account if token else audit.STRANGER, code=refusal.code, what=match.view_name if match else "", at=timezone.now(),
        subject=f"token:{token.pk}" if token else "", path=token.duty.division.path if token else "",
    )
    status = status_of(refusal.code)
    return answer(refusal.code, refusal.message, status, headers={"WWW-Authenticate": 'Bearer realm="wenqu"'} if status == 401 else None)


def not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return answer("not_found", _("没有找到，或者不在您的管辖区域内"), 404)


def invalid(request: HttpRequest, error: Any) -> HttpResponse:
    """Everything that is wrong, in one sentence; `field` names the first."""
    told = [(_field(each["loc"]), each) for each in error.errors]
    message = _("；").join(_sentence(field, each) for field, each in told[:10])
    return answer("invalid", message, 422, field=told[0][0] if told else "")


def _field(place: Any) -> str:
    """The last name of where something is wrong: ("body", "told", "note") is «note»."""
    names = [each for each in place[1:] if isinstance(each, str)]
    return names[-1] if names else str(place[0])


def _sentence(field: str, error: dict[str, Any]) -> str:
    limits = {name: value for name, value in error.get("ctx", {}).items() if isinstance(value, int | str)}
    kind = limits["error"] if error["type"] == "value_error" and "error" in limits else error["type"]
    sentence = _sentences().get(str(kind), _("“%(field)s”的值不对"))
    return sentence % {"field": field, **limits}


def _sentences() -> dict[str, str]:
    number = _("“%(field)s”应为整数")
    text = _("“%(field)s”应为文字")
    day = _("“%(field)s”应为日期，写作 2026-02-28")
    moment = _("“%(field)s”应为带时区的时间，写作 2026-02-28T17:30:00+08:00")
    return {
        "missing": _("缺少“%(field)s”"), "extra_forbidden": _("没有“%(field)s”这一项"),
        "int": number, "int_parsing": number, "int_type": number, "int_from_float": number, "int_parsing_size": number,
        "bool_parsing": _("“%(field)s”应为 true 或 false"), "bool_type": _("“%(field)s”应为 true 或 false"),
        "string_type": text, "string_unicode": text, "moment": moment, "datetime_parsing": moment, "datetime_type": moment, "datetime_from_date_parsing": moment,
        "date": day, "date_parsing": day, "date_type": day,
        "date_from_datetime_parsing": day, "date_from_datetime_inexact": day,
        "greater_than_equal": _("“%(field)s”不能小于 %(ge)s"), "less_than_equal": _("“%(field)s”不能大于 %(le)s"),
        "string_too_long": _("“%(field)s”不能超过 %(max_length)s 个字符"),
        "string_too_short": _("“%(field)s”不能少于 %(min_length)s 个字符"),
        "string_pattern_mismatch": _("“%(field)s”的写法不对，或者含有不能使用的字符"),
        "literal_error": _("“%(field)s”只能是：%(expected)s"), "enum": _("“%(field)s”只能是：%(expected)s"),
        "unknown_parameter": _("没有“%(field)s”这个参数"), "twice": _("参数“%(field)s”写了两次"), "null_character": _("“%(field)s”含有不能使用的字符"),
        "model_attributes_type": _("请求内容应为一个 JSON 对象"), "model_type": _("请求内容应为一个 JSON 对象"), "dict_type": _("请求内容应为一个 JSON 对象"),
    }


def unreadable(request: HttpRequest, error: Any) -> HttpResponse:
    return answer("unreadable", _("请求内容无法读取，请检查格式和编码"), 422)


def too_large(request: HttpRequest, error: Any) -> HttpResponse:
    return answer("too_large", _("请求内容过大"), 413)


def failed(request: HttpRequest, error: Any) -> HttpResponse:
    """A fault of ours: told in the log, never to the caller."""
    log.error("%s %s failed", request.method, request.resolver_match.view_name if request.resolver_match else "", exc_info=error)
    return answer("server_error", _("服务器出错，已记入日志。已提交的数据不受影响，请稍后再试或联系管理员。"), 500)


def install(api: NinjaAPI) -> None:
    """Give every error its answer. The most specific class counts."""
    handlers: tuple[tuple[type[Exception], Any], ...] = (
        (Refused, refused), (Http404, not_found), (ValidationError, invalid), (RequestDataTooBig, too_large),
        (HttpError, unreadable), (MultiPartParserError, unreadable), (UnreadablePostError, unreadable), (BadRequest, unreadable),
        (SuspiciousOperation, unreadable), (Exception, failed),
    )
    for kind, handler in handlers:
        api.add_exception_handler(kind, handler)
