"""Several workers walk the queue at once: every record has its effect once, and what two phones say together is right."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import pytest
from cast import AT, make_cast
from django.db import connection
from stages import household

from survey.effects_helper import LATER, SOON, check_of, known, send, xml_of
from survey.field import make_field, phone_of
from wenqu.facts.models import Fact
from wenqu.judging.actions import judge_division
from wenqu.judging.models import Grade
from wenqu.kit.audit import SYSTEM
from wenqu.ledger.models import Problem, Report
from wenqu.survey.designing.actions import publish_shipped
from wenqu.survey.effects import keeping, photos
from wenqu.survey.effects.actions import take_effect
from wenqu.survey.effects.keeping import judge_waiting, tick
from wenqu.survey.effects.queue import to_judge, waiting
from wenqu.survey.models import Submission
from wenqu.survey.rounds.actions import assign_villages

HOMES, WORKERS = 8, 4


def at_once(work: Callable[[int], object]) -> None:
    go, failed = threading.Barrier(WORKERS), []

    def one(number: int) -> None:
        go.wait()
        try:
            work(number)
        except Exception as error:
            failed.append(error)
        finally:
            connection.close()

    running = [threading.Thread(target=one, args=(number,)) for number in range(WORKERS)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert failed == []


@pytest.mark.django_db
def test_the_queues_are_read_by_their_own_indexes() -> None:
    """Every two seconds, however many records there are."""
    if connection.vendor != "sqlite":
        pytest.skip("the planner of PostgreSQL goes by how many rows there are")
    assert "submission_effect" in waiting()[:200].explain() and "submission_to_judge" in to_judge()[:200].explain()
    assert "attachment_to_look_at" in photos.waiting()[:200].explain()


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_do_each_thing_once() -> None:
    cast = make_cast()
    field = make_field(cast)
    publish_shipped(county=cast.county, shipped="problem-report", by=cast.chen, at=AT)
    assign_villages(round=field.round, accounts=[cast.li], villages=[cast.village_a1], by=cast.chen, at=AT)
    judge_division(division=cast.county, pack_id="national-2018", as_of=date(2026, 2, 28), by=SYSTEM, at=AT)
    second = phone_of(cast.li)
    homes = [household(cast.village_a1, f"H{number}") for number in range(HOMES)]
    for number, home in enumerate(homes):
        send(field.phone, check_of(home, f"uuid:a{number}", litres=5))
        send(second, check_of(home, f"uuid:b{number}", litres=5, short=number % 2 * 30 + 3))
        body = f"<household>{home.pk}</household><step>report</step><told><kind>no_water</kind><words>没有水</words></told>"
        send(field.phone, xml_of("problem_report", body, f"uuid:r{number}"))
    if connection.vendor == "sqlite":
        for _worker in range(WORKERS):
            tick(at=SOON)
    else:
        at_once(lambda number: tick(at=SOON + timedelta(milliseconds=number)))
        tick(at=LATER + timedelta(minutes=1))
    assert not Submission.objects.filter(effect_at=None).exists() and not Submission.objects.filter(to_judge=True).exists()
    standing = Fact.objects.filter(record__withdrawn_at=None, subject_kind=1, subject_id__in=[home.pk for home in homes]).exclude(value="")
    for number, home in enumerate(homes):
        told = known(home)
        assert told["litres_per_person_day"][0] == "5" and ("short_days" in told) == (number % 2 == 0)
        # Each of the two records keeps its own: piped, litres and, where they agree, the days.
        assert standing.filter(subject_id=home.pk).count() == (6 if number % 2 == 0 else 4)
        assert Grade.objects.get(household=home).quantity == 4
    assert Report.objects.count() == HOMES
    assert sorted(Problem.objects.values_list("kind", flat=True)) == ["no_water"] * HOMES + ["too_little_water"] * HOMES


@pytest.mark.django_db
def test_whoever_judges_sees_what_a_worker_with_a_later_clock_recorded() -> None:
    cast = make_cast()
    field = make_field(cast)
    judge_division(division=cast.county, pack_id="national-2018", as_of=AT.date(), by=cast.chen, at=AT)
    row = send(field.phone, check_of(field.home, litres=5))
    take_effect(submission=row, by=SYSTEM, at=SOON + timedelta(seconds=3))
    judge_waiting(at=SOON)
    assert Grade.objects.get(household=field.home).quantity == 4


@pytest.mark.django_db
def test_what_follows_from_records_takes_its_turn_among_those_that_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a phone waits for seconds on SQLite, whose only writer goes to whoever asks first."""
    cast = make_cast()
    field = make_field(cast)
    judge_division(division=cast.county, pack_id="national-2018", as_of=AT.date(), by=cast.chen, at=AT)
    send(field.phone, check_of(field.home))
    held: list[bool] = [False]
    seen: list[tuple[str, bool]] = []

    @contextmanager
    def turn() -> Iterator[None]:
        held[0] = True
        yield
        held[0] = False

    monkeypatch.setattr(keeping, "turn", turn)
    for name in ("take_effect", "judge_records"):
        work = getattr(keeping, name)
        monkeypatch.setattr(keeping, name, lambda work=work, name=name, **given: (seen.append((name, held[0])), work(**given))[1])
    tick(at=SOON)
    assert seen == [("take_effect", True), ("judge_records", True)] and not held[0]
