"""The desk of records: those that wait first, one record with its answers, the decision."""

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
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.permissions import needs
from wenqu.places.queries import row_in
from wenqu.places.rights import Right
from wenqu.survey.desk import actions, queries
from wenqu.survey.forms import DecisionForm
from wenqu.survey.models import Reason, State, Submission
from wenqu.survey.permissions import check_can_decide


@needs(Right.INTAKE)
def record_list(request: Any) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in State.values else State.QUARANTINED.value
    before = request.GET.get("before", "")
    rows = list(queries.submissions_in(request.area, state, number_in(before))[: queries.SHOWN + 1])
    shown = rows[: queries.SHOWN]
    return render(request, "survey/records.html", {
        "rows": [{"record": row, "reasons": _reasons(row)} for row in shown], "state": state, "states": State.choices,
        "pager": {
            "first": f"?state={state}" if before else "", "next": f"?state={state}&before={shown[-1].pk}" if len(rows) > len(shown) else "",
            "note": _("%(count)d 条记录") % {"count": len(shown)},
        },
    })


def _reasons(row: Submission) -> list[str]:
    return [str(Reason(code).label) for code in row.reasons]


def _record(request: Any, pk: int) -> Submission:
    return row_in(Submission.objects.select_related("division", "account", "device", "round", "version__form", "replaces", "decided_by"), request.area, pk, "submission")


@needs(Right.INTAKE)
def show(request: Any, pk: int) -> HttpResponse:
    row = _record(request, pk)
    note_look(request, "view_submission", subject=f"submission:{row.pk}", path=row.path)
    plan = json.loads(row.version.plan) if row.version else None
    return render(request, "survey/record.html", {
        "record": row, "reasons": _reasons(row), "lines": queries.lines_of(row, plan), "subject": queries.subject_of(row, request.area), "same": queries.others_of(row, request.area),
        "files": row.attachments.select_related("evidence").order_by("name", "pk"), "form": DecisionForm(),
        "refusal": why_not(check_can_decide, row, request.user, request.area),
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
