"""Records taken in groups end as if each had been taken by itself; the groups hold up nobody and cost nobody else anything."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

import pytest
from cast import AT, Cast
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from stages import facts, household

from survey.effects_helper import LATER, SOON, check_of, is_open, run, send, xml_of
from survey.field import Field, make_field, phone_of
from wenqu.facts.models import Fact, Key, Record
from wenqu.facts.together import Stated, record_together
from wenqu.judging.actions import judge_division
from wenqu.judging.models import Grade
from wenqu.judging.spot import Outdated, judge_again
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.ledger.models import Problem, Report, Step
from wenqu.survey.designing.actions import publish_shipped
from wenqu.survey.desk.actions import accept_submission, leave_out_submission
from wenqu.survey.effects import changes, keeping, together
from wenqu.survey.effects.actions import judge_records, take_effect
from wenqu.survey.effects.looking import look_at
from wenqu.survey.effects.together import take_together
from wenqu.survey.models import Submission
from wenqu.survey.rounds.actions import assign_villages
from wenqu.survey.rulings.actions import rule_on_field
from wenqu.survey.rulings.queries import together as put_together


@pytest.fixture
def field(cast: Cast) -> Field:
    made = make_field(cast)
    for name in ("problem-report", "problem-rectify", "problem-check", "scheme-check", "household-new"):
        publish_shipped(county=cast.county, shipped=name, by=cast.chen, at=AT)
    assign_villages(round=made.round, accounts=[cast.li], villages=[cast.village_a1], by=cast.chen, at=AT)
    facts(made.home, date(2026, 1, 1), litres_per_person_day=50, round_trip_min=9)
    judge_division(division=cast.county, pack_id="national-2018", as_of=date(2026, 2, 28), by=SYSTEM, at=AT)
    return made


def mixed(field: Field, chance: random.Random, phones: list[Any], homes: list[Any], begun: list[str]) -> Iterator[Submission]:
    """Some records as they come in a day: checks, by one phone or two, corrected, late, about nothing that is known, reports and steps."""
    for _record in range(chance.randint(6, 14)):
        phone, home = chance.choice(phones), chance.choice(homes)
        number = f"uuid:{chance.getrandbits(60):x}"
        kind = chance.choice(["check"] * 6 + ["correct", "outside", "report", "step", "photo"])
        if kind == "report":
            words = chance.choice(["没有水", "水管破了", "请打 13800001234"])
            body = f"<household>{home.pk}</household><step>report</step><told><kind>{chance.choice(['no_water', 'bad_water'])}</kind><words>{words}</words></told>"
            yield send(phone, xml_of("problem_report", body, number))
            continue
        if kind == "step":
            problem = Problem.objects.order_by("pk").first()
            body = f"<problem>{problem.pk if problem else 999999}</problem><problem_version>0</problem_version><household>1</household><step>rectify</step><measures>修好了</measures>"
            yield send(phone, xml_of("problem_rectify", body, number))
            continue
        end = chance.choice(["2026-03-01T09:12:00.000+08:00", "2026-02-20T09:12:00.000+08:00", "2030-01-01T00:00:00.000+08:00", ""])
        extra = "<evidence><photo_tap>a.jpg</photo_tap></evidence>" if kind == "photo" else ""
        old = chance.choice(begun) if kind == "correct" and begun else ""
        answers: dict[str, Any] = {"litres": chance.choice([5, 50, 70, "许多", ""]), "short": chance.choice([3, 30, 300, ""]), "extra": extra, "end": end, "deprecated": old}
        record = check_of(home, number, **answers)
        if kind == "outside":
            record = record.replace(f"<household>{home.pk}<".encode(), b"<household>999999<")
        yield send(phone, record)
        begun.append(number)


def tables() -> dict[str, list[Any]]:
    """What stands in every table that effects write; the records of facts by their titles: in which order they were made is no matter."""
    withdrawn = {pk: at is not None for pk, at in Record.objects.values_list("pk", "withdrawn_at")}
    titles = dict(Record.objects.values_list("pk", "title"))
    records = [(each.title, each.source, each.by_id, each.recorded_at, each.withdrawn_at, sorted(
        each.facts.values_list("subject_kind", "subject_id", "key", "value", "observed_on", "reference"))) for each in Record.objects.all()]
    columns = ("instance_id", "twin", "state", "reasons", "effect", "effect_at", "effect_tries", "to_judge", "facts_id")
    rows = [(*told, titles.get(record), withdrawn.get(record)) for *told, record in Submission.objects.values_list(*columns)]
    audit = [
        (verb, actor, titles[int(subject.partition(":")[2])] if subject.startswith("record:") else subject, path, detail)
        for verb, actor, subject, path, detail in AuditEntry.objects.values_list("verb", "actor_id", "subject", "path", "detail")]
    found = {
        "records": records, "submissions": rows, "audit": audit,
        "problems": list(Problem.objects.values_list("kind", "subject_kind", "subject_id", "state", "reports_count", "version", "seen_on")),
        "reports": list(Report.objects.values_list("key", "kind", "subject_id", "words", "by")), "steps": list(Step.objects.values_list("transition", "key", "by")),
        "grades": list(Grade.objects.values_list("household", "quantity", "quality", "convenience", "reliability", "overall", "judged_at")),
    }
    return {name: sorted(each, key=repr) for name, each in found.items()}


@pytest.mark.parametrize("seed", range(6))
def test_in_groups_all_is_as_if_each_was_taken_by_itself(field: Field, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    grouped: list[int] = []
    real = keeping.take_together
    monkeypatch.setattr(keeping, "take_together", lambda rows, said, at: (grouped.append(len(rows)), real(rows, said, at))[1])
    phones = [field.phone, phone_of(field.cast.li)]
    homes = [field.home, field.neighbour, household(field.cast.village_a1, "第三户")]
    seen = []
    for most in (1, 3, 100):
        grouped.clear()
        with transaction.atomic():
            _number_anew()
            monkeypatch.setattr(keeping, "TOGETHER", most)
            chance, begun = random.Random(seed), list[str]()
            for day in range(3):
                rows = list(mixed(field, chance, phones, homes, begun))
                _decide(field, chance, rows, day)
                run(SOON + timedelta(hours=day))
                _rule(field, chance, homes, day)
                run(SOON + timedelta(hours=day, minutes=1))
            seen.append(tables())
            transaction.set_rollback(True)
        assert grouped if most > 1 else not grouped
    assert seen[0] == seen[1] == seen[2]


def _number_anew() -> None:
    """What is taken back takes the numbers of its rows back with it, on PostgreSQL too."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT sequencename FROM pg_sequences WHERE schemaname = current_schema()")
            for (name,) in cursor.fetchall():
                cursor.execute(f"ALTER SEQUENCE {connection.ops.quote_name(name)} RESTART WITH 100000")


