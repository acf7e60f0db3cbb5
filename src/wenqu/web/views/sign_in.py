"""Sign in and out."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from wenqu.kit import limited
from wenqu.kit.refusal import Refused
from wenqu.people.signing import actions
from wenqu.people.signing.forms import SignInForm
from wenqu.people.signing.guard import VISITOR


def asked_for(request: HttpRequest) -> str:
    """The page that was asked for before signing in, if it is one of ours."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return target if ours and target.startswith("/") else "/"


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    target = asked_for(request)
    if request.user.is_authenticated:
        return redirect(target)
    form = SignInForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        limited.check("sign_in", limited.asker(request))
        try:
            actions.sign_in(
                request=request, username=form.cleaned_data["username"], password=form.cleaned_data["password"],
                by=VISITOR, at=timezone.now(),
            )
            return redirect(target)
        except Refused as error:
            refusal = error
    return with_refusal(render(request, "web/sign_in.html", {"form": form, "next": target, "refusal": refusal}), refusal)


@login_not_required
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        actions.sign_out(request=request, by=request.user, at=timezone.now())
    return redirect("web:sign-in")


def with_refusal(response: HttpResponse, refusal: Refused | None) -> HttpResponse:
    """A form shown again for a wrong entry is an ordinary page; one that may not be sent again yet says so with its status."""
    if isinstance(refusal, limited.TooMany):
        response.status_code = 429
        response.headers["Retry-After"] = str(refusal.seconds)
    return response
