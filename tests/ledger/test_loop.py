"""Nobody skips a step: every state × step × role × area, asked and acted, against two tables that are written out here."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from cast import AT, TODAY, Cast
from crew import STEPS as CREW_STEPS
from crew import Crew, act, bring, make_crew, photo, reopen
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stages import household

from wenqu.evidence.models import Evidence
from wenqu.evidence.queries import evidence_of
from wenqu.facts.models import SubjectKind
from wenqu.kit.audit import SYSTEM
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused, why_not
from wenqu.ledger import lifecycle
from wenqu.ledger.loop import actions as loop
from wenqu.ledger.loop.hands import people_for
from wenqu.ledger.loop.history import as_of
from wenqu.ledger.loop.permissions import check_can
from wenqu.ledger.loop.showing import shown_steps
from wenqu.ledger.merging import actions as merging
from wenqu.ledger.models import Problem, Report, Step
from wenqu.ledger.opening.actions import open_problems
from wenqu.ledger.opening.finding import Finding
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import of_household
from wenqu.people.models import Notice
from wenqu.places.actions import add_account, give_duty
from wenqu.places.models import Account, Division
from wenqu.places.rights import LEVELS, OF_A_UNIT, Role
from wenqu.places.scope import area_of

# state -> the steps that a person may take from there. Whatever is not here is refused.
BEGINS = {
    "found": "verify dismiss escalate merge split",
    "verified": "assign escalate merge split",
    "assigned": "transfer escalate suspend rectify merge split",
    "suspended": "transfer resume merge split",
    "rectified": "escalate return check",
    "checked": "escalate return sign_off",
    "signed_off": "file reopen",
    "filed": "reopen",
    "dismissed": "reopen",
    "merged": "",
}
STEPS = ["verify", "dismiss", "assign", "transfer", "escalate", "suspend", "resume", "rectify", "return", "check", "sign_off", "file", "merge", "split", "reopen"]
ASSIGNS = {"town_station", "county_dispatcher"}
# step -> the roles that carry it.
CARRIES = {
    "verify": {"village_manager", "village_desk", "town_station", "town_office", "county_dispatcher"},
    "dismiss": {"village_manager", "village_desk", "town_station", "town_office", "county_dispatcher"},
    **dict.fromkeys(("assign", "transfer", "escalate", "suspend", "resume", "merge", "split"), ASSIGNS),
    "rectify": {"village_manager", "town_station", "county_dispatcher"},
    "check": {"town_station", "town_office", "county_reviewer"},
    "sign_off": {"county_reviewer"},
    "file": {"county_dispatcher"},
    "reopen": {"county_reviewer", "supervisor"},
}
RETURNS = {"rectified": CARRIES["check"], "checked": CARRIES["sign_off"]}


def found(cast: Cast, number: str = "H1", village: Division | None = None) -> Problem:
    home = household(village or cast.village_a1, number)
    finding = Finding(
        kind="no_water", clue=False, subject_kind=SubjectKind.HOUSEHOLD, subject_id=home.pk, subject_name=home.head_name,
        division_id=home.division_id, path=home.path, reason="test", explanation="没有水",
    )
    open_problems(findings=[finding], source="排查", path=cast.county.path, on=TODAY, by=SYSTEM, at=AT)
    return Problem.objects.get(subject_kind=SubjectKind.HOUSEHOLD, subject_id=home.pk, kind="no_water")


def everybody(cast: Cast, village: Division, tag: str) -> dict[str, Account]:
    """One person for every role, at the level where it is held, above the village."""
    line = {place.level: place for place in (village, village.parent, cast.county, cast.county.parent, cast.province) if place is not None}
    people = {}
    for role in Role.values:
        account = add_account(username=f"{tag}-{role}", password="qingquan-2026", name=f"{tag}{role}"[:80], by=SYSTEM, at=AT)
        give_duty(
            account=account, role=role, division=line[LEVELS[role][1]], unit="教育局" if role in OF_A_UNIT else "",
            from_on=date(2026, 1, 1), by=SYSTEM, at=AT,
        )
        people[role] = account
    return people


def doing(name: str, problem: Problem, crew: Crew, by: Account, at: Any) -> Callable[[], Any]:
    """The step with all that it takes, so that only state, role, area and party can refuse it."""
    given = act(problem, by, at)
    hand = {"level": "village", "holder": crew.cast.wang, "unit": "", "note": "请尽快"}
    extra: dict[str, dict[str, Any]] = {
        "verify": {"severity": "major", "note": "属实"}, "dismiss": {"note": "误报"}, "assign": hand, "transfer": hand,
        "escalate": {"note": "请上级协调"}, "suspend": {"note": "等配件", "until": at + timedelta(days=3)}, "resume": {"note": ""},
        "rectify": {"measures": "换泵", "files": [photo("matrix")]}, "return": {"note": "还要消毒"},
        "check": {"visited_on": at.date(), "answer": "satisfied", "answer_note": "", "note": "有水", "files": []},
        "sign_off": {"outcome": "fixed", "note": "同意"}, "file": {"note": ""}, "reopen": {"note": "又停水"},
    }
    if name == "merge":
        return lambda: merging.merge_problem(**given, into=Problem.objects.get(number="SURVIVOR"), note="同一处")
    if name == "split":
        return lambda: merging.split_problem(**given, reports=list(Report.objects.filter(problem=problem).values_list("pk", flat=True)), kind="pipe_burst", note="另一处")
    where = merging if name == "reopen" else loop
    return lambda: getattr(where, f"{name}_problem")(**given, **extra[name])


def ready(cast: Cast, crew: Crew, state: str) -> Problem:
    """A problem with a report, nobody named as its holder, in a state; and one beside it to merge into."""
    problem = found(cast)
    home = household(cast.village_a1, "H2")
    Problem.objects.bulk_create([Problem(
        division=cast.village_a1, path=cast.village_a1.path, number="SURVIVOR", kind="no_water", subject_kind=SubjectKind.DIVISION,
        subject_id=cast.village_a1.pk, subject_name="甲一村", source="排查", opened_on=TODAY, opened_at=AT, seen_on=TODAY)])
    report_problem(
        subject=of_household(type(home).objects.get(pk=problem.subject_id)), kind="no_water", way="own_survey", words="没水", key=uuid.uuid4().hex,
        area=area_of(cast.wang, TODAY), by=cast.wang, at=AT)
    bring(problem, state, crew)
    Problem.objects.filter(pk=problem.pk).update(holder=None)
    problem.refresh_from_db()
    return problem


@pytest.mark.parametrize("state", lifecycle.STATES)
def test_the_whole_matrix(cast: Cast, state: str) -> None:
    crew = make_crew(cast)
    problem = ready(cast, crew, state)
    inside, outside = everybody(cast, cast.village_a1, "in"), everybody(cast, cast.village_b1, "out")
    county_wide = {role for role in Role.values if LEVELS[role][1] <= cast.county.level}
    at = AT + timedelta(hours=1)
    for name in STEPS:
        for role in Role.values:
            for where, people in (("inside", inside), ("outside", outside)):
                carriers = RETURNS.get(state, RETURNS["rectified"]) if name == "return" else CARRIES[name]
                may = name in BEGINS[state].split() and role in carriers and (where == "inside" or role in county_wide)
                _one(name, state, problem, crew, people[role], may, role, where, at)


def _one(name: str, state: str, problem: Problem, crew: Crew, by: Account, may: bool, role: str, where: str, at: Any) -> None:
    told = f"{state} {name} {role} {where}"
    refusal = why_not(check_can, name, problem, area_of(by, TODAY), by)
    assert (refusal is None) == may, f"{told}: {refusal}"
    before = (Step.objects.count(), Problem.objects.count(), AuditEntry.objects.count())
    code = None
    with transaction.atomic():
        mark = transaction.savepoint()
        try:
            doing(name, problem, crew, by, at)()
        except Refused as error:
            code = error.code
        else:
            problem.refresh_from_db()
            expected = lifecycle.TRANSITIONS[name].target or state
            assert problem.state == expected, told
        transaction.savepoint_rollback(mark)
    problem.refresh_from_db()
    assert code == (refusal.code if refusal else None), told
    assert (Step.objects.count(), Problem.objects.count(), AuditEntry.objects.count()) == before


def test_the_tables_know_every_state_and_step() -> None:
    assert set(BEGINS) == set(lifecycle.STATES)
    by_system = {"absorb", "report", "confirm", "hand_over", "inform"}
    assert set(STEPS) | by_system == set(lifecycle.TRANSITIONS)
    assert {each.name for each in lifecycle.TRANSITIONS.values() if each.name not in by_system} == set(CARRIES) | {"return"}


# One person does the first, and may not do the second in the same round.
PARTIES = """
assign   | rectify
transfer | rectify
rectify  | check
assign   | check
rectify  | sign_off
check    | sign_off
assign   | sign_off
rectify  | return
rectify  | file
sign_off | file
"""


@pytest.mark.parametrize("row", PARTIES.strip().splitlines())
def test_nobody_acts_for_two_parties(cast: Cast, row: str) -> None:
    first, second = (cell.strip() for cell in row.split("|"))
    crew = make_crew(cast)
    many = add_account(username="many", password="qingquan-2026", name="万能", by=SYSTEM, at=AT)
    for role in (Role.COUNTY_DISPATCHER, Role.COUNTY_REVIEWER):
        give_duty(account=many, role=role, division=cast.county, from_on=date(2026, 1, 1), by=SYSTEM, at=AT)
    source = {"rectify": "assigned", "check": "rectified", "sign_off": "checked", "return": "rectified", "file": "signed_off"}[second]
    problem = bring(found(cast), source, crew)
    Step.objects.filter(problem=problem).exclude(transition=first).filter(by=many).delete()
    Step.objects.filter(problem=problem, transition="assign").update(transition="transfer" if first == "transfer" else "assign")
    Step.objects.filter(problem=problem, transition=first).update(by=many)
    Problem.objects.filter(pk=problem.pk).update(holder=None)
    problem.refresh_from_db()
    refusal = why_not(check_can, second, problem, area_of(many, TODAY), many)
    assert refusal is not None and refusal.code == "same_person"
    with pytest.raises(Refused, match="另一人"):
        doing(second, problem, crew, many, AT + timedelta(hours=1))()


def test_a_new_round_asks_its_own_people(cast: Cast) -> None:
    crew = make_crew(cast)
    problem = reopen(bring(found(cast), "signed_off", crew), crew, AT + timedelta(hours=1))
    assert (problem.state, problem.round, problem.holder, problem.outcome, problem.closed_at) == ("found", 2, None, "", None)
    bring(problem, "filed", crew, AT + timedelta(hours=2))
    assert (problem.state, problem.round, problem.outcome) == ("filed", 2, "fixed")


def test_only_the_holder_rectifies_and_a_body_its_own(cast: Cast) -> None:
    crew = make_crew(cast)
    problem = bring(found(cast), "assigned", crew)
    other = everybody(cast, cast.village_a1, "x")
    at = AT + timedelta(hours=1)
    assert why_not(check_can, "rectify", problem, area_of(other["town_station"], TODAY), other["town_station"]).code == "not_holder"
    loop.transfer_problem(**act(problem, cast.chen, at), level="county", holder=None, unit="教育局", note="属学校管网")
    problem.refresh_from_db()
    assert why_not(check_can, "rectify", problem, area_of(crew.sun, TODAY), crew.sun).code == "not_holder"
    assert why_not(check_can, "rectify", problem, area_of(crew.fang, TODAY), crew.fang) is None
    loop.rectify_problem(**act(problem, crew.fang, at), measures="学校管网已更换", files=[photo("school")])
    problem.refresh_from_db()
    assert problem.state == "rectified"


def test_nobody_is_given_what_they_gave_away_in_this_round(cast: Cast) -> None:
    crew = make_crew(cast)
    problem = bring(found(cast), "assigned", crew)
    at = AT + timedelta(hours=1)
    loop.transfer_problem(**act(problem, crew.sun, at), level="town", holder=cast.li, unit="", note="离得近")
    for giver in (cast.chen, crew.sun):
        other = cast.chen if giver == crew.sun else crew.sun
        assert giver not in people_for(problem, area_of(other, TODAY), TODAY)
        with pytest.raises(Refused) as refusal:
            loop.transfer_problem(**act(problem, other, at), level="county", holder=giver, unit="", note="还是您来")
        assert refusal.value.code == "same_person"
    reopen(bring_on(problem, crew, at), crew, at + timedelta(hours=2))
    assert {cast.chen, crew.sun} <= set(people_for(problem, area_of(crew.sun, TODAY), TODAY))


def bring_on(problem: Problem, crew: Crew, at: Any) -> Problem:
    loop.rectify_problem(**act(problem, crew.cast.li, at), measures="换泵", files=[photo("on")])
    for state in ("checked", "signed_off"):
        CREW_STEPS[state](problem, crew, at)
    problem.refresh_from_db()
    return problem


# step | what is missing or wrong | code
DEMANDS = """
verify   | severity='' | severity_missing
verify   | note=' ' | note_missing
verify   | note='打13800001234找他' | number_in_text
assign   | holder=None | holder_missing
assign   | unit='教育局' | holder_missing
assign   | level='moon' | level_missing
rectify  | files=[] | evidence_missing
rectify  | measures='' | note_missing
check    | visited_on=None | visit_missing
check    | visited_on=date(2026, 3, 9) | visit_in_future
check    | visited_on=date(2026, 2, 27) | visit_before_rectified
check    | answer='' | answer_missing
check    | answer='unsatisfied' | household_unsatisfied
check    | answer='none' | no_answer_reason
sign_off | outcome='' | outcome_missing
sign_off | note='' | note_missing
suspend  | until=AT | suspension_over
suspend  | until=AT.replace(year=9999) | suspension_too_long
suspend  | note='' | note_missing
return   | note='' | note_missing
dismiss  | note='' | note_missing
reopen   | note='' | note_missing
"""
WHO = {
    "verify": ("found", "chen"), "assign": ("verified", "chen"), "rectify": ("assigned", "sun"), "check": ("rectified", "he"),
    "sign_off": ("checked", "qian"), "suspend": ("assigned", "chen"), "return": ("rectified", "he"), "dismiss": ("found", "chen"), "reopen": ("filed", "qian"),
}


@pytest.mark.parametrize("row", DEMANDS.strip().splitlines())
def test_a_step_takes_what_it_takes(cast: Cast, row: str) -> None:
    name, wrong, code = (cell.strip() for cell in row.split("|"))
    crew = make_crew(cast)
    state, who = WHO[name]
    problem = bring(found(cast), state, crew)
    by = getattr(crew, who, None) or getattr(cast, who)
    at = AT + timedelta(hours=1)
    given = {
        "verify": {"severity": "major", "note": "属实"}, "assign": {"level": "county", "holder": crew.sun, "unit": "", "note": ""},
        "rectify": {"measures": "换泵", "files": [photo()]}, "return": {"note": "x"}, "dismiss": {"note": "x"}, "reopen": {"note": "x"},
        "check": {"visited_on": TODAY, "answer": "satisfied", "answer_note": "", "note": "有水", "files": []},
        "sign_off": {"outcome": "fixed", "note": "同意"}, "suspend": {"note": "等配件", "until": at + timedelta(days=3)},
    }[name]
    field, value = wrong.split("=", 1)
    given[field] = eval(value, {"date": date, "AT": AT})
    where = merging if name == "reopen" else loop
    before = Step.objects.count()
    with pytest.raises(Refused) as refusal:
        getattr(where, f"{name}_problem")(**act(problem, by, at), **given)
    assert refusal.value.code == code
    problem.refresh_from_db()
    assert problem.state == state and Step.objects.count() == before


def test_of_two_who_act_on_what_the_same_page_showed_one_wins(cast: Cast) -> None:
    crew = make_crew(cast)
    problem = found(cast)
    seen = act(problem, cast.chen)
    loop.verify_problem(**act(problem, crew.sun), severity="major", note="去看过")
    with pytest.raises(Refused) as refusal:
        loop.verify_problem(**seen, severity="small", note="小事")
    assert refusal.value.code == "changed_meanwhile"
    assert "孙修" in refusal.value.message and "核实" in refusal.value.message and "2026-03-01 09:00" in refusal.value.message
    problem.refresh_from_db()
    assert problem.severity == "major" and problem.steps.count() == 1


def test_the_same_request_again_gives_the_same_answer(cast: Cast) -> None:
    crew = make_crew(cast)
    problem = found(cast)
    same = act(problem, cast.chen)
    first = loop.verify_problem(**same, severity="major", note="去看过")
    assert loop.verify_problem(**same, severity="major", note="去看过").pk == first.pk
    assert Step.objects.count() == 1 and AuditEntry.objects.filter(verb="problem_verify").count() == 1
    other = act(problem, crew.cast.chen)
    with pytest.raises(Refused) as refusal:
        loop.assign_problem(**{**other, "key": same["key"]}, level="county", holder=crew.sun, unit="", note="")
    assert refusal.value.code == "key_used"


def test_a_request_again_tells_nobody_twice_and_is_not_refused_for_what_came_after(cast: Cast) -> None:
    crew = make_crew(cast)
    problem = bring(found(cast), "verified", crew)
    given = {**act(problem, cast.chen), "level": "county", "holder": crew.sun, "unit": "", "note": ""}
    step = loop.assign_problem(**given)
    loop.transfer_problem(**act(problem, crew.sun), level="town", holder=cast.li, unit="", note="离得近")
    told = Notice.objects.count()
    assert loop.assign_problem(**given) == step
    assert Notice.objects.count() == told
    until = AT + timedelta(days=1)
    held = {**act(problem, cast.chen), "until": until, "note": "等配件"}
    step = loop.suspend_problem(**held)
    assert loop.suspend_problem(**{**held, "at": until + timedelta(days=1)}) == step
    problem.refresh_from_db()
    assert problem.holder == cast.li and problem.version == 4


def test_the_same_photo_proves_each_step_with_which_it_came(cast: Cast) -> None:
    crew = make_crew(cast)
    problem = bring(found(cast), "assigned", crew)
    proof = photo("the same")
    first = loop.rectify_problem(**act(problem, crew.sun), measures="换泵", files=[proof])
    loop.return_problem(**act(problem, crew.he), note="还要消毒")
    again = loop.rectify_problem(**act(problem, crew.sun), measures="已消毒", files=[proof])
    shown = {each["step"].pk: len(each["evidence"]) for each in shown_steps(problem.steps.all(), evidence_of(f"problem:{problem.pk}"))}
    assert (shown[first.pk], shown[again.pk], sum(shown.values())) == (1, 1, 2)
    Evidence.objects.filter(about=first.about).update(about="rectify:1")
    Evidence.objects.filter(about=again.about).update(about="photo of nothing")
    import_module("wenqu.ledger.migrations.0012_evidence_of_a_step").tie_to_steps(apps, None)
    assert set(Evidence.objects.values_list("about", flat=True)) == {first.about, "photo of nothing"}


def test_only_the_step_that_was_waited_for_is_late(cast: Cast) -> None:
    crew = make_crew(cast)
    problem = bring(found(cast), "assigned", crew)
    Problem.objects.filter(pk=problem.pk).update(due_at=AT + timedelta(hours=1))
    at = AT + timedelta(hours=2)
    loop.escalate_problem(**act(problem, cast.chen, at), note="请上级协调")
    loop.transfer_problem(**act(problem, cast.chen, at), level="county", holder=crew.sun, unit="", note="请尽快")
    loop.rectify_problem(**act(problem, crew.sun, at), measures="换泵", files=[photo()])
    assert [step.transition for step in problem.steps.all() if step.late] == ["rectify"]


def test_a_clock_that_was_set_back_does_not_turn_the_history_round(cast: Cast) -> None:
    crew = make_crew(cast)
    problem = bring(found(cast), "verified", crew, AT + timedelta(hours=5))
    step = loop.assign_problem(**act(problem, cast.chen, AT), level="county", holder=crew.sun, unit="", note="")
    assert step.at == AT + timedelta(hours=5) and step.detail["clock_said"] == AT.isoformat()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(tries=st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(("chen", "sun", "he", "qian", "li", "wang"))), max_size=25))
def test_no_order_of_acts_skips_a_step(cast: Cast, tries: list[tuple[str, str]]) -> None:
    """Whatever people try in whatever order: what comes out is a walk along the loop, with different people at its ends."""
    with transaction.atomic():
        mark = transaction.savepoint()
        crew = make_crew(cast)
        problem = ready(cast, crew, "found")
        for number, (name, who) in enumerate(tries):
            by = getattr(crew, who, None) or getattr(cast, who)
            try:
                doing(name, problem, crew, by, AT + timedelta(minutes=number))()
            except Refused:
                continue
        _assert_walk(problem)
        transaction.savepoint_rollback(mark)


def _assert_walk(problem: Problem) -> None:
    problem.refresh_from_db()
    state, last = "found", None
    for step in problem.steps.order_by("pk"):
        assert step.source == state and (last is None or step.at >= last)
        assert step.transition in {"report"} or step.transition in BEGINS[state].split(), (state, step.transition)
        state, last = step.target, step.at
    assert state == problem.state
    for number in range(1, problem.round + 1):
        doers = {name: set(problem.steps.filter(round=number, transition=name).values_list("by_id", flat=True)) for name in ("assign", "transfer", "rectify", "check", "sign_off")}
        given = doers["assign"] | doers["transfer"]
        if doers["sign_off"]:
            assert doers["rectify"] and doers["check"]
            assert not doers["sign_off"] & (given | doers["rectify"] | doers["check"])


def test_a_problem_as_it_stood_at_every_instant_of_its_life(cast: Cast) -> None:
    crew = make_crew(cast)
    problem = bring(found(cast), "filed", crew)
    stood = [as_of(problem, AT + timedelta(minutes=minutes - 1, seconds=59)).state for minutes in range(1, 7)]
    assert stood == ["verified", "assigned", "rectified", "checked", "signed_off", "filed"]
    assert as_of(problem, AT - timedelta(seconds=1)) is None
    then = as_of(problem, AT + timedelta(minutes=1))
    assert (then.holder, then.closed_at, then.outcome, then.severity) == (crew.sun, None, "", "ordinary")


def test_no_village_person_sees_or_does_anything_next_door(cast: Cast) -> None:
    problem = found(cast, village=cast.village_b1)
    with pytest.raises(Refused) as refusal:
        loop.verify_problem(**act(problem, cast.wang), severity="major", note="x")
    assert refusal.value.code == "outside_area"
