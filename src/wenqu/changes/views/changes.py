"""The list of changes of an area, and one of them."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.changes import queries
from wenqu.changes.forms import DecisionForm, UndoForm
from wenqu.changes.looking import asked_of, look_into, undo_of
from wenqu.changes.models import Change, State
from wenqu.changes.permissions import check_can_decide, check_can_undo, check_can_withdraw_change
from wenqu.changes.resting import rests_on
from wenqu.kit.addresses import number_in
from wenqu.kit.looks import note_look
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.crumbs import crumbs_of
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area


@needs(Right.CHANGE, Right.CONFIRM_CHANGE)
def change_list(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    state = request.GET.get("state", State.ASKED.value)
    before = number_in(request.GET.get("before", ""))
    rows, following = queries.change_rows(area, state, before)
    note_look(request, "list_household_changes", paths=area.paths, state=state, page=before or "")
    pager = {
        "first": f"?{urlencode({'state': state})}" if before else "", "next": f"?{urlencode({'state': state, 'before': following})}" if following else "",
        "note": _("本页 %(n)s 件") % {"n": len(rows)},
    }
    return render(request, "changes/list.html", {"rows": rows, "state": state, "states": [("", _("全部")), *State.choices], "pager": pager})


@needs(Right.CHANGE, Right.CONFIRM_CHANGE)
def show(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    change = queries.change_in(area, pk)
    note_look(request, "view_household_change", subject=f"household:{change.household_id}", path=change.path, change=change.pk)
    return render(request, "changes/change.html", context_of(request, change))


def context_of(request: HttpRequest, change: Change) -> dict[str, Any]:
    """All that the page of a change shows: what it would do while it is open, what it did once it is done."""
    area: Area = request.area  # type: ignore[attr-defined]
    context: dict[str, Any] = {
        "change": change, "told": queries.told_of(change, area), "crumbs": crumbs_of(change.path, area), "lines": queries.lines_of(change, area),
        "decide_refusal": why_not(check_can_decide, change, request.user, area), "withdraw_refusal": why_not(check_can_withdraw_change, change, request.user, area),
        "decision": DecisionForm(), "counter": change.undone_by.filter(state__in=(State.ASKED, State.DONE)).first(),
    }
    if change.state == State.ASKED:
        context |= preview_of(change, area)
        context["decision"] = DecisionForm(initial={"basis": context["look"].basis if context["look"] else ""})
    if change.state == State.DONE:
        context |= _undoing(change, area)
    return context


def preview_of(change: Change, area: Area) -> dict[str, Any]:
    """What would be, or why it cannot be any more."""
    try:
        look = look_into(asked_of(change), area, timezone.localdate())
    except Refused as refusal:
        refusal.asked = True
        return {"look": None, "look_refusal": refusal, "rests": rests_on(change.household_id)}
    return {
        "look": look, "before": queries.sides_of(look.before, area, look.after), "after": queries.sides_of(look.after, area, look.before),
        "totals": queries.totals_of(look.plan), "effects": queries.effects_of(look.plan), "rests": rests_on(change.household_id),
    }


def _undoing(change: Change, area: Area) -> dict[str, Any]:
    today = timezone.localdate()
    refusal = why_not(check_can_undo, change, area)
    if refusal is None:
        refusal = why_not(look_into, undo_of(change, max(today, change.happened_on)), area, today)  # type: ignore[arg-type]
    return {"undo_refusal": refusal, "undo": UndoForm(initial={"key": uuid.uuid4().hex, "happened_on": today}) if refusal is None else None}
