"""Reads of jobs, inside an area."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.http import Http404

from wenqu.jobs.models import Job, State
from wenqu.places.queries import row_in
from wenqu.places.scope import Area, within

PAGE = 30
ENDED = (State.DONE, State.FAILED)


def job_in(area: Area, pk: int) -> Job:
    """The job, or 404 where it does not exist or works outside the area."""
    return row_in(Job.objects.select_related("by"), area, pk, "job")


def jobs_of(area: Area, before: int | None, size: int = PAGE) -> tuple[list[Job], int | None]:
    """One page of the jobs of an area, newest first, and where the next page begins."""
    found = within(Job.objects.select_related("by"), area).order_by("-pk")
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: size + 1])
    return rows[:size], rows[size - 1].pk if len(rows) > size else None


def result_path(job: Job) -> Path:
    """The file that a finished job made; 404 where there is none (any more)."""
    folder = Path(settings.RESULTS_DIR).resolve()
    file = (folder / job.result_file).resolve()
    if not job.result_file or job.state != State.DONE or not file.is_relative_to(folder) or not file.is_file():
        raise Http404
    return file


def outcome_of(job: Job) -> tuple[str, int] | None:
    """What a job says it made, as («run», number): its message is «run:12» when it made a run."""
    kind, _sep, number = job.message.partition(":")
    return (kind, int(number)) if kind in {"run", "batch"} and number.isdecimal() else None
