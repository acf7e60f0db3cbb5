"""What if: the scenarios of a county, a new one, what came out, who, and several side by side."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.jobs.models import State
from wenqu.kit import audit
from wenqu.kit.addresses import number_in
from wenqu.kit.limited import limited
from wenqu.kit.pages import pager
from wenqu.kit.refusal import Refused
from wenqu.places.models import Division
from wenqu.places.permissions import needs
from wenqu.places.queries import names_of, row_in
from wenqu.places.rights import Right
from wenqu.watch.judging.queries import counties
from wenqu.watch.models import Scenario, ScenarioKind
from wenqu.watch.whatif import actions, packs, queries
from wenqu.watch.whatif.forms import ScenarioForm

_MOST, _PAGE, _SIDES = 100, 50, 6


@needs(Right.WATCH_RULES)
def scenario_list(request: Any) -> HttpResponse:
    rows = [{"scenario": each, "totals": queries.crossing_totals(each), "all": sum(queries.crossing_totals(each).values())}
            for each in queries.scenarios_in(request.area)[:_MOST]]
    return render(request, "watch/scenarios.html", {"rows": rows})


def _start(request: Any) -> tuple[str, Division, list[packs.Choice], str]:
    """Kind, county, packs to choose from and the one chosen, from the address."""
    places = counties(request.area)
    if not places:
        raise Refused("not_a_county", _("规则推演以县为单位"))
    wanted = number_in(request.GET.get("county", ""))
    county = next((each for each in places if each.pk == wanted), places[0])
    kind = ScenarioKind.WATER if request.GET.get("kind") == ScenarioKind.WATER else ScenarioKind.WATCH
    offered = packs.choices(kind, county, timezone.localdate())
    value = request.GET.get("pack", "")
    return kind, county, offered, value if value in {each.value for each in offered} else offered[0].value


@needs(Right.WATCH_RULES)
def new(request: Any) -> HttpResponse:
    """Choose a pack, change its numbers, ask."""
    kind, county, offered, value = _start(request)
    now = timezone.now()
    pack = packs.chosen(value, kind, county, timezone.localdate(now))
    assert pack is not None
    form = ScenarioForm(request.POST or None, pack=pack, clauses=packs.clauses(pack))
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            row = actions.ask(
                county=county, kind=kind, pack=pack, changes=told["changes"], name=told["name"], as_of=timezone.localdate(now), key=told["key"], area=request.area,
                by=request.user, at=now)
            return redirect("watch:scenario", row.pk)
        except Refused as refused:
            form.add_error(None, refused.message)
    return render(request, "watch/new_scenario.html", {
        "form": form, "kind": kind, "kinds": ScenarioKind.choices, "county": county, "counties": counties(request.area), "offered": offered, "value": value, "pack": pack,
    }, status=422 if form.is_bound else 200)


def _scenario(request: Any, pk: int) -> Scenario:
    return row_in(Scenario.objects.select_related("division", "made_by", "job"), request.area, pk, "scenario")


@needs(Right.WATCH_RULES)
def show(request: Any, pk: int) -> HttpResponse:
    scenario = _scenario(request, pk)
    others = queries.scenarios_in(request.area).filter(kind=scenario.kind, path=scenario.path).exclude(pk=pk).exclude(done_at=None)[:20]
    job = scenario.job
    context = {"scenario": scenario, "others": others, "job": job, "failed": job is not None and job.state == State.FAILED and scenario.done_at is None}
    return render(request, "watch/scenario.html", {**context, **(queries.result(scenario) if scenario.done_at else {})})


@needs(Right.WATCH_RULES)
@limited("search")
def names(request: Any, pk: int) -> HttpResponse:
    """Who would cross. Every look is written down."""
    scenario = _scenario(request, pk)
    town, crossing = request.GET.get("town", ""), request.GET.get("crossing", "")
    cause = request.GET.get("cause")
    if not town.isdecimal():
        town = ""
    rows = queries.crossers_in(scenario, request.area, town, cause[:40] if cause is not None else None, crossing)
    after = number_in(request.GET.get("after", ""))
    found = list((rows.filter(pk__gt=after) if after is not None else rows)[: _PAGE + 1])
    page, words = found[:_PAGE], queries.Words(scenario)
    called = names_of({row.path for row in page})
    audit.record(by=request.user, verb="view_what_if_names", at=timezone.now(), subject=f"scenario:{scenario.pk}", path=scenario.path,
                 detail={"shown": len(page), "town": town, "crossing": crossing[:10]})
    return render(request, "watch/scenario_names.html", {
        "scenario": scenario, "total": rows.count(), "pager": pager(request.GET, "after", page[-1].pk if len(found) > _PAGE else None),
        "rows": [{"row": row, "household": row.household, "place": called.get(row.path, ""), "cause": words.cause(row.cause), "before": words.conclusion(row.before),
                  "after": words.conclusion(row.after), "crossing": queries.CROSSINGS[row.crossing]} for row in page],
    })


@needs(Right.WATCH_RULES)
def compare(request: Any) -> HttpResponse:
    """Scenarios of one kind side by side."""
    wanted = [pk for text in request.GET.getlist("s") if (pk := number_in(text)) is not None][:_SIDES]
    rows = [_scenario(request, pk) for pk in dict.fromkeys(wanted)]
    if not rows:
        raise Http404
    if len({row.kind for row in rows}) > 1 or any(row.done_at is None for row in rows):
        raise Refused("not_comparable", _("只能对照同一种规则、已经推演完的方案"))
    return render(request, "watch/compare.html", {"scenarios": rows, **queries.compared(rows)})


@needs(Right.WATCH_RULES)
@require_POST
def again(request: Any, pk: int) -> HttpResponse:
    """The same changes on the register of today, as a new scenario."""
    scenario = _scenario(request, pk)
    now = timezone.now()
    row = actions.ask(
        county=scenario.division, kind=scenario.kind, pack=packs.packs_of(scenario)[0], changes=scenario.changes, name=scenario.name, as_of=timezone.localdate(now),
        key=request.POST.get("key", "")[:40] or f"again-{scenario.pk}-{now.timestamp():.0f}", area=request.area, by=request.user, at=now)
    messages.success(request, _("已按最新台账重新推演。"))
    return redirect("watch:scenario", row.pk)
