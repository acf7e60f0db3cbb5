"""Rounds: the list, one round with who goes where, its changes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.kit.addresses import number_in
from wenqu.kit.limited import limited
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.models import Division, Level
from wenqu.places.permissions import needs
from wenqu.places.queries import divisions_by_level, row_in
from wenqu.places.rights import Right
from wenqu.places.scope import below, within
from wenqu.survey.forms import AssignForm, EndForm, RoundForm
from wenqu.survey.models import Assignment, Round
from wenqu.survey.permissions import check_can_change_round, check_can_plan_round, parts_exported
from wenqu.survey.rounds import actions, queries
from wenqu.survey.rounds.exporting import submit_round_export
from wenqu.survey.rounds.progress import QUIET, progress_of

_MOST = 200


@needs(Right.ROUNDS)
def round_list(request: Any) -> HttpResponse:
    rounds = list(queries.rounds_in(request.area)[:_MOST])
    records = queries.records_of(rounds, request.area)
    rows = [{"round": row, "open": row.is_open_on(timezone.localdate()), **records.get(row.pk, {})} for row in rounds]
    return render(request, "survey/rounds.html", {"rows": rows, "may_forms": bool(request.area.whole.may(Right.FORMS).paths)})


@needs(Right.ROUNDS)
def new(request: Any) -> HttpResponse:
    places = divisions_by_level(request.area, Level.COUNTY, Level.TOWN)
    form = RoundForm(request.POST or None, initial={"from_on": timezone.localdate()}, offered=queries.forms_offered(request.area.paths), places=places)
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.plan_round(**form.cleaned_data, by=request.user, at=timezone.now())
            return redirect("survey:round", row.pk)
        except Refused as refused:
            form.add_error(None, refused.message)
    allowed = any(why_not(check_can_plan_round, path, request.area) is None for path in request.area.paths)
    return render(request, "survey/new_round.html", {"form": form, "allowed": allowed}, status=422 if form.is_bound and not form.is_valid() else 200)


def _round(request: Any, pk: int) -> Round:
    return queries.round_in(request.area, pk)


def _assign_form(request: Any, row: Round) -> AssignForm:
    return AssignForm(
        request.POST or None, people=queries.surveyors_below(row.path, timezone.localdate()), villages=queries.villages_below(row.path))


def _page(request: Any, row: Round, form: AssignForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    town = _town(request, row)
    return render(request, "survey/round.html", {
        "round": row, "open": row.is_open_on(timezone.localdate()), "assignments": queries.assignments_of(row, request.area),
        "counts": queries.records_of([row], request.area).get(row.pk, {}), "may_change": why_not(check_can_change_round, row, request.area) is None,
        "may_export": bool(parts_exported(row, request.area)), "may_decide": bool(request.area.whole.may(Right.INTAKE).paths),
        "progress": progress_of(row, request.area, town, now), "town": town, "quiet_days": QUIET.days,
        "form": form, "end_form": EndForm(initial={"to_on": row.to_on}),
    }, status=status)


def _town(request: Any, row: Round) -> Division | None:
    """The town whose villages are asked for, where it lies in the round and in the area."""
    pk = number_in(request.GET.get("town", ""))
    towns = within(Division.objects.filter(below(row.path), level=Level.TOWN), request.area)
    return towns.filter(pk=pk).first() if pk is not None else None


@needs(Right.ROUNDS)
def show(request: Any, pk: int) -> HttpResponse:
    row = _round(request, pk)
    return _page(request, row, _assign_form(request, row))


@needs(Right.ROUNDS)
@require_POST
def assign(request: Any, pk: int) -> HttpResponse:
    row = _round(request, pk)
    form = _assign_form(request, row)
    if not form.is_valid():
        return _page(request, row, form, 422)
    count = actions.assign_villages(
        round=row, accounts=list(form.cleaned_data["accounts"]), villages=list(form.cleaned_data["villages"]), by=request.user, at=timezone.now())
    messages.success(request, _("已分派 %(count)d 项") % {"count": count})
    return redirect("survey:round", row.pk)


@needs(Right.ROUNDS)
@require_POST
def remove(request: Any, pk: int) -> HttpResponse:
    task = row_in(Assignment.objects.select_related("round"), request.area, pk, "round")
    actions.unassign(assignment=task, by=request.user, at=timezone.now())
    return redirect("survey:round", task.round_id)


@needs(Right.ROUNDS)
@require_POST
def end(request: Any, pk: int) -> HttpResponse:
    row = _round(request, pk)
    form = EndForm(request.POST)
    if not form.is_valid():
        raise Refused("bad_dates", _("请填写结束日期"))
    actions.move_end(round=row, to_on=form.cleaned_data["to_on"], by=request.user, at=timezone.now())
    messages.success(request, _("已更改结束日期"))
    return redirect("survey:round", row.pk)


@needs(Right.ROUNDS)
@require_POST
def close(request: Any, pk: int) -> HttpResponse:
    row = _round(request, pk)
    actions.close_round(round=row, by=request.user, at=timezone.now())
    messages.success(request, _("批次已结束。之后收到的记录进入待定。"))
    return redirect("survey:round", row.pk)


@needs(Right.ROUNDS)
@require_POST
@limited("export")
def export(request: Any, pk: int) -> HttpResponse:
    """Queue the records as a workbook, one for each part that is theirs; the page of the job shows the progress and, at the end, the file."""
    row = _round(request, pk)
    parts = parts_exported(row, request.area) or [row.path]
    jobs = [submit_round_export(round=row, path=path, area=request.area.whole, by=request.user, at=timezone.now()) for path in parts]
    return redirect("jobs:job", jobs[0].pk) if len(jobs) == 1 else redirect("jobs:list")
