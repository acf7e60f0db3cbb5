"""The page of a problem as it stood at an earlier instant: nothing can be done on it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from wenqu.evidence.queries import evidence_of
from wenqu.facts.models import SubjectKind
from wenqu.kit.addresses import number_in
from wenqu.kit.looks import note_look
from wenqu.kit.moments import Moment
from wenqu.kit.pages import pager
from wenqu.kit.registry import panels_for
from wenqu.ledger import queries
from wenqu.ledger.loop.history import as_of, count_named_then
from wenqu.ledger.loop.showing import shown_steps
from wenqu.ledger.models import Problem
from wenqu.ledger.past.reports import reports_then
from wenqu.places.crumbs import crumbs_of
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def show_then(request: HttpRequest, problem: Problem, moment: Moment) -> HttpResponse:
    """Who may see it is asked of today; what it was is told by its steps."""
    area: Area = request.area  # type: ignore[attr-defined]
    after = number_in(request.GET.get("after", "0"))
    then = as_of(problem, moment.at)
    named, following = queries.named_households(problem, area, after or 0, until=moment.at) if then else ([], None)
    note_look(request, "view_problem", subject=f"problem:{problem.number}", path=problem.path, page=after or None, rows=len(named), at=moment.words)
    context: dict[str, Any] = {"number": problem.number, "problem": then, "found_at": problem.opened_at, "moment": moment, "crumbs": crumbs_of(problem.path, area)}
    if then is not None:
        count_named_then([then], area, moment.at)
        evidence = [each for each in evidence_of(f"problem:{problem.pk}") if each.at <= moment.at]
        context |= {
            "named": named, "subject_url": subject_url(problem, area), "steps": shown_steps(then.steps_then, evidence),  # type: ignore[attr-defined]
            "reports": reports_then(problem, queries.reports_seen(problem, area), moment.at), "panels": panels_for("problem", then, request),
            "pager": pager(request.GET, "after", following),
            "overdue": then.due_at is not None and moment.at > then.due_at,
        }
    return render(request, "ledger/problem_then.html", context)


def subject_url(problem: Problem, area: Area) -> str:
    """Where the subject's own page is, for those who may open it."""
    views = {
        SubjectKind.HOUSEHOLD: ("households:household", Right.HOUSEHOLDS), SubjectKind.SCHEME: ("schemes:scheme", Right.SCHEMES),
        SubjectKind.DIVISION: ("reports:area", Right.FIGURES),
    }
    name, right = views[SubjectKind(problem.subject_kind)]
    return reverse(name, args=[problem.subject_id]) if area.whole.may(right).covers(problem.path) else ""
