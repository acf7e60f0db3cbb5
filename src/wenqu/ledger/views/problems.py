"""The ledger, the page of one problem, and closing it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.facts.models import SubjectKind
from wenqu.kit.addresses import number_in
from wenqu.kit.looks import note_look
from wenqu.kit.refusal import why_not
from wenqu.ledger import queries
from wenqu.ledger.actions import close_problem
from wenqu.ledger.forms import CloseForm
from wenqu.ledger.models import Problem, ProblemKind, ProblemState
from wenqu.ledger.permissions import check_can_close
from wenqu.places import paths
from wenqu.places.crumbs import crumbs_of
from wenqu.places.permissions import needs
from wenqu.places.queries import children, division_in, names_of
from wenqu.places.rights import Right
from wenqu.places.scope import Area, home_division


@needs(Right.PROBLEMS)
def problem_list(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    asked = request.GET.get("area", "")
    division = division_in(area, asked) if asked else home_division(area)
    if division is None:
        return render(request, "ledger/list.html", {"rows": []})
    filters = queries.Filters.read(request.GET)
    before = request.GET.get("before", "")
    rows, following = queries.problem_rows(division.path, area, filters, number_in(before))
    note_look(request, "list_problems", path=division.path, page=number_in(before), rows=len(rows), state=filters.state, kind=filters.kind)
    names = names_of({row.path for row in rows})
    up = area.covers(division.path[: -paths.STEP]) and division.parent_id
    context = {
        "division": division, "places": list(children(division)), "up": up or None, "filters": filters,
        "rows": [{"problem": row, "place": names.get(row.path, "")} for row in rows],
        "kinds": ProblemKind.choices, "states": ProblemState.choices, "subjects": SubjectKind.choices[:2],
        "pager": _pager(request, following),
    }
    return render(request, "ledger/list.html", context)


def _pager(request: HttpRequest, following: int | None) -> dict[str, str]:
    query = request.GET.copy()
    began = query.pop("before", None)
    first = f"?{query.urlencode()}" if began else ""
    if following is None:
        return {"first": first, "next": "", "note": _("已到末尾")}
    query["before"] = str(following)
    return {"first": first, "next": f"?{query.urlencode()}", "note": _("每页 %(size)s 个") % {"size": queries.PAGE}}


@needs(Right.PROBLEMS)
def problem_page(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    return _page(request, queries.problem_in(area, pk), CloseForm(), 200)


@needs(Right.PROBLEMS)
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    problem = queries.problem_in(area, pk)
    form = CloseForm(request.POST)
    if not form.is_valid():
        return _page(request, problem, form, 400)
    now = timezone.now()
    close_problem(problem=problem, note=form.cleaned_data["note"], area=area, on=timezone.localdate(now), by=request.user, at=now)  # type: ignore[arg-type]
    messages.success(request, _("问题 %(number)s 已关闭") % {"number": problem.number})
    return redirect("ledger:problem", problem.pk)


def _page(request: HttpRequest, problem: Problem, form: CloseForm, status: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    after = request.GET.get("after", "0")
    named, following = queries.named_households(problem, area, number_in(after) or 0)
    note_look(request, "view_problem", subject=f"problem:{problem.number}", path=problem.path, page=number_in(after) or None, rows=len(named))
    refusal = why_not(check_can_close, problem, area)
    context: dict[str, Any] = {
        "problem": problem, "form": form, "refusal": refusal, "named": named, "subject_url": _subject_url(problem),
        "pager": {"first": "?" if after != "0" else "", "next": f"?after={following}" if following else "", "note": ""},
        "crumbs": crumbs_of(problem.path, area),
    }
    return render(request, "ledger/problem.html", context, status=status)


def _subject_url(problem: Problem) -> str:
    views = {SubjectKind.HOUSEHOLD: "households:household", SubjectKind.SCHEME: "schemes:scheme", SubjectKind.DIVISION: "reports:area"}
    return reverse(views[SubjectKind(problem.subject_kind)], args=[problem.subject_id])
