"""The error pages, in the language of the page that failed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from wenqu.kit import logs
from wenqu.web.returning import form_page


def _page(request: HttpRequest, status: int, title: str, message: str, **more: Any) -> HttpResponse:
    return render(request, "web/error.html", {"title": title, "message": message, "code": status, **more}, status=status)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 400, _("请求有误"), _("网址或填写的内容无法识别。请返回上一页检查后重试。"))


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 403, _("没有权限"), _("您的职责不包括这项操作。如有需要，请联系县级管理员。"))


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 404, _("没有找到"), _("这个页面或这条记录不存在，或者不在您负责的区域内。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    message = _("页面打开太久，或者已经在别处登录、退出。请回到原来的页面重新提交；浏览器须允许本网站保存 Cookie。")
    # Fetched anew, the page of the form carries a good token.
    return _page(request, 403, _("页面已过期"), message, again=form_page(request), offers_sign_in=True)


def server_error(request: HttpRequest) -> HttpResponse:
    """Without the shell: whatever broke may be what the shell needs."""
    return HttpResponse(render_to_string("web/error_bare.html", {"number": logs.request_id()}), status=500)
