"""Submit a job, run it, pick up what a killed worker left."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from wenqu.jobs.kinds import work_of
from wenqu.jobs.models import Job, State
from wenqu.kit import audit
from wenqu.kit.refusal import Refused, watched
from wenqu.places.models import Account
from wenqu.places.rights import Right

log = logging.getLogger(__name__)
# A running job says so at least this often; one that has not for longer was left by a killed worker.
BEAT_SECONDS = 2.0
STALE = timedelta(seconds=120)
# A job that takes its worker with it every time must not keep the others waiting for ever.
MOST_TRIES = 5


@transaction.atomic
def submit_job(
    *, kind: str, args: dict[str, Any], title: str, path: str, by: Account | None, at: datetime,
    result_right: Right = Right.EXPORT_PHONES,
) -> Job:
    """Queue a job of a registered kind; it starts after the transaction commits. Its file is for those who hold `result_right`."""
    from wenqu.jobs.tasks import run_job_task  # noqa: PLC0415  tasks import this module

    job = Job.objects.create(kind=kind, args=args, title=title, path=path, by=by, created_at=at, result_right=result_right.value)
    audit.record(by=by or audit.SYSTEM, verb="submit_job", at=at, subject=f"job:{job.pk}", path=path, detail={"kind": kind})
    transaction.on_commit(lambda: run_job_task.enqueue(job.pk))
    return job


def run_job(*, job: Job, clock: Any) -> None:
    """Run a job to its end and store what came out. A refusal or an error becomes its message, never a lost job."""
    if job.state in {State.DONE, State.FAILED}:
        return
    last_beat = 0.0

    def progress(done: int, total: int) -> None:
        nonlocal last_beat
        now = time.monotonic()
        if now - last_beat < BEAT_SECONDS and done < total:
            return
        last_beat = now
        Job.objects.filter(pk=job.pk).update(done=done, total=total, beat_at=clock())

    Job.objects.filter(pk=job.pk).update(state=State.RUNNING, beat_at=clock(), tries=F("tries") + 1)
    try:
        with audit.coming("job"), watched():
            work_of(job.kind)(job, progress)
    except Refused as refusal:
        with audit.coming("job"):
            audit.refused(by=job.by or audit.SYSTEM, code=refusal.code, what=job.kind, at=clock(), subject=f"job:{job.pk}", path=job.path)
        _finish(job, State.FAILED, clock(), refusal.message)
    except Exception as error:
        log.exception("job %s (%s) failed", job.pk, job.kind)
        _finish(job, State.FAILED, clock(), f"任务出错，已停止：{type(error).__name__}。已提交的数据不受影响，请联系管理员查看日志。")
    else:
        _finish(job, State.DONE, clock(), "")


def _finish(job: Job, state: str, at: datetime, message: str) -> None:
    fields: dict[str, Any] = {"state": state, "finished_at": at, "beat_at": at}
    if message:
        fields["message"] = message
    if state == State.DONE:
        fields["done"] = F("total")
    Job.objects.filter(pk=job.pk).update(**fields)


def resume_interrupted(*, at: datetime, everything: bool) -> int:
    """Queue again what a killed worker left running or took and never began (all of it where this is the only worker).

    A job that was begun `MOST_TRIES` times has failed. Returns how many were queued.
    """
    from wenqu.jobs.tasks import run_job_task  # noqa: PLC0415

    # A queued job may still be in the queue too: whichever comes second finds it ended and does nothing.
    left = Job.objects.filter(state__in=[State.QUEUED, State.RUNNING]).order_by("pk")
    if not everything:
        left = left.filter(state=State.RUNNING, beat_at__lt=at - STALE)
    queued = 0
    for job in left:
        if job.tries >= MOST_TRIES:
            _finish(job, State.FAILED, at, f"任务 {job.tries} 次中断都没有完成，已停止。已提交的数据不受影响，请联系管理员查看日志。")
        else:
            run_job_task.enqueue(job.pk)
            queued += 1
    return queued
