"""Accepted checks become dated facts and are judged at once; in any order, once, and none blocks another."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from cast import AT, Cast
from stages import facts, supply

from survey.effects_helper import LATER, SOON, check_of, is_open, known, run, send, xml_of
from survey.field import Field, make_field, phone_of, round_of
from wenqu.facts.models import Fact, Record
from wenqu.forms.compiling import compile_form
from wenqu.judging.actions import judge_division
from wenqu.judging.models import Grade, OverallCode
from wenqu.judging.queries import explained_verdicts
from wenqu.kit.audit import SYSTEM
from wenqu.ledger.models import Problem
from wenqu.schemes.models import Scheme
from wenqu.survey.designing.actions import publish_shipped
from wenqu.survey.designing.checking import shipped_workbook
from wenqu.survey.desk.actions import accept_submission
from wenqu.survey.effects import actions, keeping, settling
from wenqu.survey.models import Submission
from wenqu.survey.rounds.actions import assign_villages, close_round
from wenqu.survey.rulings.actions import rule_on_field


@pytest.fixture
def field(cast: Cast) -> Field:
    made = make_field(cast)
    plant = Scheme.objects.get()
    facts(plant, scheme_class="large", lab_result="pass", short_days=3)
    for row in (made.neighbour, made.far):
        supply(row, plant)
    judge_division(division=cast.county, pack_id="national-2018", as_of=date(2026, 2, 28), by=SYSTEM, at=AT)
    return made


def grade(row) -> str:
    verdict = explained_verdicts(row, "zh")
    word = OverallCode(Grade.objects.get(household=row).overall).name.lower()
    assert verdict is not None and verdict["overall"] == word
    return word


def test_a_check_becomes_facts_of_its_day_and_is_judged(field: Field) -> None:
    row = send(field.phone, check_of(field.home, "uuid:1"))
    assert grade(field.home) == "unknown"
    done = run()
    assert (done.taken, done.judged) == (1, 1) and not is_open(row)
    day = "2026-03-01"
    assert known(field.home) == {"piped": ("yes", day), "litres_per_person_day": ("70", day), "short_days": ("3", day)}
    assert grade(field.home) == "safe"
    source = Record.objects.get(pk=row.facts_id)
    assert source.source == "survey" and source.by == field.cast.wang
    assert source.title == f"农户饮水安全四项指标核查 三季度排查 记录 #{row.pk}"
    assert set(source.facts.values_list("reference", flat=True)) == {"uuid:1"}


def test_a_second_round_does_nothing_more(field: Field) -> None:
    send(field.phone, check_of(field.home))
    run()
    before = (Fact.objects.count(), Record.objects.count(), Grade.objects.get(household=field.home).judged_at)
    assert (run(SOON + timedelta(hours=1)).taken, keeping.judge_waiting(at=SOON)) == (0, 0)
    assert (Fact.objects.count(), Record.objects.count(), Grade.objects.get(household=field.home).judged_at) == before


def test_what_fails_opens_a_problem_at_once(field: Field) -> None:
    send(field.phone, check_of(field.home, litres=5))
    run()
    problem = Problem.objects.get()
    assert (problem.kind, problem.subject_id, problem.state, problem.path) == ("too_little_water", field.home.pk, "found", field.home.path)


def test_many_are_judged_in_one_go(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    judge_again = actions.judge_again
    monkeypatch.setattr(actions, "judge_again", lambda **given: calls.append(given) or judge_again(**given))
    send(field.phone, check_of(field.home))
    send(field.phone, check_of(field.neighbour, litres=5))
    assert run().judged == 2
    assert [sorted(each["households"]) for each in calls] == [[field.home.pk, field.neighbour.pk]]


def test_what_waits_for_a_decision_has_no_effect_until_it_is_accepted(field: Field) -> None:
    close_round(round=field.round, by=field.cast.chen, at=AT)
    row = send(field.phone, check_of(field.home))
    run()
    assert known(field.home) == {} and row.state == "quarantined"
    accept_submission(submission=row, why="离线补传", by=field.cast.li, at=SOON)
    run(SOON + timedelta(seconds=2))
    assert "short_days" in known(field.home) and not is_open(row)


def test_a_record_waits_for_its_photos(field: Field) -> None:
    row = send(field.phone, check_of(field.home, extra="<evidence><photo_tap>a.jpg</photo_tap></evidence>"))
    assert row.missing == ["a.jpg"]
    run()
    assert known(field.home) == {}
    Submission.objects.update(missing=[])
    run()
    assert "short_days" in known(field.home)


def test_an_answer_that_is_no_value_is_no_fact_and_said(field: Field) -> None:
    row = send(field.phone, check_of(field.home, litres="许多", short="-4"))
    run()
    row.refresh_from_db()
    assert set(known(field.home)) == {"piped"}
    assert row.effect["wrong"] == {"/data/quantity/litres_per_person_day": "许多", "/data/quantity/short_days": "-4"}


def test_what_the_register_gave_is_no_finding(field: Field) -> None:
    send(field.phone, check_of(field.home))
    run()
    assert "scheme_class" not in known(field.home)


def test_numbers_are_kept_as_plain_numbers(field: Field) -> None:
    send(field.phone, check_of(field.home, litres="5E+1", short="007"))
    run()
    told = known(field.home)
    assert (told["litres_per_person_day"][0], told["short_days"][0]) == ("50", "7")


def test_what_need_not_be_asked_any_more_ends_the_value_before(field: Field) -> None:
    facts(field.home, date(2026, 1, 1), piped="no", round_trip_min=40, longest_short_spell_days=9, short_days=20, lab_result="fail")
    send(field.phone, check_of(field.home, short=0))
    run()
    told = known(field.home)
    assert not {"round_trip_min", "longest_short_spell_days"} & set(told)
    assert (told["short_days"], told["lab_result"]) == (("0", "2026-03-01"), ("fail", "2026-01-01"))


@pytest.mark.parametrize("end, day, why", [
    ("2027-01-01T00:00:00.000+08:00", "2026-03-01", "future"), ("2015-01-01T00:00:00.000+08:00", "2026-03-01", "before_form"), ("", "2026-03-01", "unknown"),
    ("2026-03-01T01:00:00.000+08:00", "2026-03-01", ""),
])
def test_a_wrong_clock_never_dates_a_fact(field: Field, end: str, day: str, why: str) -> None:
    row = send(field.phone, check_of(field.home, end=end))
    run()
    row.refresh_from_db()
    assert known(field.home)["piped"] == ("yes", day) and row.effect["clock"] == why


def test_the_day_is_that_of_the_place_not_of_greenwich(field: Field) -> None:
    send(field.phone, check_of(field.home, end="2026-03-02T00:30:00.000+08:00"), at=AT + timedelta(days=3))
    run(AT + timedelta(days=3))
    assert set(Fact.objects.filter(reference__startswith="uuid").values_list("observed_on", flat=True)) == {date(2026, 3, 2)}


def test_a_correction_takes_the_first_one_s_facts_back(field: Field) -> None:
    first = send(field.phone, check_of(field.home, "uuid:1", litres=5, short=300))
    run()
    assert grade(field.home) == "unsafe"
    second = send(field.phone, check_of(field.home, "uuid:2", litres=70, deprecated="uuid:1"))
    run(SOON + timedelta(seconds=2))
    assert known(field.home)["litres_per_person_day"][0] == "70" and known(field.home)["short_days"][0] == "3"
    assert grade(field.home) == "safe" and not is_open(first) and not is_open(second)
    assert Record.objects.filter(source="survey", title__contains="核查", withdrawn_at=None).count() == 1 and first.facts_id is None


def test_a_correction_that_moves_it_to_another_household(field: Field) -> None:
    send(field.phone, check_of(field.home, "uuid:1", litres=5))
    run()
    send(field.phone, check_of(field.neighbour, "uuid:2", litres=5, deprecated="uuid:1"))
    run(SOON + timedelta(seconds=2))
    assert known(field.home) == {} and grade(field.home) == "unknown" and grade(field.neighbour) == "unsafe"


@pytest.fixture
def two(field: Field):
    """A second surveyor in the village, with a phone of their own."""
    assign_villages(round=field.round, accounts=[field.cast.li], villages=[field.cast.village_a1], by=field.cast.chen, at=AT)
    return phone_of(field.cast.li)


def test_where_two_phones_differ_there_is_no_fact_until_somebody_ruled(field: Field, two) -> None:
    first, second = send(field.phone, check_of(field.home, litres=70, short=3)), send(two, check_of(field.home, litres=70, short=30))
    run()
    assert set(known(field.home)) == {"piped", "litres_per_person_day"}
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.effect["asked"] == second.effect["asked"] == ["/data/quantity/short_days"]


def test_the_second_record_takes_a_fact_of_the_first_back(field: Field, two) -> None:
    send(field.phone, check_of(field.home, short=3))
    run()
    assert known(field.home)["short_days"][0] == "3"
    send(two, check_of(field.home, short=30))
    run(SOON + timedelta(seconds=2))
    assert "short_days" not in known(field.home)


def test_what_was_chosen_becomes_the_fact(field: Field, two) -> None:
    first, second = send(field.phone, check_of(field.home, short=3)), send(two, check_of(field.home, short=30))
    run()
    rule_on_field(
        subject=first.subject, round=field.round, unit="/data/quantity/short_days", submission=second, seen=[first.pk, second.pk], why="复查过",
        by=field.cast.chen, at=SOON)
    run(SOON + timedelta(seconds=2))
    assert known(field.home)["short_days"][0] == "30"


def answers(chance: random.Random) -> dict[str, object]:
    return {"litres": chance.choice([5, 30, 70, "", "许多"]), "short": chance.choice([0, 3, 40, ""]), "end": f"2026-03-01T0{chance.randint(1, 8)}:00:00.000+08:00"}


@pytest.mark.parametrize("seed", range(12))
def test_in_any_order_the_same_facts_and_grades(field: Field, two, seed: int) -> None:
    chance = random.Random(seed)
    records = [
        (phone, check_of(home, f"uuid:{seed}-{number}-{home.pk}", **answers(chance)))
        for home in (field.home, field.neighbour) for number, phone in enumerate(chance.choices([field.phone, two], k=chance.randint(1, 3)))
    ]
    seen = []
    for _order in range(3):
        chance.shuffle(records)
        for phone, xml in records:
            send(phone, xml)
            if chance.random() < 0.5:
                run()
        run()
        seen.append([(known(home), grade(home)) for home in (field.home, field.neighbour)])
        assert not Submission.objects.filter(effect_at=None).exists() and not Submission.objects.filter(to_judge=True).exists()
        Grade.objects.all().delete()
        Submission.objects.all().delete()
        Record.objects.filter(title__contains="记录 #").update(withdrawn_at=AT)
    assert seen[0] == seen[1] == seen[2]


def test_killed_in_the_middle_of_the_facts_nothing_is_lost_and_nothing_doubled(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    row, other = send(field.phone, check_of(field.home)), send(field.phone, check_of(field.neighbour))
    whole = 3 + len({"round_trip_min", "horizontal_m", "vertical_m", "longest_short_spell_days"})
    real = settling.record_facts

    def dies(**given):
        real(**given)
        if f"#{row.pk}" in given["title"]:
            raise RuntimeError("killed")

    monkeypatch.setattr(settling, "record_facts", dies)
    run()
    assert known(field.home) == {} and is_open(row) and not is_open(other) and "short_days" in known(field.neighbour)
    monkeypatch.undo()
    run()
    assert not is_open(row) and Fact.objects.filter(subject_kind=1, subject_id=field.home.pk).count() == whole


def test_killed_before_the_judging_it_is_judged_later(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    row, other = send(field.phone, check_of(field.home, litres=5)), send(field.phone, check_of(field.neighbour, litres=5))
    real = actions.judge_again

    def dies(**given):
        done = real(**given)
        if field.home.pk in given["households"]:
            raise RuntimeError("killed")
        return done

    monkeypatch.setattr(actions, "judge_again", dies)
    run()
    assert is_open(row) and not is_open(other)
    assert [problem.subject_id for problem in Problem.objects.all()] == [field.neighbour.pk]
    monkeypatch.undo()
    run()
    assert not is_open(row) and Problem.objects.count() == 2 and grade(field.home) == "unsafe"


def test_a_record_that_always_fails_comes_after_the_others(field: Field, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = send(field.phone, check_of(field.home))
    monkeypatch.setattr(settling, "_title", lambda row: 1 / 0 if row.pk == bad.pk else "记录 #")
    run()
    run()
    bad.refresh_from_db()
    assert bad.effect_tries == 2
    good = send(field.phone, check_of(field.neighbour))
    assert [row.pk for row in keeping.waiting()] == [good.pk, bad.pk]
    run()
    assert not is_open(good)


def test_a_check_of_a_scheme_reaches_its_households(field: Field) -> None:
    plant = Scheme.objects.get()
    version = publish_shipped(county=field.cast.county, shipped="scheme-check", by=field.cast.chen, at=AT)
    phone = phone_of(field.cast.li)
    round_of(field.cast, version.form, [field.cast.li], [field.cast.village_a1])
    for home in (field.home, field.neighbour):
        facts(home, piped="yes", litres_per_person_day=70)
    row = send(phone, xml_of("scheme_check", f"<scheme>{plant.pk}</scheme><water><lab_result>fail</lab_result></water>", version=version.version))
    if row.state == "quarantined":
        accept_submission(submission=row, why="工程在镇上", by=field.cast.chen, at=LATER)
    run()
    assert known(plant)["lab_result"] == ("fail", "2026-03-01")
    assert grade(field.home) == grade(field.neighbour) == "unsafe"
    assert (Problem.objects.get().kind, Problem.objects.get().subject_id, Problem.objects.get().households_named) == ("bad_water", plant.pk, 3)


def test_nothing_odd_about_piped_water_is_an_answer_too() -> None:
    """Else a bad smell of last year would stand for ever: whoever says that nothing is odd is asked no more about it."""
    plan = compile_form(shipped_workbook("household-check")).plan
    nodes = {node["path"]: node for node in _every(plan["nodes"])}
    tree = nodes["/data/quality/sensory_ok"]["calculate"]
    assert tree[:3] == ["if", ["and", ["=", ["ref", "/data/decentralised"], "no"], ["=", ["ref", "/data/quality/odd"], "no"]], "yes"]


def _every(nodes):
    for node in nodes:
        yield node
        yield from _every(node.get("children", []))
