"""Ask for a change: the form, its preview, and sending it. The preview reads and works out, and writes nothing."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.changes import queries
from wenqu.changes.actions import ask_change
from wenqu.changes.forms import ChangeForm
from wenqu.changes.looking import look_into
from wenqu.changes.models import Kind
from wenqu.changes.permissions import check_can_ask
from wenqu.changes.resting import rests_on
from wenqu.households.models import Household
from wenqu.households.queries import household_in
from wenqu.kit.looks import note_look
from wenqu.kit.refusal import FORBIDDEN_CODES, Refused
from wenqu.places.crumbs import crumbs_of
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area


@needs(Right.CHANGE)
def new_change(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    household = household_in(area, pk)
    if kind not in Kind.values or kind == Kind.UNDO:
        raise Http404
    if not request.POST.get("send"):
        # What is sent is checked where it is written: sent twice, the second time meets the request of the first.
        check_can_ask(household, area)
    note_look(request, "view_household", subject=f"household:{household.pk}", path=household.path, page="change")
    today = timezone.localdate()
    form = ChangeForm(request.POST or None, household=household, kind=kind, area=area, initial={"key": uuid.uuid4().hex, "happened_on": today})
    if not form.is_bound:
        return _answer(request, household, kind, form)
    if not form.is_valid():
        return _answer(request, household, kind, form, status=422)
    return _take(request, household, kind, form, area)


def _take(request: HttpRequest, household: Household, kind: str, form: ChangeForm, area: Area) -> HttpResponse:
    """Show what the request would do; ask for it where that was already shown and is sent."""
    now = timezone.now()
    today, asked = timezone.localdate(now), form.asked()
    try:
        if request.POST.get("send"):
            change = ask_change(
                asked=asked, note=form.cleaned_data["note"], sure=bool(request.POST.get("sure")), key=form.cleaned_data["key"], area=area, today=today,
                by=request.user, at=now)  # type: ignore[arg-type]
            messages.success(request, _("申请已提交，等待另一人核定"))
            return redirect("changes:change", change.pk)
        look = look_into(asked, area, today)
    except Refused as refusal:
        if refusal.code in FORBIDDEN_CODES:
            raise
        if refusal.code != "look_again":
            return _answer(request, household, kind, form, status=409, refusal=refusal)
        look = look_into(asked, area, today)
    return _answer(request, household, kind, form, look=look, before=queries.sides_of(look.before, area, look.after),
                   after=queries.sides_of(look.after, area, look.before), totals=queries.totals_of(look.plan), effects=queries.effects_of(look.plan))


def _answer(request: HttpRequest, household: Household, kind: str, form: ChangeForm, *, status: int = 200, **context: Any) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    told = {"household": household, "kind": kind, "title": Kind(kind).label, "form": form, "crumbs": crumbs_of(household.path, area), "rests": rests_on(household.pk)}
    return render(request, "changes/new.html", {**told, **context}, status=status)