def _decide(field: Field, chance: random.Random, rows: list[Submission], day: int) -> None:
    """Whoever looks through what waits: some is accepted, some left out, some photos come at last."""
    for row in rows:
        row.refresh_from_db()
        word = chance.random()
        if row.missing and word < 0.5:
            Submission.objects.filter(pk=row.pk).update(missing=[])
        if row.state == "quarantined" and word < 0.7:
            decide = accept_submission if word < 0.5 else leave_out_submission
            with suppress(Refused):
                decide(submission=row, why="核对过", by=field.cast.chen, at=LATER + timedelta(hours=day))


def _rule(field: Field, chance: random.Random, homes: list[Any], day: int) -> None:
    for home in homes:
        told = put_together(f"household:{home.pk}", field.round.pk)
        units = [unit for unit in told.merged.open if unit not in told.waiting]
        if units and chance.random() < 0.7:
            unit = units[0]
            chosen = Submission.objects.get(pk=chance.choice(told.merged.open[unit]).records[0])
            rule_on_field(
                subject=f"household:{home.pk}", round=field.round, unit=unit, submission=chosen, seen=[each.pk for each in told.records], why="问过",
                by=field.cast.chen, at=SOON + timedelta(hours=day))


def checks(field: Field, count: int, first: int = 0) -> list[Submission]:
    homes = [household(field.cast.village_a1, f"G{first + number}") for number in range(count)]
    return [send(field.phone, check_of(home, f"uuid:g{home.number}")) for home in homes]


def statements(rows: list[Submission]) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert take_together(rows, {}, SOON).done == {row.pk for row in rows}
    return len(asked)


def test_a_group_takes_as_many_statements_as_it_likes_but_not_more_for_more_records(field: Field) -> None:
    take_together(checks(field, 2, 50), {}, SOON)
    assert statements(checks(field, 4)) == statements(checks(field, 12, 20))


