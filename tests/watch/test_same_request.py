"""The key of a request is of one request: sent again by the same person it gives what it made, and any other that names it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from cast import AT, TODAY, Cast
from stages import household

from watch.helped import person, planned, watched
from watch.judged_county import adopt as adopt_judging
from watch.judged_county import county_pack, official, told
from watch.way import adopt, browser, clue, form_of, lead, make_staff, on
from wenqu.kit.models import AuditEntry
from wenqu.kit.refusal import Refused
from wenqu.places.rights import Role
from wenqu.places.scope import area_of
from wenqu.rulebook.watch.judging import judging_pack
from wenqu.watch.courses.asked import Wanted
from wenqu.watch.helping import actions
from wenqu.watch.insurance.actions import list_households
from wenqu.watch.judging import queries
from wenqu.watch.judging.actions import tell
from wenqu.watch.models import (
    Act,
    Crosser,
    HelperChange,
    InsuranceCase,
    Measure,
    Scenario,
    ScenarioKind,
    Visit,
    WatchMove,
)
from wenqu.watch.visiting.actions import record_visit
from wenqu.watch.whatif.actions import ask
from wenqu.watch.whatif.queries import crossers_in

pytestmark = pytest.mark.django_db
KEY = "one-request-only"


def refused(code: str, work: Callable[[], Any]) -> None:
    with pytest.raises(Refused) as caught:
        work()
    assert caught.value.code == code


def test_a_measure_and_a_visit(cast: Cast) -> None:
    zhou, wu = person("zhou", "周镇", Role.TOWN_OFFICE, cast.town_a), person("wu", "吴镇", Role.TOWN_OFFICE, cast.town_a)
    one, other = watched(cast.village_a1, "H1"), watched(cast.village_a1, "H2")
    visit = {"on": TODAY, "way": "home", "found": "好", "worse": False, "at": AT, "key": KEY}
    first, came = planned(one, zhou, key=KEY), record_visit(watched=one, by=zhou, **visit)
    assert planned(one, zhou, key=KEY) == first and record_visit(watched=one, by=zhou, **visit) == came
    for row, by in ((other, zhou), (one, wu)):
        refused("key_used", lambda row=row, by=by: planned(row, by, key=KEY))
        refused("key_used", lambda row=row, by=by: record_visit(watched=row, by=by, **visit))
    assert (Measure.objects.count(), Visit.objects.count()) == (1, 1)


def test_what_is_told_and_what_is_asked(cast: Cast) -> None:
    adopt_judging(cast.county, county_pack())
    one, other, zhou = household(cast.village_a1, "H1"), household(cast.village_a1, "H2"), official(cast)
    assert told(cast, one, {"cause": "illness"}, key=KEY) is True and told(cast, one, {"cause": "illness"}, key=KEY) is False
    refused("key_used", lambda: told(cast, other, {"cause": "illness"}, key=KEY))
    refused("key_used", lambda: tell(household=one, facts={"cause": "illness"}, items=(), source="电话", observed_on=TODAY, key=KEY, area=area_of(zhou, TODAY), by=zhou, at=AT))
    scenario = {"kind": ScenarioKind.WATCH, "pack": judging_pack("guizhou-2021"), "changes": [], "name": "推演", "as_of": date(2021, 6, 1), "key": KEY, "county": cast.county, "at": AT}
    Scenario.objects.create(
        division=cast.county, path=cast.county.path, kind="watch", name="推演", pack_id="p", pack_title="p", digest="d", text="t", changes=[], as_of=TODAY, made_by=zhou, made_at=AT, key=KEY)
    refused("key_used", lambda: ask(area=area_of(cast.chen, TODAY), by=cast.chen, **scenario))


def test_a_clue_and_the_last_act_of_a_course(cast: Cast) -> None:
    adopt(cast)
    staff = make_staff(cast)
    course = clue(staff, household(cast.village_a1, "H1"), key=KEY)
    assert clue(staff, course.household, key=KEY) == course
    refused("key_used", lambda: clue(staff, course.household, staff.people[Role.VILLAGE_DESK][1], key=KEY))
    lead(staff, course, "home_check")
    down = Wanted("take", "home_check", "turn_down")
    with on(staff.day):
        client, given = browser(staff.one(Role.VILLAGE_DESK)), form_of(course, down, key="the-last-act-of-it")
        for _time in range(2):
            files = {name: value for name, value in form_of(course, down).items() if name.startswith("paper-")}
            assert client.post(f"/watch/courses/{course.pk}/act/", {**given, **files}).status_code == 302
            course.refresh_from_db()
            assert course.ended and Act.objects.filter(course=course, outcome="turn_down").count() == 1
        assert client.post(f"/watch/courses/{course.pk}/act/", form_of(course, down)).status_code == 409, "another request comes too late"


def test_names_that_are_told_of_helpers_hold_no_numbers(cast: Cast) -> None:
    zhou, row = person("zhou", "周镇", Role.TOWN_OFFICE, cast.town_a), watched(cast.village_a1, "H1")
    more = {"watched": row, "version": 0, "phone": None, "contact": None, "why": "调动", "by": zhou, "at": AT}
    refused("number_in_text", lambda: actions.change_helper(name="吴新13912345678", unit="", **more))
    refused("number_in_text", lambda: actions.change_helper(name="吴新", unit="电话13912345678", **more))
    refused("number_in_text", lambda: planned(row, zhou, person="王民政13912345678"))
    refused("number_in_text", lambda: list_households(households=[row.household], risk="illness", department="医保局13912345678", month="202603", by=zhou, at=AT))
    assert (HelperChange.objects.count(), Measure.objects.count(), InsuranceCase.objects.count()) == (0, 0, 0)


def test_what_a_run_put_down_at_an_old_place_is_read_by_nobody_there(cast: Cast, sign_in) -> None:
    """A household moved while its county was judged: the rows say where it was."""
    adopt_judging(cast.county, county_pack())
    row, zhou = household(cast.village_a1, "H1", "张三"), official(cast)
    told(cast, row, {"cause": "illness"})
    client = sign_in(zhou)
    assert "张三" in client.get("/watch/judged/moves/").content.decode()
    type(row).objects.filter(pk=row.pk).update(division=cast.village_b1, path=cast.village_b1.path)
    scenario = Scenario.objects.create(
        division=cast.county, path=cast.county.path, kind="watch", name="推演", pack_id="p", pack_title="p", digest="d", text="t", changes=[], as_of=TODAY, made_at=AT)
    Crosser.objects.create(scenario=scenario, household=row, path=cast.village_a1.path, before="none", after="edge", crossing="enters")
    area = area_of(zhou, TODAY)
    assert WatchMove.objects.filter(path=cast.village_a1.path).exists() and queries.moves_in(area) == []
    assert "张三" not in client.get("/watch/judged/moves/").content.decode()
    assert list(crossers_in(scenario, area, "", None, "")) == []


def test_looks_at_the_lists_of_conclusions_are_written_down(cast: Cast, sign_in) -> None:
    client = sign_in(official(cast))
    for url, verb in (("/watch/judged/", "list_watch_judged"), ("/watch/judged/moves/", "list_watch_moves")):
        assert client.get(url).status_code == 200
        assert AuditEntry.objects.filter(verb=verb, path=cast.town_a.path).count() == 1
