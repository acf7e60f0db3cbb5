"""Links to set one's password: sent by an administrator, shown once, taken up by whoever was invited."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from wenqu.kit.client import address_of
from wenqu.kit.limited import limited
from wenqu.kit.refusal import Refused
from wenqu.people.invitations.actions import Link, take_up
from wenqu.people.invitations.forms import JoinForm
from wenqu.people.invitations.queries import open_invitation, secret_digest, unusable_text
from wenqu.people.models import RightsRequest
from wenqu.people.persons import actions, queries
from wenqu.people.signing.guard import VISITOR
from wenqu.places.models import Duty
from wenqu.places.permissions import needs
from wenqu.places.rights import Right

SESSION = "invitation"


@needs(Right.PEOPLE)
@require_POST
def send(request: HttpRequest, pk: int) -> HttpResponse:
    person = queries.person_in(request.area, request.user, pk)  # type: ignore[attr-defined,arg-type]
    made = actions.invite_or_ask(
        account=person, reset_factor=request.POST.get("reset_factor") == "1", reason=request.POST.get("reason", ""),
        by=request.user, at=timezone.now(),  # type: ignore[arg-type]
    )
    if isinstance(made, RightsRequest):
        return redirect("people:request", made.pk)
    return show_links(request, [made])


@sensitive_variables()
def show_links(request: HttpRequest, links: list[Link]) -> HttpResponse:
    """The sheets with link and QR, in answer to the very act that made them: the secrets are kept nowhere."""
    duties: dict[int, list[Duty]] = {}
    today = timezone.localdate()
    for duty in Duty.objects.not_over(today).filter(account__in=[link.account for link in links]).select_related("division").order_by("pk"):
        duties.setdefault(duty.account_id, []).append(duty)
    sheets = [{"account": link.account, "until": link.until, "duties": duties.get(link.account.pk, []), **drawn(request, link)} for link in links]
    return render(request, "people/links.html", {"sheets": sheets})


def drawn(request: HttpRequest, link: Link) -> dict[str, Any]:
    url = request.build_absolute_uri(reverse("people:arrive", args=[link.secret]))
    return {"url": url, "qr": segno.make(url, error="m", micro=False).svg_data_uri(scale=5, border=2)}


@login_not_required
@limited("invitation")
@sensitive_variables()
def arrive(request: HttpRequest, secret: str) -> HttpResponse:
    """The address of the link. Whatever the secret is, the answer is the same: on to a page without it in its address."""
    request.session[SESSION] = secret_digest(secret)
    response = redirect("people:join")
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@login_not_required
@limited("invitation")
@sensitive_post_parameters()
@sensitive_variables()
def join(request: HttpRequest) -> HttpResponse:
    """Set the password that the link is for."""
    digest = str(request.session.get(SESSION, ""))
    invitation = open_invitation(digest, timezone.now())
    form = JoinForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = take_up(
                digest=digest, password=form.cleaned_data["password"], address=address_of(request), by=VISITOR, at=timezone.now())
        except ValidationError as refused:
            form.add_error("password", refused)
        except Refused as refused:
            return _unusable(request, refused.message)
        else:
            del request.session[SESSION]
            messages.success(request, _("密码已设置。请用用户名 %(username)s 和新密码登录。") % {"username": account.username})
            return redirect("web:sign-in")
    if invitation is None:
        return _unusable(request, unusable_text())
    return render(request, "people/join.html", {"form": form, "invited": invitation.account}, status=400 if form.errors else 200)


def _unusable(request: HttpRequest, message: str) -> HttpResponse:
    return render(request, "web/error.html", {"title": _("链接不能使用"), "message": message, "code": "invitation_unusable"}, status=410)
