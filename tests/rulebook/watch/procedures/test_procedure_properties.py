"""No sequence of acts, by whatever roles, on whatever papers, reaches the end of a procedure without every step."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulebook.watch.procedures.playing import bring, in_order, paper, photos, start
from wenqu.rulebook.duties.reading import ROLES
from wenqu.rulebook.watch.procedures import (
    Act,
    Actor,
    Choice,
    Course,
    Doing,
    NotAllowed,
    Outcome,
    ProcedurePack,
    Situation,
    choices,
    perform,
    procedure_pack,
    procedure_pack_ids,
    stand,
    why_not,
)
from wenqu.rulebook.watch.procedures.clauses import PHOTO, ROUTES
from wenqu.rulebook.watch.procedures.papers import asked
from wenqu.rulebook.watch.procedures.standing import OutOfPlace

PEOPLE = ("甲", "乙", "丙", "丁", "戊")
PACKS = st.sampled_from(procedure_pack_ids()).map(procedure_pack)


def _fitting(choice: Choice, pack: ProcedurePack, people: tuple[str, ...], role: str, wait: int) -> Act:
    person = next((one for one in people if one not in choice.not_by), "己")
    papers = (*(paper(pack, kind) for kind in choice.papers if kind != PHOTO), *photos(choice.boards))
    return Act(choice.doing, choice.step, choice.day + timedelta(days=wait), Actor(person, role), choice.outcome, papers, choice.to,
               choice.objection or (f"O{wait}" if choice.doing == Doing.OBJECT else ""))


@st.composite
def _acts(draw: st.DrawFn, course: Course, pack: ProcedurePack) -> Act:
    """Something that is offered, or anything at all."""
    offered = choices(course, pack)
    if offered and draw(st.integers(0, 5)):
        onward = tuple(one for one in offered if one.outcome in (Outcome.GO_ON, "rejected", "") and one.doing != Doing.OBJECT)
        choice = draw(st.sampled_from(onward if onward and draw(st.integers(0, 7)) else offered))
        role = draw(st.sampled_from(choice.roles or ("",)))
        return _fitting(choice, pack, tuple(draw(st.permutations(PEOPLE))), role, draw(st.sampled_from([0, 0, 0, 1, 9])))
    names = (*pack.route(course.route).names, "", "nothing")
    kinds = draw(st.lists(st.sampled_from([*pack.papers, "nothing"]), max_size=4))
    return Act(
        draw(st.sampled_from([*Doing])), draw(st.sampled_from(names)), course.begun + timedelta(days=draw(st.integers(-3, 90))),
        Actor(draw(st.sampled_from(PEOPLE)), draw(st.sampled_from(("", *ROLES)))), draw(st.sampled_from(["", *Outcome, "upheld", "rejected"])),
        tuple(paper(pack, kind) for kind in kinds), draw(st.sampled_from(names)), draw(st.sampled_from(["", "O1", "O9"])),
    )


def _audit(course: Course, pack: ProcedurePack) -> None:
    """Reads the acts of a course that is through, knowing nothing of how it was run."""
    route, acts = pack.route(course.route), course.acts
    assert list(acts) == sorted(acts, key=lambda act: act.day)
    ends = -1
    for name in route.names:
        step = route.steps[name]
        place = max(i for i, act in enumerate(acts) if (act.doing, act.step, act.outcome) == (Doing.TAKE, name, Outcome.GO_ON))
        taken = acts[place]
        assert place > ends, name
        assert taken.by.role in pack.party(step).roles.words
        assert set(step.papers) <= {one.kind for one in taken.papers if one.reference}
        for other in step.another.words if step.another else ():
            assert [act.by.person for act in acts if (act.step, act.doing, act.outcome) == (other, Doing.TAKE, Outcome.GO_ON)][-1] != taken.by.person
        ends = place
        if step.notice is not None:
            posted = max(i for i, act in enumerate(acts) if (act.doing, act.step) == (Doing.POST, name))
            (down,) = (i for i, act in enumerate(acts) if (act.doing, act.step) == (Doing.TAKE_DOWN, name) and i > posted)
            assert place < posted < down
            assert (acts[down].day - acts[posted].day).days - 1 >= step.notice.days.number
            assert not any(act.outcome == "upheld" for act in acts[posted:down])
            objected = {act.objection for act in acts[:down] if act.doing == Doing.OBJECT and act.step == name}
            assert objected == {act.objection for act in acts[:down] if act.doing == Doing.RULE and act.step == name}
            ends = down


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data(), PACKS, st.sampled_from(ROUTES))
def test_no_sequence_of_acts_reaches_the_end_without_every_step(data: st.DataObject, pack: ProcedurePack, route: str) -> None:
    course, situation = start(pack, route), in_order(pack)
    for _ in range(data.draw(st.integers(20, 60))):
        act = data.draw(_acts(course, pack))
        reasons, before = why_not(course, pack, act, situation), stand(course, pack)
        try:
            course = perform(course, pack, act, situation)
            assert not reasons
        except NotAllowed as refused:
            assert refused.reasons == reasons and all(one.zh and one.en for one in reasons)
            assert stand(course, pack) == before
        if stand(course, pack).ended:
            break
    if stand(course, pack).ended == "through":
        _audit(course, pack)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data(), PACKS, st.sampled_from(ROUTES))
def test_taking_what_is_offered_always_reaches_an_end(data: st.DataObject, pack: ProcedurePack, route: str) -> None:
    """Every offer that goes on is allowed, and following them gets through: no procedure has a dead end."""
    course, situation = start(pack, route), in_order(pack)
    onward = {Outcome.GO_ON, "rejected", ""}
    for _ in range(40):
        offered = [one for one in choices(course, pack) if one.outcome in onward and one.doing != Doing.URGENT
                   and (one.doing != Doing.OBJECT or len(course.acts) < 6)]
        if not offered:
            break
        choice = data.draw(st.sampled_from(offered))
        number = f"O{len(course.acts)}" if choice.doing == Doing.OBJECT else choice.objection
        act = _fitting(choice, pack, (f"p{len(course.acts)}",), data.draw(st.sampled_from(choice.roles or ("",))), 0)
        course = perform(course, pack, Act(act.doing, act.step, act.day, act.by, act.outcome, act.papers, act.to, number), situation)
    assert stand(course, pack).ended == "through"
    _audit(course, pack)


@settings(max_examples=250, deadline=None)
@given(st.data(), PACKS, st.sampled_from(ROUTES))
def test_a_course_written_past_the_runner_is_not_through_without_its_steps(data: st.DataObject, pack: ProcedurePack, route: str) -> None:
    """Even acts that nobody checked count only in their place."""
    base, names = start(pack, route), pack.route(route).names
    moves = [(Doing.TAKE, name, Outcome.GO_ON) for name in names] + [(doing, name, "") for name in names for doing in (Doing.POST, Doing.TAKE_DOWN)]
    picked = data.draw(st.lists(st.sampled_from(moves), max_size=14) | st.permutations(moves).map(lambda all_: all_[:14]))
    acts = tuple(Act(doing, name, base.begun, Actor("x", "auditor"), outcome) for doing, name, outcome in picked)
    course = Course(base.pack, base.digest, route, base.begun, acts)
    try:
        here = stand(course, pack)
    except OutOfPlace:
        return
    taken = [name for doing, name, _ in picked if doing == Doing.TAKE]
    assert tuple(one.step for one in here.passed) == names[: len(here.passed)]
    assert (here.ended == "through") == (len(here.passed) == len(names))
    assert tuple(taken) == names[: len(taken)]


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", procedure_pack_ids())
def test_no_act_of_a_course_can_be_left_out_doubled_or_exchanged(name: str, route: str) -> None:
    pack = procedure_pack(name)
    whole = bring(pack, route, "through")
    acts = tuple(replace(act, day=whole.begun) for act in whole.acts)  # the order alone must hold it, not the days
    assert stand(replace(whole, acts=acts), pack).ended == "through"
    broken = [acts[:i] + acts[i + 1:] for i in range(len(acts))] + [acts[: i + 1] + acts[i:] for i in range(len(acts))] + [
        acts[:i] + (acts[i + 1], acts[i]) + acts[i + 2:] for i in range(len(acts) - 1)]
    for some in broken:
        if some == acts[: len(some)]:
            assert stand(replace(whole, acts=some), pack).ended == ""
        else:
            with pytest.raises(OutOfPlace):
                stand(replace(whole, acts=some), pack)


@settings(max_examples=150, deadline=None)
@given(PACKS, st.data())
def test_no_removal_of_a_household_that_is_kept(pack: ProcedurePack, data: st.DataObject) -> None:
    """Whatever is done and by whom: where a condition fails, or nobody works and protection is fresh, it does not leave."""
    good = in_order(pack)
    failing = data.draw(st.sampled_from(list(good.met)))
    course = start(pack, "removal")
    kinds = [
        Situation(workers=2, met={**good.met, failing: data.draw(st.sampled_from([False, None]))}),
        Situation(workers=None, met=good.met), Situation(workers=0, met=good.met),
        Situation(workers=0, met=good.met, protected_since=course.begun),
    ]
    situation = data.draw(st.sampled_from(kinds))
    for _ in range(30):
        offered = [one for one in choices(course, pack) if one.outcome in (Outcome.GO_ON, "") and one.doing != Doing.OBJECT]
        if not offered:
            break
        choice = data.draw(st.sampled_from(offered))
        act = _fitting(choice, pack, (f"p{len(course.acts)}",), choice.roles[0], 0)
        act = Act(act.doing, act.step, act.day, act.by, act.outcome, (*act.papers, paper(pack, "county_confirmation")))
        try:
            course = perform(course, pack, act, situation)
        except NotAllowed as refused:
            assert {one.code for one in refused.reasons} <= {"condition_unmet", "condition_unknown", "workers_unknown", "no_worker_fresh", "no_worker_unprotected"}
            break
    assert stand(course, pack).ended == ""


def test_what_is_asked_of_an_outcome_is_what_the_pack_says() -> None:
    pack = procedure_pack("seven-steps-2020")
    monitor, sign_off = pack.removal.steps["monitor"], pack.removal.steps["sign_off"]
    assert set(asked(monitor, "stay")) == {"monitor_record"} < set(asked(monitor, "go_on"))
    assert asked(sign_off, "back") == {}
