"""One's own page: where one is signed in, the password, the second factor."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from wenqu.kit.limited import TooMany
from wenqu.kit.refusal import Refused, why_not
from wenqu.people.second_factor import actions as factor
from wenqu.people.second_factor.permissions import check_can_remove
from wenqu.people.signing import actions
from wenqu.people.signing.forms import CodeForm, PasswordForm
from wenqu.people.signing.queries import recovery_left, sessions_of, standing_of
from wenqu.places.models import Duty
from wenqu.places.permissions import needs


@needs()
def me(request: Any) -> HttpResponse:
    """Own account at a glance."""
    now = timezone.now()
    today = timezone.localdate(now)
    return render(request, "people/me.html", {
        "duties": Duty.objects.held_on(today).filter(account=request.user).select_related("division").order_by("division__path", "pk"),
        "sessions": sessions_of(request.user, request.session, now),
        "standing": standing_of(request.user, today),
        "recovery_left": recovery_left(request.user),
        "why_not_remove": why_not(check_can_remove, request.user, today),
    })


@needs()
@require_POST
def end_session(request: Any, pk: int) -> HttpResponse:
    """End one other sign-in."""
    actions.end_session(account=request.user, signed_in=pk, by=request.user, at=timezone.now())
    messages.success(request, _("已结束这个登录"))
    return redirect("own:me")


@needs()
@require_POST
def sign_out_others(request: Any) -> HttpResponse:
    """End every sign-in but this one."""
    ended = actions.sign_out_everywhere(account=request.user, keep=request.session, by=request.user, at=timezone.now())
    messages.success(request, _("已在其他所有设备上退出（%(count)d 个登录），这台设备保持登录") % {"count": ended})
    return redirect("own:me")


@needs()
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
def password(request: Any) -> HttpResponse:
    """Change one's own password."""
    form = PasswordForm(request.user, request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        old, new = form.cleaned_data["old"], form.cleaned_data["new"]
        try:
            actions.change_password(request=request, account=request.user, old=old, new=new, by=request.user, at=timezone.now())
            messages.success(request, _("密码已修改；其他设备上的登录已全部结束"))
            return redirect("own:me")
        except Refused as error:
            refusal = error
    return render(request, "people/password.html", {"form": form, "refusal": refusal}, status=_status(form, refusal))


@needs()
@require_http_methods(["GET", "HEAD", "POST"])
def recovery_codes(request: Any) -> HttpResponse:
    """Make new recovery codes."""
    return _by_code(request, factor.renew_recovery_codes, "renew")


@needs()
@require_http_methods(["GET", "HEAD", "POST"])
def remove_second_factor(request: Any) -> HttpResponse:
    """Give the second factor up."""
    return _by_code(request, factor.remove_second_factor, "remove")


def _by_code(request: Any, act: Any, what: str) -> HttpResponse:
    """A page that asks for one more code, then acts; new recovery codes are shown at once and never again."""
    form = CodeForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            told = act(request=request, account=request.user, code=form.cleaned_data["code"], by=request.user, at=timezone.now())
        except Refused as error:
            refusal = error
        else:
            if told:
                return render(request, "people/recovery_codes.html", {"codes": told, "next": "/me/"})
            messages.success(request, _("已关闭两步验证"))
            return redirect("own:me")
    return render(request, "people/by_code.html", {"form": form, "refusal": refusal, "what": what}, status=_status(form, refusal))


def _status(form: CodeForm | PasswordForm, refusal: Refused | None) -> int:
    if isinstance(refusal, TooMany):
        return 429
    return 400 if refusal or (form.is_bound and not form.is_valid()) else 200
