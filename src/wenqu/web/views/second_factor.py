"""The second step of signing in: the code of the authenticator, or setting one up."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from wenqu.kit.crypto.seal import seal, unseal
from wenqu.kit.refusal import Refused, why_not
from wenqu.people.second_factor import actions, codes
from wenqu.people.second_factor.permissions import check_can_enrol
from wenqu.people.signing.forms import CodeForm
from wenqu.people.signing.queries import CODE, missing_step
from wenqu.people.signing.sessions import ENROLLING
from wenqu.places.permissions import needs
from wenqu.web.sessions import before_second_factor
from wenqu.web.views.sign_in import asked_for, with_refusal

_LABEL = "session.enrolling"


@before_second_factor
@needs()
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: Any) -> HttpResponse:
    """Ask for a code, while the session waits for one."""
    target = asked_for(request)
    now = timezone.now()
    if missing_step(request.user, request.session, timezone.localdate(now)) != CODE:
        return redirect(target)
    form = CodeForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.pass_second_factor(request=request, account=request.user, code=form.cleaned_data["code"], by=request.user, at=now)
            return redirect(target)
        except Refused as error:
            refusal = error
    return with_refusal(render(request, "web/code.html", {"next": target, "refusal": refusal}), refusal)


@before_second_factor
@needs()
@require_http_methods(["GET", "HEAD", "POST"])
def enrol(request: Any) -> HttpResponse:
    """Show a new secret as a picture and as text until a code proves that an app has it; then, once, the recovery codes."""
    target = asked_for(request)
    if why_not(check_can_enrol, request.user):
        return redirect(target)
    if ENROLLING not in request.session:
        request.session[ENROLLING] = seal(codes.new_secret(), _LABEL)
    secret = unseal(request.session[ENROLLING], _LABEL)
    form = CodeForm(request.POST or None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            recovery = actions.enrol(
                request=request, account=request.user, secret=secret, code=form.cleaned_data["code"], by=request.user, at=timezone.now(),
            )
            request.waits_for = ""
            return render(request, "people/recovery_codes.html", {"codes": recovery, "next": target})
        except Refused as error:
            refusal = error
    address = codes.address_of_secret(secret, request.user.username)
    spaced = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    context = {"next": target, "refusal": refusal, "picture": codes.picture(address), "address": address, "secret": spaced}
    return with_refusal(render(request, "web/enrol.html", context), refusal)
