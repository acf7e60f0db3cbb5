"""Phones: who has which, pairing by a one-time code, retiring them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from wenqu.kit.audit import STRANGER
from wenqu.kit.limited import limited
from wenqu.kit.refusal import Missing, Refused, why_not
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.survey.devices import actions, queries
from wenqu.survey.devices.secrets import secret_digest
from wenqu.survey.forms import OfferForm, PairForm
from wenqu.survey.openrosa.settings_code import code_of, settings_of
from wenqu.survey.permissions import check_can_pair, check_can_revoke

SESSION = "pairing"


@needs(Right.FIELD)
def phone_list(request: Any) -> HttpResponse:
    """One's own phones, and those of the people of the places where one plans rounds."""
    rows = [
        {"device": device, "may_revoke": why_not(check_can_revoke, device, request.user, request.area.whole) is None}
        for device in queries.devices_seen(request.user, request.area.whole)[: queries.SHOWN]
    ]
    people = [
        person for person in queries.people_to_pair(request.user, request.area.whole, timezone.now())
        if (home := queries.home_of(person, timezone.now())) is not None and why_not(check_can_pair, person, request.user, home.path, request.area.whole) is None
    ]
    return render(request, "survey/phones.html", {"rows": rows, "form": OfferForm(people=people) if people else None})


@needs(Right.FIELD)
@require_POST
@sensitive_variables()
def offer(request: Any) -> HttpResponse:
    """The code, in answer to the very act that made it: the secret is kept nowhere."""
    person = queries.person_to_pair(request.user, request.area.whole, request.POST.get("account", ""), timezone.now())
    if person is None:
        raise Missing("no_such_row", "account:?")
    ticket = actions.offer_pairing(account=person, by=request.user, at=timezone.now())
    url = request.build_absolute_uri(reverse("pairing:arrive", args=[ticket.secret]))
    qr = segno.make(url, error="m", micro=False).svg_data_uri(scale=5, border=2)
    return render(request, "survey/offer.html", {"person": person, "pairing": ticket.pairing, "url": url, "qr": qr, "minutes": actions.MINUTES})


@needs(Right.FIELD)
@require_POST
def revoke(request: Any, pk: int) -> HttpResponse:
    device = queries.devices_seen(request.user, request.area.whole).filter(pk=pk).first()
    if device is None:
        raise queries.missing_device(pk)
    actions.revoke_device(device=device, by=request.user, at=timezone.now())
    messages.success(request, _("已停用。这部手机不再收到表单和名单，之后发来的记录进入待定。"))
    return redirect("survey:phones")


@login_not_required
@limited("invitation")
@sensitive_variables()
def arrive(request: HttpRequest, secret: str) -> HttpResponse:
    """The address in the code. Whatever the secret is, the answer is the same: on to a page to which it is not sent again.
    Behind the # it goes on to the phone page, for who takes that and not Collect."""
    request.session[SESSION] = secret_digest(secret)
    response = redirect(f"{reverse('pairing:pair')}#{urlencode({'pair': secret})}")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@limited("invitation")
@sensitive_variables()
def pair(request: HttpRequest) -> HttpResponse:
    """On the phone: our page, or Collect. For Collect: give the phone a name and pair it; then its settings, once."""
    form = PairForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "survey/pair.html", {"form": form})
    paired = actions.pair_device(digest=str(request.session.pop(SESSION, "")), name=form.cleaned_data["name"], by=STRANGER, at=timezone.now())
    server = _server(request, paired.token)
    code = code_of(settings_of(server, paired.device.county.name, paired.device.account.name))
    qr = segno.make(code, error="l", micro=False).svg_data_uri(scale=4, border=2)
    return render(request, "survey/paired.html", {"device": paired.device, "server": server, "qr": qr})


@login_not_required
@csrf_exempt
@require_POST
@limited("invitation")
@sensitive_post_parameters()
@sensitive_variables()
def exchange(request: HttpRequest) -> JsonResponse:
    """The same for a page that keeps the token itself: the secret and a name in a form, the token in JSON."""
    try:
        paired = actions.pair_device(digest=secret_digest(request.POST.get("secret", "")), name=request.POST.get("name", ""), by=STRANGER, at=timezone.now())
    except Refused as refused:
        return JsonResponse({"code": refused.code, "message": refused.message}, status=refused.status)
    return JsonResponse({"token": paired.token, "device": paired.device.pk, "person": paired.device.account.name, "county": paired.device.county.name}, status=201)


def _server(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("phones:list", args=[token])).removesuffix("/formList")
