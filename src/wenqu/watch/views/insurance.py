"""Pages of the insurance: the cases with their figures, a list taken in, one case with its steps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.evidence.receiving import receive_all
from wenqu.evidence.taking import takes_files
from wenqu.importing.receiving import takes_table
from wenqu.kit.addresses import number_in
from wenqu.kit.looks import note_look
from wenqu.kit.pages import pager
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.crumbs import crumbs_of
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.watch.insurance import actions, queries
from wenqu.watch.insurance.forms import ListForm, TakeForm
from wenqu.watch.insurance.lifecycle import STEPS
from wenqu.watch.insurance.permissions import LABELS, check_can_take, notice_ends
from wenqu.watch.models import CaseState, InsuranceCase


@needs(Right.WATCH)
def case_list(request: Any) -> HttpResponse:
    return _list(request, None)


def _list(request: Any, form: ListForm | None, status: int = 200, unknown: list[str] | None = None) -> HttpResponse:
    state, before = request.GET.get("state", ""), request.GET.get("before", "")
    rows = list(queries.cases_in(request.area, state, number_in(before))[: queries.SHOWN + 1])
    shown = rows[: queries.SHOWN]
    note_look(request, "list_insurance_cases", paths=request.area.paths, rows=len(shown), page=before, state=state)
    counts = queries.counts(request.area)
    may_list = bool(request.area.whole.may(Right.WATCH_CLUE).paths)
    return render(request, "watch/insurance.html", {
        "cases": shown, "state": state, "states": [{"state": value, "label": label, "count": counts.get(value, 0)} for value, label in CaseState.choices],
        "figures": queries.figures(request.area), "form": (form or ListForm(initial={"month": f"{timezone.localdate():%Y%m}"})) if may_list else None, "unknown": unknown or [],
        "pager": pager(request.GET, "before", shown[-1].pk if len(rows) > len(shown) else None, _("%(count)d 个") % {"count": len(shown)})}, status=status)


@needs(Right.WATCH)
@takes_table
@require_POST
def take_list(request: Any) -> HttpResponse:
    """The known households of a list become cases; the others are named back."""
    form = ListForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form, 422)
    given = dict(form.cleaned_data)
    homes, unknown = queries.households_named(request.area.whole.may(Right.WATCH_CLUE), given.pop("numbers"))
    made = actions.list_households(households=homes, **given, by=request.user, at=timezone.now())
    messages.success(request, _("已登记 %(made)d 户，%(known)d 户已有在办的个案") % {"made": len(made), "known": len(homes) - len(made)})
    if unknown:
        form.add_error("numbers", _("这些户编号在您的区域内没有找到，没有登记：%(numbers)s") % {"numbers": "、".join(unknown[:50])})
        return _list(request, form, 422, unknown)
    return redirect("watch:insurance")


@needs(Right.WATCH)
def case_page(request: Any, pk: int) -> HttpResponse:
    return _case(request, queries.case_in(request.area, pk))


def _case(request: Any, case: InsuranceCase, tried: tuple[str, TakeForm] | None = None, status: int = 200) -> HttpResponse:
    note_look(request, "view_insurance", subject=f"insurance:{case.pk}", path=case.path)
    steps, refusals = [], []
    for name, step in STEPS.items():
        if step.source != case.state:
            continue
        refusal = why_not(check_can_take, name, case, request.area, request.user.pk)
        if refusal is not None:
            refusals.append({"label": LABELS[name], "refusal": refusal})
        else:
            form = tried[1] if tried and tried[0] == name else TakeForm(name=name, case=case, on=timezone.localdate())
            steps.append({"name": name, "label": LABELS[name], "form": form, "tried": bool(tried and tried[0] == name)})
    story = [{**each, "label": LABELS[each["step"].name]} for each in queries.steps_of(case)]
    return render(request, "watch/insurance_case.html", {
        "case": case, "household": case.household, "crumbs": crumbs_of(case.path, request.area), "story": story, "steps": steps, "refusals": refusals, "ends": notice_ends(case),
    }, status=status)


@needs(Right.WATCH)
@takes_files
@require_POST
def take_step(request: Any, pk: int, name: str) -> HttpResponse:
    case = queries.case_in(request.area, pk)
    if name not in STEPS:
        raise Http404(name)
    check_can_take(name, case, request.area, request.user.pk)
    form = TakeForm(request.POST, request.FILES, name=name, case=case, on=timezone.localdate())
    if not form.is_valid():
        return _case(request, case, (name, form), 422)
    given = dict(form.cleaned_data)
    try:
        files = receive_all(given.pop("evidence", []))
        actions.take_insurance_step(case=case, name=name, files=files, **given, by=request.user, at=timezone.now())
    except Refused as refused:
        form.add_error(None, refused.message)
        return _case(request, case, (name, form), refused.status)
    messages.success(request, _("%(step)s已登记") % {"step": LABELS[name]})
    return redirect("watch:insurance-case", case.pk)
