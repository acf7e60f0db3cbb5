"""Judging: the list of conclusions, a run over a county, and one household with all that was told of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wenqu.households.models import Household
from wenqu.households.queries import household_in
from wenqu.kit.addresses import number_in
from wenqu.kit.looks import note_look
from wenqu.kit.pages import pager
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.models import Division, Level
from wenqu.places.permissions import needs
from wenqu.places.queries import names_of as places_called
from wenqu.places.queries import row_in
from wenqu.places.rights import Right
from wenqu.places.scope import Area, within
from wenqu.watch.judging import actions, queries, showing
from wenqu.watch.judging.forms import RunForm
from wenqu.watch.judging.outdated import outdated
from wenqu.watch.judging.permissions import check_can_judge_county, check_can_tell
from wenqu.watch.judging.queries import Filters
from wenqu.watch.models import HouseFact, IncomeItem


def _filters(request: Any, area: Area) -> Filters:
    pk = number_in(request.GET.get("place", ""))
    place = within(Division.objects.filter(level__gte=Level.COUNTY), area).filter(pk=pk).first() if pk is not None else None
    asked = {name: request.GET.get(name, "")[:40] for name in ("object", "stands", "cause")}
    return Filters(**asked, place=place, waiting=request.GET.get("waiting") == "1")


@needs(Right.WATCH)
def judged_list(request: Any) -> HttpResponse:
    """Who was concluded to be what, by kind, colour, cause and place; the last runs, and what moved."""
    area, filters = request.area, _filters(request, request.area)
    rows = queries.graded(area, filters)
    page, following = queries.page_of(rows, number_in(request.GET.get("after", "")))
    moves = queries.moves_in(area)
    names = queries.Names(queries.editions_in(area))
    called = places_called({row.path for row in page} | {move.path for move in moves})
    note_look(
        request, "list_watch_judged", paths=area.paths, rows=len(page), page=request.GET.get("after", "")[:20], object=filters.object, stands=filters.stands, cause=filters.cause)
    may_judge = [each for each in queries.counties(area) if why_not(check_can_judge_county, each, area) is None]
    return render(request, "watch/judged.html", {
        "rows": showing.rows(page, names, called), "filters": filters, "pager": pager(request.GET, "after", following),
        "counts": showing.counts(queries.graded(area, Filters(place=filters.place)), names), "towns": showing.towns(rows, names),
        "moves": showing.moves(moves, names, called), "runs": queries.runs_in(area), "may_judge": bool(may_judge), "total": rows.count(),
        "outdated": outdated(area, timezone.localdate()),
    })


@needs(Right.WATCH_RULES)
def new_run(request: Any) -> HttpResponse:
    """Ask for a judging of a county; the page of the job shows how far it is."""
    now = timezone.now()
    divisions = within(Division.objects.filter(level=Level.COUNTY), request.area).order_by("path")
    asked = divisions.filter(pk=number_in(request.GET.get("division", "")) or 0).first()
    form = RunForm(request.POST or None, divisions=divisions, today=timezone.localdate(now), initial={"division": asked})
    if request.method == "POST" and form.is_valid():
        try:
            job = actions.submit_run(**form.cleaned_data, area=request.area, by=request.user, at=now)
            messages.success(request, _("研判任务已提交，完成后名单自动更新。"))
            return redirect("jobs:job", job.pk)
        except Refused as refused:
            form.add_error(None, refused.message)
    return render(request, "watch/new_run.html", {"form": form}, status=422 if form.is_bound else 200)


def _household(request: Any, pk: int) -> Household:
    return household_in(request.area, pk)


def _page(request: Any, household: Household, status: int = 200, **forms: Any) -> HttpResponse:
    return render(request, "watch/household.html", showing.household_page(household, request, timezone.now(), **forms), status=status)


@needs(Right.WATCH)
def household(request: Any, pk: int) -> HttpResponse:
    """All that was told of a household, what it adds up to and why. The look is written down."""
    row = _household(request, pk)
    showing.look(row, request, timezone.now())
    return _page(request, row)


@needs(Right.WATCH)
@require_POST
def tell(request: Any, pk: int, what: str) -> HttpResponse:
    """Facts or items as they were filled in; judged at once."""
    row, now = _household(request, pk), timezone.now()
    check_can_tell(row, request.area)
    form = showing.form_of(what, row, request, now)
    if not form.is_valid():
        return _page(request, row, 422, **{what: form})
    told = form.cleaned_data
    actions.tell(
        household=row, facts=told.get("facts", {}), items=told.get("items", ()), source=told["source"], observed_on=told["observed_on"], key=told["key"],
        area=request.area, by=request.user, at=now)
    messages.success(request, _("已登记，并按最新情况重新研判。"))
    return redirect("watch:judging-household", row.pk)


_ROWS = {"fact": HouseFact, "item": IncomeItem}


@needs(Right.WATCH)
@require_POST
def withdraw(request: Any, what: str, pk: int) -> HttpResponse:
    model: Any = _ROWS[what]
    row = row_in(model.objects.all(), request.area, pk, f"watch-{what}", "household__path")
    actions.withdraw(row=row, area=request.area, by=request.user, at=timezone.now())
    messages.success(request, _("已撤回，原登记仍可查阅。"))
    return redirect("watch:judging-household", row.household_id)


@needs(Right.WATCH)
@require_POST
def let_stand(request: Any, pk: int) -> HttpResponse:
    row = _household(request, pk)
    actions.let_stand(household=row, shown=request.POST.get("shown", "")[:40], area=request.area, by=request.user, at=timezone.now())
    messages.success(request, _("等级变动已复核同意。"))
    return redirect("watch:judging-household", row.pk)


@needs(Right.WATCH)
def moves(request: Any) -> HttpResponse:
    """What changed, newest first."""
    before = number_in(request.GET.get("before", ""))
    rows = queries.moved(request.area)
    found = queries.moves_of(rows.filter(pk__lt=before) if before is not None else rows, queries.PAGE + 1)
    page, following = found[:queries.PAGE], found[queries.PAGE - 1].pk if len(found) > queries.PAGE else None
    note_look(request, "list_watch_moves", paths=request.area.paths, rows=len(page), page=before)
    shown = showing.moves(page, queries.names_of(page), places_called({row.path for row in page}))
    return render(request, "watch/moves.html", {"moves": shown, "pager": pager(request.GET, "before", following)})
