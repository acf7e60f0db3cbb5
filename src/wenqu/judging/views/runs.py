"""Runs: the list, starting one, and the page of one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.judging import page_queries
from wenqu.judging.actions import submit_run
from wenqu.judging.forms import RunForm
from wenqu.judging.models import Run
from wenqu.kit.addresses import number_in
from wenqu.kit.pages import pager
from wenqu.kit.refusal import Refused
from wenqu.places.models import Level
from wenqu.places.permissions import narrowed, needs
from wenqu.places.queries import divisions_by_level, missing_row
from wenqu.places.rights import Right
from wenqu.places.scope import Area


@needs(Right.FIGURES)
def run_list(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    before = request.GET.get("before", "")
    rows, following = page_queries.runs_seen(area, number_in(before))
    return render(request, "judging/runs.html", {"rows": rows, "pager": pager(request.GET, "before", following), "may_judge": bool(area.may(Right.JUDGE).paths)})


@needs(Right.JUDGE, Right.FIGURES)
def new_run(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    divisions = divisions_by_level(area.may(Right.JUDGE), Level.PROVINCE, Level.COUNTY)
    try:
        narrowed(area, (Right.JUDGE,))
        nowhere = not divisions.exists()
    except Refused:
        nowhere = True
    if nowhere:
        return render(request, "judging/new.html", {"refused": True}, status=403)
    now = timezone.now()
    form = RunForm(request.POST or None, divisions=divisions, today=timezone.localdate(now))
    if request.method != "POST" or not form.is_valid():
        return render(request, "judging/new.html", {"form": form}, status=400 if form.is_bound else 200)
    job = submit_run(
        division=form.cleaned_data["division"], pack_id=form.cleaned_data["pack"], as_of=form.cleaned_data["as_of"],
        area=area, by=request.user, at=now,  # type: ignore[arg-type]
    )
    messages.success(request, _("评价任务已提交，完成后结果会自动出现在首页。"))
    return redirect("jobs:job", job.pk)


@needs(Right.FIGURES)
def run_page(request: HttpRequest, pk: int) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    run = page_queries.run_in(area, pk)
    if run is None:
        raise missing_row(Run, pk, "run")
    return render(request, "judging/run.html", {"run": run, "counts": page_queries.counts_seen(run, area)})
