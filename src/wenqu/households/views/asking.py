"""The page on which a department asks the register."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.households.asking.actions import ask_register, submit_list
from wenqu.households.asking.forms import AskForm, ListForm
from wenqu.households.asking.lists import read_list
from wenqu.households.asking.purposes import areas_by_purpose
from wenqu.households.asking.queries import list_of, lists_of
from wenqu.jobs.permissions import check_can_fetch_result
from wenqu.jobs.queries import ENDED, result_path
from wenqu.kit import audit
from wenqu.kit.downloads import download
from wenqu.kit.refusal import Refused, why_not
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area


@needs(Right.QUERY)
def ask(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    now = timezone.now()
    today = timezone.localdate(now)
    form = AskForm(request.POST or None, purposes=areas_by_purpose(request.user, area, today))  # type: ignore[arg-type]
    if request.method != "POST" or not form.is_valid():
        return render(request, "households/ask.html", {"form": form}, status=400 if form.is_bound else 200)
    try:
        answers = ask_register(**form.cleaned_data, area=area, on=today, by=request.user, at=now)  # type: ignore[arg-type]
    except Refused as refusal:
        return render(request, "households/ask.html", {"form": form, "refusal": refusal}, status=409)
    return render(request, "households/ask.html", {"form": form, "answers": answers})


@needs(Right.QUERY)
def lists(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    now = timezone.now()
    today = timezone.localdate(now)
    form = ListForm(request.POST or None, request.FILES or None, purposes=areas_by_purpose(request.user, area, today))  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        try:
            rows = read_list(form.cleaned_data["file"])
            submit_list(rows=rows, purpose=form.cleaned_data["purpose"], area=area, on=today, by=request.user, at=now)  # type: ignore[arg-type]
        except Refused as refusal:
            form.add_error("file", refusal.message)
        else:
            messages.success(request, _("名单已收到，答复做好后在下面下载"))
            return redirect("query:lists")
    sent = lists_of(request.user)  # type: ignore[arg-type]
    waits = any(job.state not in ENDED for job in sent)
    jobs = [{"job": job, "refusal": why_not(check_can_fetch_result, job, area)} for job in sent]
    return render(request, "households/lists.html", {"form": form, "rows": jobs, "waits": waits}, status=400 if form.is_bound else 200)


@needs(Right.QUERY)
def list_result(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The answers to one's own list. Every download is written down."""
    area: Area = request.area  # type: ignore[attr-defined]
    job = list_of(request.user, pk)  # type: ignore[arg-type]
    check_can_fetch_result(job, area)
    file = result_path(job)
    audit.record(
        by=request.user, verb="download_result", at=timezone.now(), subject=f"job:{job.pk}", path=job.path, detail={"file": job.result_name},  # type: ignore[arg-type]
    )
    return download(file, job.result_name)
