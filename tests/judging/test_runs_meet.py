"""Runs that meet: the same job once more, and two runs of one county at a time."""

from __future__ import annotations

import threading
from datetime import date

import pytest
from cast import AT, Cast, make_cast
from django.db import connection
from stages import facts, household

from wenqu.jobs.models import Job
from wenqu.judging import actions
from wenqu.judging.apps import judge_job
from wenqu.judging.models import Grade, Run
from wenqu.kit.audit import SYSTEM
from wenqu.ledger.models import Problem


def test_what_does_not_fit_in_memory_stays_in_the_folder_of_the_product(cast: Cast, settings, tmp_path, monkeypatch) -> None:
    settings.RUNS_DIR = tmp_path / "o'clock"
    household(cast.village_a1, "H1")
    places = []
    judge = actions.engine.judge

    def look(con, pack):
        places.append(con.execute("SELECT current_setting('temp_directory')").fetchone()[0])
        judge(con, pack)

    monkeypatch.setattr(actions.engine, "judge", look)
    run = actions.judge_division(division=cast.county, pack_id="national-2018", as_of=date(2026, 2, 28), by=SYSTEM, at=AT)
    assert places == [str(settings.RUNS_DIR / "spill")]
    assert (settings.RUNS_DIR / run.file).is_file()


def test_a_job_whose_run_is_stored_makes_no_second_one(cast: Cast) -> None:
    household(cast.village_a1, "H1")
    args = {"division": cast.county.pk, "pack": "national-2018", "as_of": "2026-02-28"}
    job = Job.objects.create(kind="judge", args=args, title="评价", path=cast.county.path, by=cast.chen, created_at=AT)

    def killed(done: int, total: int) -> None:
        if done == total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge_job(job, killed)
    judge_job(Job.objects.get(), lambda done, total: None)
    assert Run.objects.count() == 1
    assert Job.objects.get().message == f"run:{Run.objects.get().pk}"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_runs_of_a_county_at_once_both_stand_and_double_nothing(monkeypatch) -> None:
    cast = make_cast()
    for number in range(5):
        facts(household(cast.village_a1, f"H{number}"), piped="yes", litres_per_person_day=5)
    together = threading.Barrier(2, timeout=30)
    write = actions.engine.write_file

    def meet(con, target):
        digest = write(con, target)
        together.wait()
        return digest

    monkeypatch.setattr(actions.engine, "write_file", meet)
    errors: list[BaseException] = []

    def judge() -> None:
        try:
            actions.judge_division(division=cast.county, pack_id="national-2018", as_of=date(2026, 2, 28), by=SYSTEM, at=AT)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=judge) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert (Run.objects.count(), Grade.objects.count(), Problem.objects.count()) == (2, 5, 5)
