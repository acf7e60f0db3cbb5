"""What judging and help know of a household is offered where it leaves the list, with its source; whoever has left the register is judged no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from cast import AT, TODAY, Cast
from crew import photo
from django.utils import timezone
from stages import household

from watch.helped import done, planned
from watch.judged_county import SECURED, county_pack, told, water, year_of
from watch.judged_county import adopt as adopt_pack
from watch.way import adopt, browser, form_of, make_staff, on, onward, removal, wanted_by, watched, who
from wenqu.households.models import Household, Member
from wenqu.places.scope import area_of
from wenqu.watch.courses.known import known_for
from wenqu.watch.courses.replay import replayed
from wenqu.watch.judging.actions import judge_county
from wenqu.watch.judging.deciding import decide
from wenqu.watch.judging.queries import Filters, graded
from wenqu.watch.judging.rules import rules_at
from wenqu.watch.models import Course, WatchGrade


def test_what_is_known_stands_in_the_form_with_its_source_until_somebody_says_otherwise(cast: Cast) -> None:
    adopt(cast)
    staff = make_staff(cast)
    home = household(cast.village_a1, "H1")
    row = watched(staff, home)
    adopt_pack(cast.county, county_pack(), from_on=date(2026, 1, 2))
    water(home, 4)
    told(cast, home, {**SECURED, "cause": "illness", "heavy": "no"})
    helped = planned(row, cast.chen, on=TODAY, at=staff.at)
    course = removal(staff, home)
    choice = onward(course)
    by = who(staff, choice)
    with on(staff.day):
        known = known_for(home, staff.day, timezone.now())
        assert {name: one.value for name, one in known.items()} == {"workers": None, "measures": False, "guarantees": False, "spending": True, "risk": False}
        done(helped, cast.chen, [photo(1)], on=staff.day, at=staff.at)
        water(home, 1)
        known = known_for(home, staff.day, timezone.now())
        assert (known["protected_since"].value, known["measures"].value, known["guarantees"].value) == (staff.day, True, True)
        page = browser(by).get(f"/watch/courses/{course.pk}/").content.decode()
        assert "系统已知：帮扶措施“低保保障”" in page and "系统已知：研判：" in page
        offer = next(each for each in browser(by).get(f"/watch/courses/{course.pk}/").context["offers"] if each.wanted == wanted_by(choice))
        assert (offer.form["met-guarantees"].value(), offer.form["met-risk"].value(), offer.form["met-income"].value()) == ("yes", "no", "")
        # What the person says counts, not what was offered.
        sent = form_of(course, wanted_by(choice), **{"met-risk": "yes", "protected_since": ""})
        assert browser(by).post(f"/watch/courses/{course.pk}/act/", sent).status_code == 302
    kept = replayed(Course.objects.select_related("edition").get(pk=course.pk)).situation
    assert (kept.met["risk"], kept.protected_since) == (True, None)


def test_of_whom_nothing_was_told_nothing_is_offered(cast: Cast) -> None:
    home = household(cast.village_a1, "H1")
    Household.objects.filter(pk=home.pk).update(people=None)
    home.refresh_from_db()
    assert known_for(home, TODAY, AT) == {}


def test_who_left_the_register_is_judged_no_more(cast: Cast) -> None:
    adopt_pack(cast.county, county_pack())
    stays, gone = household(cast.village_a1, "A1"), household(cast.village_a1, "A2")
    for each in (stays, gone):
        water(each, 1)
        told(cast, each, {**SECURED, "cause": "none"}, year_of(9_000_000))
    Household.objects.filter(pk=gone.pk).update(left_on=TODAY)
    area = area_of(cast.chen, TODAY)
    run = judge_county(division=cast.county, as_of=TODAY, area=area, by=cast.chen, at=AT)
    assert (run.households, run.told) == (1, 1)
    assert set(graded(area, Filters()).values_list("household", flat=True)) == {stays.pk}
    assert WatchGrade.objects.filter(household=gone).exists(), "what was concluded before is kept"


@pytest.mark.parametrize("where", ["out of the register", "into another household"])
def test_what_was_told_of_somebody_who_left_the_household_counts_no_more(cast: Cast, sign_in, where: str) -> None:
    """Told of one, and in columns."""
    adopt_pack(cast.county, county_pack())
    home = household(cast.village_a1, "A1")
    water(home, 1)
    member = Member.objects.create(household=home, name="外嫁女")
    hers = next(replace(item, member=member) for item in year_of(9_000_000) if item.kind == "wages")
    items = [*year_of(0), hers]
    told(cast, home, {**SECURED, "cause": "illness", "was_poor": "yes"}, items)
    assert WatchGrade.objects.get(household=home).object == "none"
    Member.objects.filter(pk=member.pk).update(**({"left_on": TODAY} if where == "out of the register" else {"household": household(cast.village_a1, "A9")}))
    judge_county(division=cast.county, as_of=TODAY, area=area_of(cast.chen, TODAY), by=cast.chen, at=AT)
    assert WatchGrade.objects.get(household=home).object == "unstable"
    decided = decide(home, rules_at(home.path, TODAY), as_of=TODAY, until=AT)
    assert decided.judgement.outcome == "unstable"
    assert sign_in(cast.chen).get(f"/watch/judged/{home.pk}/").content.decode().count("已不在这户，不计") == 1
