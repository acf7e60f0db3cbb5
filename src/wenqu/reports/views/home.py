"""The dashboard of a division, from the county down to the village."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format

from wenqu.kit.looks import note_look
from wenqu.kit.moments import moment_of
from wenqu.ledger.desk.queries import has_desk
from wenqu.ledger.kinds import kinds
from wenqu.places.crumbs import crumbs_of
from wenqu.places.models import Division, Level
from wenqu.places.permissions import needs
from wenqu.places.queries import division_in, tops
from wenqu.places.rights import Right
from wenqu.places.scope import Area, home_division
from wenqu.reports import dashboard, map_data
from wenqu.reports.household_list import Filters, page_of
from wenqu.reports.labels import GRADE_LABELS, INDICATOR_LABELS, OVERALL_LABELS, SHORT_INDICATOR_LABELS
from wenqu.reports.views.desk import desk
from wenqu.schemes.queries import schemes_serving

# What judging finds stands in the chart even where there is none; other kinds when there are any.
FIRST_KINDS = ("too_little_water", "bad_water", "too_far", "interrupted")
VILLAGE_ROWS = 20
# Where somebody begins whose duties show no figures.
_STARTS = (
    (Right.QUERY, "query:ask"), (Right.SCHEMES, "schemes:list"), (Right.AUDIT, "audit:list"), (Right.PEOPLE, "people:list"),
)


@needs()
def home(request: HttpRequest) -> HttpResponse:
    """The desk of whoever may take a step of a problem, else the dashboard of the own area; who has no right to figures
    starts at the first page that is theirs."""
    whole: Area = request.area  # type: ignore[attr-defined]
    if has_desk(whole):
        return desk(request)
    area = request.area = whole.may(Right.FIGURES)  # type: ignore[attr-defined]
    if whole.paths and not area.paths:
        return redirect(next(view for right, view in _STARTS if whole.may(right).paths))
    division = home_division(area)
    if division is None:
        return render(request, "reports/no_duty.html")
    return _dashboard(request, division, area)


@needs(Right.FIGURES)
def own_area(request: HttpRequest) -> HttpResponse:
    """The dashboard of the own area, for those whose home is a desk."""
    area: Area = request.area  # type: ignore[attr-defined]
    division = home_division(area)
    return render(request, "reports/no_duty.html") if division is None else _dashboard(request, division, area)


@needs(Right.FIGURES)
def area_page(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    return _dashboard(request, division_in(area, pk), area)


@needs(Right.FIGURES)
def area_map(request: HttpRequest, pk: int) -> JsonResponse:
    division = division_in(request.area, pk)  # type: ignore[attr-defined]
    moment = moment_of(request)
    until = moment.at if moment else None
    _own, by_division = dashboard.tallies(division, dashboard.run_for(division.path, request.GET.get("run", ""), until), until)
    return JsonResponse(map_data.geometry_of(division, by_division))


def _dashboard(request: HttpRequest, division: Division, area: Area) -> HttpResponse:
    moment = moment_of(request)
    until = moment.at if moment else None
    run = dashboard.run_for(division.path, request.GET.get("run", ""), until)
    order = "place" if request.GET.get("order") == "place" else "worst"
    own, by_division = dashboard.tallies(division, run, until)
    problems = dashboard.problems_then(division.path, until) if until else dashboard.problems_below(division.path)
    children = dashboard.child_rows(division, by_division, problems, order)
    registered, exact = (own.households, True) if own else dashboard.households_at_least(division.path)
    context: dict[str, Any] = {
        "division": division, "crumbs": crumbs_of(division.path, area, here=division), "run": run, "own": own, "order": order,
        "chosen_run": run is not None and request.GET.get("run", "") == str(run.pk),
        "children": children, "children_judged": any(row.tally for row in children),
        "registered": registered, "registered_exact": exact,
        "people": own.people if own else dashboard.people_registered(division.path, exact),
        "schemes": dashboard.schemes_below(division.path),
        "open_problems": problems.total("open"), "clues": problems.total("clue"),
        "problem_rows": _problem_rows(problems), "trend": dashboard.trend(division.path, until),
        "indicator_rows": _indicator_rows(own), "other_areas": tops(area) if len(area.paths) > 1 else [],
        "county_here": area.may(Right.JUDGE).covers(division.path), "may_report": area.whole.may(Right.REPORT).covers(division.path), "is_village": division.level == Level.VILLAGE, "wide_map": not children,
    }
    context |= {"moment": moment, "then": f"&{moment.query}" if moment else ""}
    if division.level == Level.VILLAGE:
        context["worst"] = [] if moment else _worst(division)
        note_look(request, "view_village", subject=f"division:{division.pk}", path=division.path, rows=len(context["worst"]))
        context["serving"] = schemes_serving(division.path, area)
        # A village counts the schemes that serve it: most of them stand elsewhere, and «0» would frighten its manager.
        context["schemes"] = len(context["serving"])
    context["chart_data"] = _chart_data(context, problems)
    return render(request, "reports/home.html", context)


def _worst(division: Division) -> list[Any]:
    """The households of a village that most need somebody to go there."""
    rows = page_of(division.path, Filters(overall="unsafe"), None, VILLAGE_ROWS).rows
    if len(rows) < VILLAGE_ROWS:
        rows += page_of(division.path, Filters(overall="unknown"), None, VILLAGE_ROWS - len(rows)).rows
    return rows


def _indicator_rows(own: dashboard.Tally | None) -> list[dict[str, Any]]:
    if own is None:
        return []
    return [{"name": name, "label": label, **own.indicators[name]} for name, label in INDICATOR_LABELS.items()]


def _problem_rows(problems: dashboard.Problems) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "label": label, "open": problems.by_kind.get(kind, {}).get("open", 0), "clue": problems.by_kind.get(kind, {}).get("clue", 0)}
        for kind, label in kinds().items() if kind in problems.by_kind or kind in FIRST_KINDS
    ]


def _chart_data(context: dict[str, Any], problems: dashboard.Problems) -> dict[str, Any]:
    """The numbers of the page once more, for the drawings; the words come along in the chosen language."""
    division: Division = context["division"]
    moment = context["moment"]
    # The map of an earlier day draws the numbers of the run of that day.
    run_part = f"?run={context['run'].pk}" if context["chosen_run"] or moment and context["run"] else ""
    run_part += f"{'&' if run_part else '?'}{moment.query}" if moment else ""
    return {
        "map": reverse("reports:map", args=[division.pk]) + run_part,
        "place": division.name,
        "overall": {name: str(label) for name, label in OVERALL_LABELS.items()},
        "grades": {name: str(label) for name, label in GRADE_LABELS.items()},
        "indicators": [{**row, "label": str(SHORT_INDICATOR_LABELS[row["name"]])} for row in context["indicator_rows"]],
        "children": [_child(row, run_part) for row in context["children"]],
        "kinds": [{"kind": row["kind"], "label": str(row["label"])} for row in context["problem_rows"]],
        "problems": [
            {"name": row.division.name, **problems.by_child.get(row.division.path, {})}
            for row in context["children"] if row.open_problems
        ],
        "trend": [{**point, "as_of": date_format(point["as_of"], "Y-m-d")} for point in context["trend"]],
    }


def _child(row: dashboard.Child, run_part: str) -> dict[str, Any]:
    tally = row.tally or dashboard.Tally()
    return {
        "id": row.division.pk, "name": row.division.name, "url": reverse("reports:area", args=[row.division.pk]) + run_part,
        "households": tally.households, "open": row.open_problems,
        **{name: getattr(tally, name) for name in dashboard.OVERALL},
    }
