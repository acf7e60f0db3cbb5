from __future__ import annotations

import pytest
from cast import AT, Cast
from django.core.management import call_command
from django.utils import timezone

from wenqu.jobs import kinds
from wenqu.jobs.actions import resume_interrupted, run_job, submit_job
from wenqu.jobs.models import Job, State
from wenqu.kit.refusal import Refused


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch):
    def offer(work) -> None:
        monkeypatch.setitem(kinds._kinds, "test", work)

    return offer


def submit(cast: Cast) -> Job:
    return submit_job(kind="test", args={}, title="试", path=cast.county.path, by=cast.chen, at=AT)


def test_progress_and_end_are_stored(cast: Cast, kind) -> None:
    kind(lambda job, progress: progress(7, 7))
    job = submit(cast)
    run_job(job=job, clock=timezone.now)
    job.refresh_from_db()
    assert (job.state, job.done, job.total, job.percent) == (State.DONE, 7, 7, 100)


def test_a_refusal_becomes_the_message_and_an_error_hides_its_inside(cast: Cast, kind) -> None:
    def refuse(job, progress):
        raise Refused("x", "文件里没有数据行")

    kind(refuse)
    job = submit(cast)
    run_job(job=job, clock=timezone.now)
    job.refresh_from_db()
    assert (job.state, job.message) == (State.FAILED, "文件里没有数据行")

    def breaks(job, progress):
        raise RuntimeError("张三 13800001234")

    kind(breaks)
    job = submit(cast)
    run_job(job=job, clock=timezone.now)
    job.refresh_from_db()
    assert job.state == State.FAILED and "张三" not in job.message


def test_a_finished_job_is_not_run_again(cast: Cast, kind) -> None:
    runs = []
    kind(lambda job, progress: runs.append(1))
    job = submit(cast)
    run_job(job=job, clock=timezone.now)
    job.refresh_from_db()
    run_job(job=job, clock=timezone.now)
    assert runs == [1]


def test_a_job_that_was_taken_and_never_begun_is_queued_again(cast: Cast, kind, settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}
    kind(lambda job, progress: None)
    submit(cast)
    assert resume_interrupted(at=timezone.now(), everything=True) == 1
    assert resume_interrupted(at=timezone.now(), everything=False) == 0, "it may only be waiting its turn"


def test_a_job_that_kills_its_worker_every_time_ends(cast: Cast, kind, settings) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}

    def kills(job, progress):
        raise KeyboardInterrupt

    kind(kills)
    job = submit(cast)
    queued = 0
    while resume_interrupted(at=timezone.now(), everything=True) and queued < 20:
        queued += 1
        with pytest.raises(KeyboardInterrupt):
            run_job(job=Job.objects.get(pk=job.pk), clock=timezone.now)
    job.refresh_from_db()
    assert (queued, job.state) == (5, State.FAILED)
    assert "中断" in job.message


@pytest.mark.django_db(transaction=True)
def test_the_queue_runs_a_job_and_picks_up_what_a_killed_worker_left(transactional_db, settings, kind) -> None:
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    runs = []
    kind(lambda job, progress: runs.append(job.pk))
    job = submit_job(kind="test", args={}, title="试", path="0001", by=None, at=AT)
    assert runs == []
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0, interval=0, reload=False)
    assert runs == [job.pk]
    Job.objects.filter(pk=job.pk).update(state=State.RUNNING)  # as if the worker had been killed then
    assert resume_interrupted(at=timezone.now(), everything=True) == 1
    call_command("db_worker", batch=True, startup_delay=False, verbosity=0, interval=0, reload=False)
    assert runs == [job.pk, job.pk]
    assert Job.objects.get().state == State.DONE
