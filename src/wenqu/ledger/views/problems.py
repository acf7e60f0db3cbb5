"""The ledger and the page of one problem."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from wenqu.evidence.queries import evidence_of
from wenqu.facts.models import SubjectKind
from wenqu.kit.addresses import number_in
from wenqu.kit.looks import note_look
from wenqu.kit.moments import moment_of
from wenqu.kit.pages import pager
from wenqu.kit.registry import panels_for
from wenqu.ledger import queries
from wenqu.ledger.kinds import categories, kinds
from wenqu.ledger.loop.history import steps_until
from wenqu.ledger.loop.showing import shown_steps, step_forms
from wenqu.ledger.models import Problem, ProblemState
from wenqu.ledger.past.listing import rows_then
from wenqu.ledger.views.past import show_then, subject_url
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
    moment = moment_of(request)
    if moment is not None:
        rows, following = rows_then(division.path, area, filters, moment, number_in(before))
    else:
        rows, following = queries.problem_rows(division.path, area, filters, number_in(before))
    note_look(
        request, "list_problems", path=division.path, page=number_in(before), rows=len(rows), state=filters.state, kind=filters.kind,
        at=moment.words if moment else "",
    )
    names = names_of({row.path for row in rows})
    up = area.covers(division.path[: -paths.STEP]) and division.parent_id
    context = {
        "division": division, "places": list(children(division)), "up": up or None, "filters": filters,
        "rows": [{"problem": row, "place": names.get(row.path, "")} for row in rows],
        "moment": moment, "kinds": list(kinds().items()), "categories": list(categories().items()), "states": [*queries.group_labels(then=moment is not None), *ProblemState.choices], "subjects": SubjectKind.choices,
        "pager": pager(request.GET, "before", following, _("已到末尾") if following is None else _("每页 %(size)s 个") % {"size": queries.PAGE}),
    }
    return render(request, "ledger/list.html", context)


@needs(Right.PROBLEMS, Right.UNIT_WORK)
def problem_page(request: HttpRequest, pk: int) -> HttpResponse:
    problem = queries.problem_in(request.area, pk)  # type: ignore[attr-defined]
    moment = moment_of(request)
    return show_then(request, problem, moment) if moment else show(request, problem)


def show(request: HttpRequest, problem: Problem, bound: Any = None, status: int = 200) -> HttpResponse:
    """The page of a problem; `bound` is the form of a step that was not accepted."""
    area: Area = request.area  # type: ignore[attr-defined]
    after = request.GET.get("after", "0")
    named, following = queries.named_households(problem, area, number_in(after) or 0)
    note_look(request, "view_problem", subject=f"problem:{problem.number}", path=problem.path, page=number_in(after) or None, rows=len(named))
    evidence = evidence_of(f"problem:{problem.pk}")
    context: dict[str, Any] = {
        "problem": problem, "named": named, "subject_url": subject_url(problem, area),
        "forms": step_forms(problem, area, request.user, bound), "steps": shown_steps(steps_until(problem, None), evidence),  # type: ignore[arg-type]
        "reports": list(queries.reports_of(problem, area).order_by("-pk")[:100]),
        "tried": bound, "panels": panels_for("problem", problem, request),
        "pager": pager(request.GET, "after", following),
        "crumbs": crumbs_of(problem.path, area),
    }
    return render(request, "ledger/problem.html", context, status=status)
