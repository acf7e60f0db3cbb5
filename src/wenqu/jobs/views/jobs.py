"""Jobs: the list, the page of one with its progress, and its result file."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from wenqu.jobs import queries
from wenqu.jobs.models import Job
from wenqu.jobs.permissions import check_can_fetch_result
from wenqu.kit import audit
from wenqu.kit.addresses import number_in
from wenqu.kit.downloads import download
from wenqu.kit.pages import pager
from wenqu.kit.refusal import why_not
from wenqu.places.permissions import needs
from wenqu.places.rights import Right
from wenqu.places.scope import Area

OUTCOME_VIEWS = {"run": "judging:run", "batch": "registers:batch"}


@needs(Right.JOBS)
def job_list(request: HttpRequest) -> HttpResponse:
    area: Area = request.area  # type: ignore[attr-defined]
    before = request.GET.get("before", "")
    rows, following = queries.jobs_of(area, number_in(before))
    shown = [{"job": job, "fetch": why_not(check_can_fetch_result, job, area) is None} for job in rows]
    return render(request, "jobs/list.html", {"rows": shown, "pager": pager(request.GET, "before", following)})


@needs(Right.JOBS)
def job_page(request: HttpRequest, pk: int) -> HttpResponse:
    job = queries.job_in(request.area, pk)  # type: ignore[attr-defined]
    return render(request, "jobs/job.html", _context(job, request.area))  # type: ignore[attr-defined]


@needs(Right.JOBS)
def job_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that changes, asked for again and again until the job has ended."""
    job = queries.job_in(request.area, pk)  # type: ignore[attr-defined]
    return render(request, "jobs/_progress.html", _context(job, request.area))  # type: ignore[attr-defined]


@needs(Right.JOBS)
def job_result(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The result file. Every download is written down: most results hold personal data."""
    area: Area = request.area  # type: ignore[attr-defined]
    job = queries.job_in(area, pk)
    check_can_fetch_result(job, area)
    file = queries.result_path(job)
    audit.record(
        by=request.user, verb="download_result", at=timezone.now(), subject=f"job:{job.pk}", path=job.path,  # type: ignore[arg-type]
        detail={"file": job.result_name},
    )
    return download(file, job.result_name)


def _context(job: Job, area: Area) -> dict[str, Any]:
    outcome = queries.outcome_of(job)
    url = ""
    if outcome is not None:
        try:
            url = reverse(OUTCOME_VIEWS[outcome[0]], args=[outcome[1]])
        except NoReverseMatch:
            url = ""
    return {
        "job": job, "ended": job.state in queries.ENDED, "outcome": outcome, "outcome_url": url,
        "refusal": why_not(check_can_fetch_result, job, area),
    }
