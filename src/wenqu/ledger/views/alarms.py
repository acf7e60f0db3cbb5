"""The area alarms and the page of one."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.kit.addresses import number_in
from wenqu.kit.looks import note_look
from wenqu.kit.pages import pager
from wenqu.kit.refusal import Refused, why_not
from wenqu.ledger.alarms import queries
from wenqu.ledger.gathering.actions import gather_problems
from wenqu.ledger.gathering.permissions import check_can_gather
from wenqu.ledger.gathering.queries import mergeable
from wenqu.ledger.kinds import kinds
from wenqu.ledger.models import Alarm, Problem
from wenqu.places.crumbs import crumbs_of
from wenqu.places.permissions import needs
from wenqu.places.queries import names_of
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.rulebook.duties import duty_pack, duty_pack_ids


@needs(Right.PROBLEMS)
def alarm_list(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    page = queries.alarm_rows(area, number_in(request.GET.get("before", "")))
    names = names_of({row.path for row in page.rows})
    note_look(request, "view_alarm", path=area.paths[0] if area.paths else "", rows=len(page.rows))
    context = {
        "rows": [{"alarm": row, "place": names.get(row.path, "")} for row in page.rows],
        "pager": pager(request.GET, "before", page.following),
    }
    return render(request, "ledger/alarms.html", context)


@needs(Right.PROBLEMS)
def alarm_page(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    alarm = queries.alarm_in(area, pk)
    reports = queries.report_rows(alarm, area, number_in(request.GET.get("before", "")))
    households = queries.household_rows(alarm, area, number_in(request.GET.get("after", "")))
    problems = queries.problem_rows(alarm, area)
    refusal = why_not(check_can_gather, alarm, area)
    note_look(request, "view_alarm", subject=f"alarm:{alarm.number}", path=alarm.path, rows=len(households.rows), page=number_in(request.GET.get("after", "")))
    context: dict[str, Any] = {
        "alarm": alarm, "crumbs": crumbs_of(alarm.path, area), "reports": reports.rows, "households": households.rows, "problems": problems,
        "places": names_of({row.path for row in [*reports.rows, *problems.rows]}), "rule": _rule(alarm), "earlier": queries.earlier_of(alarm, area),
        "refusal": refusal, "gather": _gather(alarm, problems.rows) if refusal is None else None,
        "reports_next": f"?before={reports.following}" if reports.following else "", "households_pager": pager(request.GET, "after", households.following),
    }
    return render(request, "ledger/alarm.html", context)


def _rule(alarm: Alarm) -> dict[str, Any]:
    """The rule that it was raised by, each number with its source. The pack's name as it is now, where it still comes with us."""
    pack = duty_pack(alarm.rule["pack"]) if alarm.rule.get("pack") in duty_pack_ids() else None
    return {**alarm.rule, "name": pack.zh if pack else alarm.rule.get("pack", ""), "name_en": pack.en if pack else alarm.rule.get("pack", "")}


def _gather(alarm: Alarm, problems: list[Problem]) -> dict[str, Any] | None:
    """The form that merges all into one, where there is more than one to merge."""
    rows = mergeable(problems)
    own = [row for row in rows if (row.subject_kind, row.subject_id) == (alarm.subject_kind, alarm.subject_id)]
    if len(rows) < 2:
        return None
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.kind] = counts.get(row.kind, 0) + 1
    most = own[0].kind if own else max(counts, key=lambda kind: counts[kind])
    return {"rows": rows, "kinds": list(kinds().items()), "kind": most, "key": uuid.uuid4().hex}


@needs(Right.PROBLEMS)
@require_POST
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    alarm = queries.alarm_in(request.area, pk)  # type: ignore[attr-defined]
    survivor = gather_problems(
        alarm=alarm, kind=request.POST.get("kind", ""), chosen=_chosen(request.POST.getlist("problem")), note=request.POST.get("note", ""),
        key=request.POST.get("key", "") or uuid.uuid4().hex, area=request.area, by=request.user, at=timezone.now(),  # type: ignore[attr-defined,arg-type]
    )
    messages.success(request, _("已并入问题 %(number)s") % {"number": survivor.number})
    return redirect("ledger:problem", survivor.pk)


def _chosen(values: list[str]) -> dict[int, int]:
    """Problem -> version, as the page showed them: «12-3»."""
    try:
        return {int(pk): int(version) for pk, _line, version in (value.partition("-") for value in values)}
    except ValueError:
        raise Refused("not_understood", _("提交的内容不完整，请刷新页面后重新提交")) from None
