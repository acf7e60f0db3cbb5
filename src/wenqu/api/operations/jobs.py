"""Background jobs: state and result."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router

from wenqu.api.common import area_of_request, number, text
from wenqu.api.fields import USUAL, Id, NumberCursor, Size
from wenqu.api.operation import operation
from wenqu.api.schema import work as told
from wenqu.jobs import queries
from wenqu.jobs.models import Job, State
from wenqu.jobs.permissions import check_can_fetch_result
from wenqu.kit.downloads import download
from wenqu.kit.looks import note_look
from wenqu.kit.refusal import why_not
from wenqu.places.rights import Right
from wenqu.places.scope import Area

router = Router(tags=["jobs"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@operation(router, "GET", "/jobs", Right.JOBS, gives=told.JobPage)
def list_jobs(request: HttpRequest, after: NumberCursor | None = None, limit: Size = USUAL) -> dict[str, Any]:
    """List background jobs 后台任务

    The jobs that work inside the area, the newest first.
    """
    area = area_of_request(request)
    rows, following = queries.jobs_of(area, number(after), limit)
    return {"items": [job_words(row, area) for row in rows], "next": text(following)}


@operation(router, "GET", "/jobs/{job}", Right.JOBS, gives=told.Job, also=(404,))
def get_job(request: HttpRequest, job: Id) -> dict[str, Any]:
    """Get the state of a job

    Ask again every few seconds until the state is `done` or `failed`.
    """
    area = area_of_request(request)
    return job_words(queries.job_in(area, job), area)


@operation(router, "GET", "/jobs/{job}/result", Right.JOBS, file=f"{XLSX} application/octet-stream", also=(404,))
def get_job_result(request: HttpRequest, job: Id) -> StreamingHttpResponse:
    """Download the file that a job made

    Needs the right under which the file was made, over the whole area of the job. Every download is written down in the
    audit log.
    """
    area = area_of_request(request)
    found = queries.job_in(area, job)
    check_can_fetch_result(found, area)
    file = queries.result_path(found)
    note_look(request, "download_result", subject=f"job:{found.pk}", path=found.path, file=found.result_name)
    return download(file, found.result_name, XLSX if file.suffix == ".xlsx" else "application/octet-stream")


def job_words(job: Job, area: Area) -> dict[str, Any]:
    outcome = queries.outcome_of(job)
    ready = job.state == State.DONE and bool(job.result_file)
    return {
        "id": job.pk, "title": job.title, "state": job.state, "percent": job.percent, "message": "" if outcome else job.message,
        "made": {"kind": outcome[0], "id": outcome[1]} if outcome else None,
        "has_result": ready and why_not(check_can_fetch_result, job, area) is None,
        "created_at": job.created_at, "finished_at": job.finished_at,
    }
