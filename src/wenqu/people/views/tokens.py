"""One's own tokens of the API: the list, making one, revoking one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.kit.refusal import Refused, why_not
from wenqu.people.models import ApiToken
from wenqu.people.tokens import actions, queries
from wenqu.people.tokens.forms import TokenForm
from wenqu.people.tokens.permissions import check_token
from wenqu.places.permissions import needs
from wenqu.places.queries import missing_row


@needs()
def token_page(request: Any) -> HttpResponse:
    """The list with the form. A new token is shown in the answer to the form, once: it is kept nowhere."""
    now = timezone.now()
    duties = queries.duties_held(request.user, timezone.localdate(now))
    form = TokenForm(request.POST or None, duties=duties)
    made: ApiToken | None = None
    secret = ""
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made, secret = actions.make_token(
                duty=told["duty"], name=told["name"], may_write=told["may_write"], until=now + timedelta(days=told["days"]),
                by=request.user, at=now,
            )
            form = TokenForm(duties=duties)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    rows = [{"token": each, "refusal": why_not(check_token, each, now)} for each in queries.tokens_of(request.user)]
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "people/tokens.html", {"form": form, "duties": duties, "rows": rows, "made": made, "secret": secret}, status=status)


@needs()
@require_POST
def revoke(request: Any, pk: int) -> HttpResponse:
    token = queries.own_token(request.user, pk)
    if token is None:
        raise missing_row(ApiToken, pk, "token", "duty__division__path")
    actions.revoke_token(token=token, by=request.user, at=timezone.now())
    messages.success(request, _("令牌“%(name)s”已作废") % {"name": token.name})
    return redirect("own:tokens")