def test_one_that_fails_takes_nothing_back_of_the_others(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    first, bad, last = checks(field, 3)
    real = changes.read_said

    def read(row: Submission) -> Any:
        return 1 / 0 if row.pk == bad.pk else real(row)

    for module in (changes, together):
        monkeypatch.setattr(module, "read_said", read)
    assert run().taken == 2
    assert not is_open(first) and not is_open(last) and is_open(bad)
    asked: list[list[int]] = []
    whole = keeping.take_together
    monkeypatch.setattr(keeping, "take_together", lambda rows, said, at: (asked.append([row.pk for row in rows]), whole(rows, said, at))[1])
    more = checks(field, 2, 10)
    run(SOON + timedelta(minutes=1))
    # From now on it is taken alone, or the others would be taken back every time.
    assert asked == [[row.pk for row in more]] and not any(map(is_open, more))


def test_a_value_that_is_none_of_its_key_is_refused_for_the_whole_group(field: Field) -> None:
    told = [Stated("survey", "记录", [(1, field.home.pk, Key.PIPED, value, AT.date(), "")], field.cast.wang) for value in ("yes", "也许")]
    before = (Fact.objects.count(), AuditEntry.objects.count())
    with pytest.raises(ValueError, match="也许"):
        record_together(told, SOON)
    assert (Fact.objects.count(), AuditEntry.objects.count()) == before


def test_the_facts_of_every_record_leave_an_entry_of_their_own(field: Field) -> None:
    rows = checks(field, 3)
    run()
    entries = AuditEntry.objects.filter(verb="record_facts", subject__in=[f"record:{row.facts_id}" for row in Submission.objects.filter(pk__in=[row.pk for row in rows])])
    assert entries.count() == 3 and {entry.actor_name for entry in entries} == {field.cast.wang.name}


def test_what_somebody_judged_while_it_was_looked_at_is_looked_at_again(field: Field) -> None:
    """A look that saw less must not take the place of a grade that saw more."""
    row = send(field.phone, check_of(field.home, litres=70))
    take_effect(submission=row, by=SYSTEM, at=SOON)
    with look_at([row], SOON) as looked:
        judge_again(households=[field.home.pk], schemes=[], source="入户调查", by=SYSTEM, at=SOON + timedelta(seconds=1))
        with pytest.raises(Outdated):
            judge_records(submissions=[row], by=SYSTEM, at=SOON, looked=looked)
    assert Grade.objects.get(household=field.home).judged_at == SOON + timedelta(seconds=1) and is_open(row)


def test_a_record_that_changed_while_it_was_looked_at_is_looked_at_again(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    row = send(field.phone, check_of(field.home, "uuid:1", litres=5))
    take_effect(submission=row, by=SYSTEM, at=SOON)
    with look_at([row], SOON) as looked:
        other = send(phone_of(field.cast.li), check_of(field.home, "uuid:2", litres=70))
        take_effect(submission=other, by=SYSTEM, at=SOON + timedelta(seconds=1))
        Submission.objects.filter(pk=row.pk).update(effect_at=None)
        take_effect(submission=row, by=SYSTEM, at=SOON + timedelta(seconds=1))
        with pytest.raises(Outdated):
            judge_records(submissions=[row], by=SYSTEM, at=SOON, looked=looked)
    assert is_open(row) and not Problem.objects.filter(kind="too_little_water").exists()
    keeping.judge_waiting(at=SOON)
    assert not is_open(row) and not is_open(other)


def test_whoever_is_outdated_looks_again_at_once(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("elsewhere whoever judges holds the records meanwhile")
    row = send(field.phone, check_of(field.home, litres=5))
    take_effect(submission=row, by=SYSTEM, at=SOON)
    real, looks = keeping.judge_records, []

    def late(**given: Any) -> Any:
        looks.append(given.get("looked") is not None)
        if len(looks) < 3:
            judge_again(households=[field.home.pk], schemes=[], source="入户调查", by=SYSTEM, at=SOON + timedelta(seconds=len(looks)))
        return real(**given)

    monkeypatch.setattr(keeping, "judge_records", late)
    assert keeping.judge_waiting(at=SOON + timedelta(minutes=1)) == 1
    assert looks == [True, True, True] and Grade.objects.get(household=field.home).quantity == 4 and not is_open(row)


def test_a_group_holds_few_of_those_that_many_records_stand_beside(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that stand beside are read with them, and phones wait for SQLite's only writer meanwhile."""
    for number in range(4):
        for home in (field.home, field.neighbour):
            send(field.phone, check_of(home, litres=40 + number))
    keeping.tick(at=SOON)
    fresh = [send(field.phone, check_of(home, litres=60 + number)) for number in range(2) for home in (field.home, field.neighbour)]
    rows = list(Submission.objects.filter(effect_at=None).select_related("version").order_by("pk"))
    crowd = together.crowds(rows)
    assert [row.pk for row in rows] == [row.pk for row in fresh] and sorted(crowd.values()) == [6, 6]
    sizes = {}
    for most in (6, 11, 12, 50):
        monkeypatch.setattr(keeping, "TOGETHER", most)
        sizes[most] = [len(group) for group in keeping._groups(rows, crowd)]
    assert sizes == {6: [1, 1, 1, 1], 11: [1, 1, 1, 1], 12: [4], 50: [4]}
    assert keeping.tick(at=LATER).taken == 4 and not Submission.objects.filter(effect_at=None).exists()


def test_what_a_group_asks_is_found_by_index(field: Field) -> None:
    """However many records there are: never by their state, which most of them have in common."""
    if connection.vendor != "sqlite":
        pytest.skip("the planner of PostgreSQL goes by how many rows there are")
    rows = checks(field, 3)
    with CaptureQueriesContext(connection) as asked:
        take_together(rows, {}, SOON)
    with connection.cursor() as cursor:
        for each in asked.captured_queries:
            if each["sql"].startswith(("SELECT", "UPDATE")) and "sqlite_sequence" not in each["sql"]:
                cursor.execute(f"EXPLAIN QUERY PLAN {each['sql']}")
                steps = [step[3] for step in cursor.fetchall()]
                assert not [step for step in steps if step.startswith("SCAN") or "submission_state" in step], (each["sql"], steps)
