"""Pages of help: one household, its measures and visits."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from wenqu.evidence.receiving import receive_all
from wenqu.evidence.taking import takes_files
from wenqu.households.models import Household
from wenqu.households.showing import showing
from wenqu.kit.looks import note_look
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.crumbs import crumbs_of
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.watch.helping import actions, queries
from wenqu.watch.helping.forms import STEPS, HelperForm, PlanForm, VisitForm, step_form
from wenqu.watch.helping.permissions import check_can_go_on, check_can_help, check_can_plan, check_on_list
from wenqu.watch.listing.alarms import missing_of
from wenqu.watch.models import Measure, Watched
from wenqu.watch.rules.queries import measures_for
from wenqu.watch.visiting.actions import record_visit

_DO: dict[str, Callable[..., Any]] = {"carry_out": actions.carry_out_measure, "judge": actions.judge_measure, "drop": actions.drop_measure}
_LABELS = {"carry_out": gettext_lazy("登记落实"), "judge": gettext_lazy("评定成效"), "drop": gettext_lazy("不再落实")}


@needs(Right.WATCH)
def household(request: Any, pk: int) -> HttpResponse:
    """How one household is helped, with the forms for whoever may."""
    return _page(request, queries.household_in(request.area, pk))


def _page(request: Any, home: Household, status: int = 200, **bound: Any) -> HttpResponse:
    today = timezone.localdate()
    note_look(request, "view_help", subject=f"household:{home.pk}", path=home.path)
    listings = queries.listings_of(home)
    current = next((row for row in listings if row.left_on is None), None)
    pack = measures_for(home.path, today)
    measures = queries.measures_of(home)
    proofs = queries.proofs_of(measures)
    visits = queries.visits_of(current) if current else []
    seen = queries.proofs_of(visits) if visits else {}
    may_plan = why_not(check_can_plan, home, request.area)
    on_list = current is not None and why_not(check_on_list, current, request.area) is None
    plan = bound.get("plan") or PlanForm(pack=pack, initial={"planned_on": today, "key": uuid.uuid4().hex}, auto_id="id_plan_%s")
    return render(request, "watch/helping.html", {
        "household": home, "crumbs": crumbs_of(home.path, request.area), "listings": listings, "current": current,
        "missing": missing_of(current) if current else [], "helper_phone": showing(request.area).phone(current.helper_phone, home.path) if current else "",
        "rows": [{"measure": row, "proofs": proofs.get(row.pk, []), "steps": _steps(request, row, bound)} for row in measures],
        "plan_refusal": may_plan, "plan": plan, "visits": [{"visit": row, "proofs": seen.get(row.pk, [])} for row in visits], "helpers": queries.helpers_of(current) if current else [],
        "visit": _visit_form(current, pack, bound) if on_list and current else None, "helper": _helper_form(request, current, bound) if on_list and current else None,
        "open": bound.get("open", ""),
    }, status=status)


def _visit_form(current: Watched, pack: Any, bound: dict[str, Any]) -> VisitForm:
    return bound.get("visit") or VisitForm(pack=pack, initial={"on": timezone.localdate(), "key": uuid.uuid4().hex}, auto_id="id_visit_%s")


def _helper_form(request: Any, current: Watched, bound: dict[str, Any]) -> HelperForm:
    return bound.get("helper") or HelperForm(watched=current, contacts=queries.contacts_for(request.area, current.path, timezone.localdate()), auto_id="id_helper_%s")


def _steps(request: Any, row: Measure, bound: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps that may be taken with a measure, each with its form; the one that was tried in vain with what was filled in."""
    tried = bound.get("step")
    return [
        {"name": name, "label": _LABELS[name], "tried": tried is not None and tried[:2] == (row.pk, name),
         "form": tried[2] if tried is not None and tried[:2] == (row.pk, name) else step_form(name, row, timezone.localdate())}
        for name in STEPS if why_not(check_can_go_on, name, row, request.area) is None
    ]


@needs(Right.WATCH)
@require_POST
def plan(request: Any, pk: int) -> HttpResponse:
    home = queries.household_in(request.area, pk)
    check_can_help(home.path, request.area)
    form = PlanForm(request.POST, pack=measures_for(home.path, timezone.localdate()), auto_id="id_plan_%s")
    if not form.is_valid():
        return _page(request, home, 422, plan=form, open="plan")
    try:
        actions.plan_measure(household=home, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as refused:
        form.add_error(None, refused.message)
        return _page(request, home, refused.status, plan=form, open="plan")
    messages.success(request, _("措施已登记"))
    return redirect("watch:helping", home.pk)


@needs(Right.WATCH)
@takes_files
@require_POST
def go_on(request: Any, pk: int, name: str) -> HttpResponse:
    """Carry a measure out, judge it or drop it."""
    row = queries.measure_in(request.area, pk)
    if name not in STEPS:
        raise Http404(name)
    check_can_help(row.path, request.area)
    form = step_form(name, row, timezone.localdate(), request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, row.household, 422, step=(row.pk, name, form))
    given = dict(form.cleaned_data)
    try:
        if "evidence" in given:
            given["files"] = receive_all(given.pop("evidence"))
        _DO[name](measure=row, **given, by=request.user, at=timezone.now())
    except Refused as refused:
        form.add_error(None, refused.message)
        return _page(request, row.household, refused.status, step=(row.pk, name, form))
    messages.success(request, _("已登记"))
    return redirect("watch:helping", row.household_id)


@needs(Right.WATCH)
@require_POST
def visit(request: Any, pk: int) -> HttpResponse:
    row = queries.watched_in(request.area, pk)
    check_can_help(row.path, request.area)
    form = VisitForm(request.POST, pack=measures_for(row.path, timezone.localdate()), auto_id="id_visit_%s")
    if not form.is_valid():
        return _page(request, row.household, 422, visit=form, open="visit")
    try:
        record_visit(watched=row, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as refused:
        form.add_error(None, refused.message)
        return _page(request, row.household, refused.status, visit=form, open="visit")
    messages.success(request, _("走访已登记"))
    return redirect("watch:helping", row.household_id)


@needs(Right.WATCH)
@require_POST
def helper(request: Any, pk: int) -> HttpResponse:
    row = queries.watched_in(request.area, pk)
    check_can_help(row.path, request.area)
    form = HelperForm(request.POST, watched=row, contacts=queries.contacts_for(request.area, row.path, timezone.localdate()), auto_id="id_helper_%s")
    if not form.is_valid():
        return _page(request, row.household, 422, helper=form, open="helper")
    try:
        actions.change_helper(watched=row, **form.cleaned_data, by=request.user, at=timezone.now())
    except Refused as refused:
        form.add_error(None, refused.message)
        return _page(request, row.household, refused.status, helper=form, open="helper")
    messages.success(request, _("帮扶责任人已更换"))
    return redirect("watch:helping", row.household_id)
