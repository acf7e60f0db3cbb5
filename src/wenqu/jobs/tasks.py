"""The one task of the queue: run a job by its number."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from wenqu.jobs.actions import run_job
from wenqu.jobs.models import Job


@task()
def run_job_task(job_id: int) -> None:
    run_job(job=Job.objects.get(pk=job_id), clock=timezone.now)
