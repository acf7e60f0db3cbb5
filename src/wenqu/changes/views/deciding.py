"""Confirm, turn down, withdraw, and ask to take back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.changes.actions import ask_change, confirm_change, turn_down_change, withdraw_change
from wenqu.changes.forms import DecisionForm, UndoForm
from wenqu.changes.looking import undo_of
from wenqu.changes.models import Change
from wenqu.changes.queries import change_in
from wenqu.changes.views.changes import context_of
from wenqu.kit.refusal import FORBIDDEN_CODES, Refused
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area


@needs(Right.CHANGE, Right.CONFIRM_CHANGE)
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    change, form, now = change_in(area, pk), DecisionForm(request.POST), timezone.now()
    if not form.is_valid():
        return _again(request, change, decision=form)
    try:
        confirm_change(
            change=change, basis=form.cleaned_data["basis"], note=form.cleaned_data["note"], area=area, today=timezone.localdate(now), by=request.user, at=now)  # type: ignore[arg-type]
    except Refused as refusal:
        return _refused(request, change, refusal)
    messages.success(request, _("已核定，台账已变更"))
    return redirect("changes:change", change.pk)


@needs(Right.CHANGE, Right.CONFIRM_CHANGE)
@require_POST
def turn_down(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    change, form = change_in(area, pk), DecisionForm(request.POST)
    if not form.is_valid():
        return _again(request, change, decision=form)
    try:
        turn_down_change(change=change, note=form.cleaned_data["note"], area=area, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    except Refused as refusal:
        return _refused(request, change, refusal)
    messages.success(request, _("已不予通过，申请人可以看到理由"))
    return redirect("changes:change", change.pk)


@needs(Right.CHANGE, Right.CONFIRM_CHANGE)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    change = change_in(area, pk)
    withdraw_change(change=change, area=area, by=request.user, at=timezone.now())  # type: ignore[arg-type]
    messages.success(request, _("申请已撤回"))
    return redirect("changes:change", change.pk)


@needs(Right.CHANGE, Right.CONFIRM_CHANGE)
@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    change, form, now = change_in(area, pk), UndoForm(request.POST), timezone.now()
    if not form.is_valid():
        return _again(request, change, undo=form)
    told = form.cleaned_data
    try:
        counter = ask_change(
            asked=undo_of(change, told["happened_on"]), note=told["note"], sure=False, key=told["key"], area=area, today=timezone.localdate(now), by=request.user, at=now)  # type: ignore[arg-type]
    except Refused as refusal:
        return _refused(request, change, refusal)
    messages.success(request, _("撤销申请已提交，等待另一人核定"))
    return redirect("changes:change", counter.pk)


def _refused(request: HttpRequest, change: Change, refusal: Refused) -> HttpResponse:
    """The page as it is now, with the sentence: what may be put right is put right there."""
    if refusal.code in FORBIDDEN_CODES:
        raise refusal
    change.refresh_from_db()
    return _again(request, change, status=409, refusal=refusal)


def _again(request: HttpRequest, change: Change, *, status: int = 422, **context: object) -> HttpResponse:
    return render(request, "changes/change.html", {**context_of(request, change), **context}, status=status)
