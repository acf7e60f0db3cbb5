"""Hand work over, close an account, open it again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.kit.refusal import Refused
from wenqu.people.leaving.actions import hand_over as hand_over_work
from wenqu.people.leaving.queries import held_by, takers_for
from wenqu.people.models import RightsRequest
from wenqu.people.persons import actions, queries
from wenqu.people.persons.forms import LeaveForm
from wenqu.people.persons.permissions import check_whole, needs_second
from wenqu.places.models import Account
from wenqu.places.permissions import needs
from wenqu.places.rights import Right


@needs(Right.PEOPLE)
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """All open work to somebody else, who goes on with it; the giver stays."""
    person, form, context = _begin(request, pk)
    if request.method == "POST" and form.is_valid():
        try:
            taker = form.cleaned_data["taker"]
            if taker is None:
                raise Refused("no_taker", _("请选择接手的人"))
            hand_over_work(giver=person, taker=taker, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("%(giver)s的工作已交接给%(taker)s") % {"giver": person, "taker": taker})
            return redirect("people:person", person.pk)
    context |= {"title": _("交接%(name)s的工作") % {"name": person.name}, "button": _("交接")}
    return render(request, "people/leave.html", context, status=400 if form.errors else 200)


@needs(Right.PEOPLE)
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    """Somebody leaves: work handed over, duties ended, the account closed."""
    person, form, context = _begin(request, pk)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            left = actions.leave_or_ask(account=person, taker=data["taker"], reason=data["reason"], by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            if isinstance(left, RightsRequest):
                return redirect("people:request", left.pk)
            messages.success(request, _("%(name)s的账号已停用，职责已结束，历史记录保留") % {"name": person})
            return redirect("people:person", person.pk)
    context |= {
        "title": _("停用%(name)s的账号") % {"name": person.name}, "button": _("停用账号"), "leaving": True,
        "guarded": needs_second(person, request.user, timezone.localdate()),  # type: ignore[arg-type]
    }
    return render(request, "people/leave.html", context, status=400 if form.errors else 200)


def _begin(request: HttpRequest, pk: int) -> tuple[Account, LeaveForm, dict[str, Any]]:
    """The person, what they hold and who could take it."""
    area, today = request.area, timezone.localdate()  # type: ignore[attr-defined]
    person = queries.person_in(area, request.user, pk)  # type: ignore[arg-type]
    check_whole(person, request.user, today)  # type: ignore[arg-type]
    takers = takers_for(person, area, today)
    form = LeaveForm(request.POST or None, takers=takers)
    return person, form, {"person": person, "form": form, "work": held_by(person), "takers": takers}


@needs(Right.PEOPLE)
@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    person = queries.person_in(request.area, request.user, pk)  # type: ignore[attr-defined,arg-type]
    came_out = actions.reactivate_or_ask(account=person, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now())  # type: ignore[arg-type]
    if isinstance(came_out, RightsRequest):
        return redirect("people:request", came_out.pk)
    messages.success(request, _("%(name)s的账号已重新启用。请授予职责并重新发邀请。") % {"name": person})
    return redirect("people:person", person.pk)
