"""The desk of records: those that wait first, one record with its answers, the decision of one or of many."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.kit.addresses import number_in
from wenqu.kit.looks import note_look
from wenqu.kit.pages import pager
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.permissions import needs
from wenqu.places.queries import row_in
from wenqu.places.rights import Right
from wenqu.survey.desk import actions, filtering, queries, showing
from wenqu.survey.desk.filtering import SHOWN, Wanted
from wenqu.survey.desk.words import Words
from wenqu.survey.effects.telling import effect_lines
from wenqu.survey.forms import DecisionForm
from wenqu.survey.models import Reason, State, Submission
from wenqu.survey.permissions import check_can_decide
from wenqu.survey.rulings.queries import doubled_with, open_count

MOST_TOGETHER = 500


@needs(Right.INTAKE)
def record_list(request: Any) -> HttpResponse:
    wanted = Wanted.of(request.GET)
    rows = list(filtering.submissions_in(request.area, wanted)[: SHOWN + 1])
    shown = rows[:SHOWN]
    names = queries.subject_names(shown, request.area)
    following = shown[-1].pk if len(rows) > SHOWN else None
    late = filtering.late_in(request.area, wanted, request.user).count() if wanted.state == State.QUARANTINED else 0
    return render(request, "survey/records.html", {
        "rows": [
            {"record": row, "reasons": reasons_of(row), "name": names.get(row.pk, ""), "late": filtering.is_late(row) and row.account_id != request.user.pk}
            for row in shown
        ],
        "wanted": wanted, "states": State.choices, "offers": filtering.offers_in(request.area, wanted.state), "late": late, "most": MOST_TOGETHER,
        "form": DecisionForm(), "open": open_count(request.area),
        "pager": pager(request.GET, "before", following, _("%(count)d 条记录") % {"count": len(shown)}),
    })


def reasons_of(row: Submission) -> list[str]:
    return [str(Reason(code).label) for code in row.reasons]


def _record(request: Any, pk: int) -> Submission:
    return row_in(Submission.objects.select_related("division", "account", "device", "round", "version__form", "replaces", "decided_by"), request.area, pk, "submission")


@needs(Right.INTAKE)
def show(request: Any, pk: int) -> HttpResponse:
    row = _record(request, pk)
    note_look(request, "view_submission", subject=f"submission:{row.pk}", path=row.path)
    plan = json.loads(row.version.plan) if row.version else None
    subject = queries.subject_of(row, request.area)
    lines = showing.lines_of(row, plan, showing.known_of(subject, request.area, timezone.localdate()), request.area)
    return render(request, "survey/record.html", {
        "record": row, "reasons": reasons_of(row), "subject": queries.subject_names([row], request.area).get(row.pk, ""),
        "answers": [line for line in lines if line.kind != "noted"], "noted": [line for line in lines if line.kind == "noted"],
        "beside": any(line.register for line in lines), "same": queries.others_of(row, request.area), "delay": showing.delay_of(row),
        "doubled": doubled_with(row), "effects": effect_lines(row, Words(plan).label if plan else str),
        "files": showing.files_of(row, plan), "form": DecisionForm(), "refusal": why_not(check_can_decide, row, request.user, request.area),
    })


@needs(Right.INTAKE)
@require_POST
def decide(request: Any, pk: int) -> HttpResponse:
    row = _record(request, pk)
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise Refused("no_reason", _("请写明理由"))
    act = actions.accept_submission if form.cleaned_data["decision"] == "accept" else actions.leave_out_submission
    act(submission=row, why=form.cleaned_data["why"], by=request.user, at=timezone.now())
    messages.success(request, _("已裁定"))
    return redirect("survey:records")


@needs(Right.INTAKE)
@require_POST
def decide_many(request: Any) -> HttpResponse:
    """Those that were ticked, or all that the list's filters find: as far as nothing but being late speaks against them."""
    form = DecisionForm(request.POST)
    if not form.is_valid():
        raise Refused("no_reason", _("请写明理由"))
    rows = filtering.late_in(request.area, Wanted.of(request.POST), request.user)
    if request.POST.get("which") != "all":
        ticked = [number for text in request.POST.getlist("record") if (number := number_in(text)) is not None]
        if not ticked:
            raise Refused("nothing_chosen", _("请先勾选要裁定的记录，或选择“全部”"))
        rows = rows.filter(pk__in=ticked[:MOST_TOGETHER])
    found = list(rows.order_by("pk")[:MOST_TOGETHER])
    decided = actions.decide_together(
        submissions=found, accept=form.cleaned_data["decision"] == "accept", why=form.cleaned_data["why"], by=request.user, at=timezone.now())
    messages.success(request, _("已裁定 %(count)d 条") % {"count": decided.done})
    if decided.left:
        messages.warning(request, _("%(count)d 条没有动：刚被别人裁定了，或是自己填的") % {"count": decided.left})
    return redirect("survey:records")
