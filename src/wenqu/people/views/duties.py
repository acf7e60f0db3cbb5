"""Give a duty, end a duty."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.people.finding import Finder
from wenqu.people.models import RightsRequest
from wenqu.people.persons import actions, queries
from wenqu.people.persons.forms import DutyForm, EndForm
from wenqu.people.views.persons import offered
from wenqu.places.duty_rules import is_guarded
from wenqu.places.permissions import needs
from wenqu.places.rights import Right


@needs(Right.PEOPLE)
def give(request: HttpRequest, pk: int) -> HttpResponse:
    person = queries.person_in(request.area, request.user, pk)  # type: ignore[attr-defined,arg-type]
    finder = Finder(request.area)  # type: ignore[attr-defined]
    form = DutyForm(request.POST or None, finder=finder, initial={"from_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            given = actions.give_or_ask(
                account=person, duty=form.duty(), reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return _done(request, given, person.pk, _("已授予职责"))
    title = _("授予%(name)s职责") % {"name": person.name}
    context = {"form": form, "title": title, "offered": offered(finder), "button": _("授予职责"), "person": person}
    return render(request, "people/form.html", context, status=400 if form.errors else 200)


@needs(Right.PEOPLE)
def end(request: HttpRequest, pk: int, duty: int) -> HttpResponse:
    person = queries.person_in(request.area, request.user, pk)  # type: ignore[attr-defined,arg-type]
    row = queries.duty_of(person, request.area, duty)  # type: ignore[attr-defined]
    form = EndForm(request.POST or None, initial={"last_day": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            ended = actions.end_or_ask(duty=row, last_day=data["last_day"], reason=data["reason"], by=request.user, at=timezone.now())  # type: ignore[arg-type]
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return _done(request, ended, person.pk, _("已结束职责"))
    title = _("结束%(name)s的职责：%(place)s %(role)s") % {"name": person.name, "place": row.division.name, "role": row.get_role_display()}
    note = _("这项变动需要另一名管理员审批，请写明理由。") if is_guarded(person, row.role, request.user, timezone.localdate()) else ""  # type: ignore[arg-type]
    context = {"form": form, "title": title, "note": note, "button": _("结束职责"), "person": person}
    return render(request, "people/form.html", context, status=400 if form.errors else 200)


def _done(request: HttpRequest, came_out: object, pk: int, text: str) -> HttpResponse:
    if isinstance(came_out, RightsRequest):
        return redirect("people:request", came_out.pk)
    messages.success(request, text)
    return redirect("people:person", pk)
