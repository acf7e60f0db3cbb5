"""Who may fetch what a job made. The list, the page and the download ask here."""

from __future__ import annotations

from wenqu.jobs.models import Job
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def check_can_fetch_result(job: Job, area: Area) -> None:
    """The result of a job needs the right that its file was made under, held over the whole of the job's area."""
    check_may(Right(job.result_right), job.path, area)
