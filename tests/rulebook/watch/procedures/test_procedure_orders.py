"""Every ordering, subset and prefix of the steps of every procedure, by every role: allowed exactly where the pack says so."""

from __future__ import annotations

from datetime import date
from itertools import permutations
from math import perm

import pytest

from rulebook.watch.procedures.playing import good, in_order, pass_step, start
from wenqu.places.rights import LEVELS, Role
from wenqu.rulebook.watch.procedures import (
    ENTRY,
    REMOVAL,
    Act,
    Actor,
    Course,
    Doing,
    NotAllowed,
    Outcome,
    ProcedurePack,
    begin,
    choices,
    perform,
    procedure_pack,
    procedure_pack_ids,
    stand,
    through,
    why_not,
)
from wenqu.rulebook.watch.procedures.clauses import ROUTES

WAYS = [(name, route) for name in procedure_pack_ids() for route in ROUTES]
# Arrangements of the steps of each way: all orderings of all subsets, n! / (n - k)! for each k.
ARRANGED = {
    ("four-steps-2021", ENTRY): 65, ("four-steps-2021", REMOVAL): 65, ("seven-steps-2020", ENTRY): 65, ("seven-steps-2020", REMOVAL): 16,
    ("seven-steps-henan-2023", ENTRY): 13700, ("seven-steps-henan-2023", REMOVAL): 326,
    ("six-steps-huangping-2021", ENTRY): 1957, ("six-steps-huangping-2021", REMOVAL): 326,
}


def _prefixes(pack: ProcedurePack, route: str) -> dict[tuple[str, ...], Course]:
    """The courses that the pack's own order gives, step by step."""
    course, names = start(pack, route), pack.route(route).names
    found = {(): course}
    for number in range(1, len(names) + 1):
        course = pass_step(course, pack)
        found[names[:number]] = course
    return found


@pytest.mark.parametrize(("name", "route"), WAYS)
def test_every_arrangement_of_the_steps_is_allowed_exactly_as_far_as_the_pack_says(name: str, route: str) -> None:
    pack = procedure_pack(name)
    names, known = pack.route(route).names, _prefixes(pack, route)
    ended_count = count = 0
    for length in range(len(names) + 1):
        for arrangement in permutations(names, length):
            count += 1
            right = next((place for place in range(length) if arrangement[place] != names[place]), length)
            course = known[arrangement[:right]]
            if right < length:
                (refused,) = why_not(course, pack, good(course, pack, step=arrangement[right]), in_order(pack))
                assert (refused.code, refused.about) == ("step_order", names[right]), arrangement
                with pytest.raises(NotAllowed):
                    perform(course, pack, good(course, pack, step=arrangement[right]), in_order(pack))
            ended = stand(course, pack).ended
            assert ended == ("through" if arrangement == names else ""), arrangement
            ended_count += ended == "through"
    assert (ended_count, count) == (1, ARRANGED[name, route])
    assert count == sum(perm(len(names), length) for length in range(len(names) + 1))


def test_the_seven_steps_are_one_line_onto_the_list_and_off_it() -> None:
    pack = procedure_pack("seven-steps-2020")
    line = [(route, step) for route in ROUTES for step in pack.route(route).names]
    assert [pack.route(route).steps[step].zh[-1] for route, step in line] == list("排访评录测补销")
    known = {route: _prefixes(pack, route) for route in ROUTES}
    ended_count = count = 0
    for arrangement in permutations(line):
        count += 1
        right = next((place for place in range(7) if arrangement[place] != line[place]), 7)
        done = tuple(step for route, step in arrangement[:right])
        if right < 7:
            route, step = arrangement[right]
            if route == REMOVAL and right < len(pack.entry.names):
                with pytest.raises(NotAllowed):  # it is not on the list: there is no course to take the step in
                    begin(pack, REMOVAL, date(2021, 6, 1), entered=through(known[ENTRY][done], pack))
                continue
            here = known[route].get(done if route == ENTRY else done[len(pack.entry.names):])
            if here is None or stand(here, pack).ended:  # all steps of the way were taken: none may be taken again
                here = known[route][pack.route(route).names]
                assert why_not(here, pack, Act(Doing.TAKE, step, stand(here, pack).last, Actor("x", "town_office")))
            else:
                assert why_not(here, pack, good(here, pack, step=step), in_order(pack))[0].code == "step_order"
        ended_count += right == 7
    assert (ended_count, count) == (1, 5040)


@pytest.mark.parametrize(("name", "route"), WAYS)
def test_no_role_skips_or_reorders(name: str, route: str) -> None:
    pack = procedure_pack(name)
    names = pack.route(route).names
    for done, course in _prefixes(pack, route).items():
        for step in names:
            for role in Role.values:
                act = good(course, pack, step=step) if len(done) < len(names) else Act(Doing.TAKE, step, stand(course, pack).last, Actor("x", role))
                act = Act(act.doing, act.step, act.day, Actor(act.by.person, role), Outcome.GO_ON, act.papers)
                codes = [one.code for one in why_not(course, pack, act, in_order(pack))]
                if len(done) == len(names):
                    assert codes == ["course_over"]
                elif step != names[len(done)]:
                    assert codes == ["step_order"]
                else:
                    allowed = role in pack.party(pack.route(route).steps[step]).roles.words
                    assert codes == ([] if allowed else ["role_wrong"])


@pytest.mark.parametrize(("name", "route"), WAYS)
def test_what_is_offered_is_all_that_may_be_done(name: str, route: str) -> None:
    """Walks every position of a way and tries every act of every step there: allowed if and only if it is a choice."""
    pack = procedure_pack(name)
    steps, waiting, seen = pack.route(route).names, [start(pack, route)], set[str]()
    while waiting:
        course = waiting.pop()
        here = stand(course, pack)
        if here.position in seen or here.ended:
            continue
        seen.add(here.position)
        offered = {(one.doing, one.step, one.outcome, one.to) for one in choices(course, pack) if one.doing != Doing.URGENT}
        for step in steps:
            for doing in (Doing.TAKE, Doing.POST, Doing.TAKE_DOWN):
                for outcome in Outcome if doing == Doing.TAKE else ("",):
                    for to in steps if outcome == Outcome.BACK else ("",):
                        base = good(course, pack, doing, step=step, outcome=outcome or Outcome.GO_ON)
                        act = Act(doing, step, base.day, base.by, outcome, base.papers, to)
                        reasons = why_not(course, pack, act, in_order(pack))
                        assert (not reasons) == ((doing, step, outcome, to) in offered), (act, reasons)
                        if not reasons:
                            waiting.append(perform(course, pack, act, in_order(pack)))
    noticed = sum(step.notice is not None for step in pack.route(route).steps.values())
    assert len(seen) == len(steps) + 2 * noticed


@pytest.mark.parametrize("name", procedure_pack_ids())
def test_roles_of_a_party_can_be_held_at_its_level(name: str) -> None:
    """Every role of a pack is a role of this system, and a party has one that is held at its own level."""
    order = {"county": 3, "town": 4, "village": 5}
    for party in procedure_pack(name).actors.values():
        assert set(party.roles.words) <= set(Role.values)
        assert any(LEVELS[role][0] <= order[party.level] <= LEVELS[role][1] for role in party.roles.words)
