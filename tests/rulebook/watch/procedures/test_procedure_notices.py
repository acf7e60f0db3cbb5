"""Full calendar days of a notice, over the ends of months and years: holidays and weekends play no part."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.watch.procedures.playing import BOARDS, bring, good, in_order, photos
from rulebook.watch.procedures.wrong import edited
from wenqu.rulebook.clauses import Clause
from wenqu.rulebook.watch.procedures import (
    Act,
    Actor,
    Doing,
    ProcedurePack,
    owed,
    perform,
    procedure_pack,
    stand,
    why_not,
)
from wenqu.rulebook.watch.procedures.model import NoticeHabits, NoticeRule
from wenqu.rulebook.watch.procedures.notices import down_from, full_days, monthly_days, months_after

SIX = procedure_pack("six-steps-huangping-2021")


def _clause(value: int | str) -> Clause:
    return Clause("", value, "", "", "", "", "unverified")


def _rules(days: int, first: str) -> tuple[NoticeRule, NoticeHabits]:
    nothing = _clause("")
    return NoticeRule(_clause(days), nothing), NoticeHabits(_clause(first), nothing, nothing, nothing)


# Counting begins on the day after the posting; the notice comes down after the last full day.
TABLE = """
posted     | days | first    | first full day | last full day | down from
2021-03-01 | 5    | next_day | 2021-03-02     | 2021-03-06    | 2021-03-07
2021-02-24 | 5    | next_day | 2021-02-25     | 2021-03-01    | 2021-03-02
2020-02-24 | 5    | next_day | 2020-02-25     | 2020-02-29    | 2020-03-01
2020-12-29 | 5    | next_day | 2020-12-30     | 2021-01-03    | 2021-01-04
2021-04-28 | 5    | next_day | 2021-04-29     | 2021-05-03    | 2021-05-04
2021-02-10 | 5    | next_day | 2021-02-11     | 2021-02-15    | 2021-02-16
2021-09-30 | 7    | next_day | 2021-10-01     | 2021-10-07    | 2021-10-08
2021-03-01 | 1    | next_day | 2021-03-02     | 2021-03-02    | 2021-03-03
2021-03-01 | 5    | same_day | 2021-03-01     | 2021-03-05    | 2021-03-06
2020-12-29 | 5    | same_day | 2020-12-29     | 2021-01-02    | 2021-01-03
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()[1:]]


@pytest.mark.parametrize(("posted", "days", "first", "begins", "ends", "down"), ROWS)
def test_days_are_counted_by_the_calendar(posted: str, days: str, first: str, begins: str, ends: str, down: str) -> None:
    counted = full_days(date.fromisoformat(posted), *_rules(int(days), first))
    assert (counted[0], counted[-1]) == (date.fromisoformat(begins), date.fromisoformat(ends))
    assert down_from(date.fromisoformat(posted), *_rules(int(days), first)) == date.fromisoformat(down)


@given(st.dates(date(1999, 1, 1), date(2101, 1, 1)), st.integers(1, 400), st.sampled_from(["next_day", "same_day"]))
def test_the_full_days_stand_one_after_another_between_posting_and_taking_down(posted: date, days: int, first: str) -> None:
    counted = full_days(posted, *_rules(days, first))
    down = down_from(posted, *_rules(days, first))
    assert len(counted) == days
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(counted))
    assert down - counted[-1] == timedelta(days=1)
    # By the strict reading every counted day lies whole, from midnight to midnight, between the two.
    whole = (down - posted).days - 1
    assert whole == (days if first == "next_day" else days - 1)


@pytest.mark.parametrize("posted", [date(2020, 2, 24), date(2020, 12, 27), date(2021, 2, 10), date(2021, 9, 29), date(2024, 12, 31)])
def test_a_notice_hangs_five_full_days_wherever_it_begins(posted: date) -> None:
    course = bring(SIX, "entry", "village_meeting+taken")
    moved = posted - stand(course, SIX).last
    acts = tuple(Act(a.doing, a.step, a.day + moved, a.by, a.outcome, a.papers, a.to, a.objection) for a in course.acts)
    course = type(course)(course.pack, course.digest, course.route, course.begun + moved, acts)
    course = perform(course, SIX, good(course, SIX, Doing.POST))
    for early in range(6):
        refused = why_not(course, SIX, good(course, SIX, Doing.TAKE_DOWN, day=posted + timedelta(days=early)))
        assert [one.code for one in refused] == ["notice_short"]
        assert str(posted + timedelta(days=6)) in refused[0].zh and "第四步" in refused[0].zh
        assert not owed(course, SIX, posted + timedelta(days=early))
    assert [one.said.code for one in owed(course, SIX, posted + timedelta(days=6))] == ["down_owed"]
    course = perform(course, SIX, good(course, SIX, Doing.TAKE_DOWN, day=posted + timedelta(days=6)))
    assert stand(course, SIX).step == "town_check"


def _object(course_day: date, number: str) -> Act:
    return Act(Doing.OBJECT, "village_meeting", course_day, Actor("neighbour", ""), objection=number)


def _rule(day: date, number: str, outcome: str) -> Act:
    return Act(Doing.RULE, "village_meeting", day, Actor("ruler", "village_desk"), outcome, objection=number)


def test_each_upheld_objection_restarts_the_clock() -> None:
    course = bring(SIX, "entry", "village_meeting+posted")
    day = stand(course, SIX).last
    for number in ("1", "2", "3"):
        day += timedelta(days=5)
        course = perform(course, SIX, _object(day, number))
        assert [one.said.code for one in owed(course, SIX, day)] == ["ruling_owed"]
        course = perform(course, SIX, _rule(day, number, "upheld"))
        assert [one.said.code for one in owed(course, SIX, day)] == ["posting_owed"]
        course = perform(course, SIX, good(course, SIX, Doing.POST))
        refused = why_not(course, SIX, good(course, SIX, Doing.TAKE_DOWN, day=day + timedelta(days=5)))
        assert [one.code for one in refused] == ["notice_short"]
    course = perform(course, SIX, good(course, SIX, Doing.TAKE_DOWN, day=day + timedelta(days=6)))
    here = stand(course, SIX)
    assert here.step == "town_check"
    assert [(one.act.objection, one.ruling.outcome if one.ruling else "") for one in here.objections] == [(n, "upheld") for n in "123"]


def test_an_objection_that_is_rejected_leaves_the_clock_alone_and_one_left_open_goes_along() -> None:
    course = bring(SIX, "entry", "village_meeting+posted")
    day = stand(course, SIX).last
    kept = perform(perform(course, SIX, _object(day, "1")), SIX, _rule(day + timedelta(days=4), "1", "rejected"))
    assert stand(perform(kept, SIX, good(kept, SIX, Doing.TAKE_DOWN, day=day + timedelta(days=6))), SIX).step == "town_check"
    both = perform(perform(course, SIX, _object(day, "1")), SIX, _object(day, "2"))
    both = perform(perform(both, SIX, _rule(day, "1", "upheld")), SIX, good(both, SIX, Doing.POST))
    late = day + timedelta(days=30)
    assert [one.code for one in why_not(both, SIX, good(both, SIX, Doing.TAKE_DOWN, day=late))] == ["objection_open"]
    assert not why_not(perform(both, SIX, _rule(late, "2", "rejected")), SIX, good(both, SIX, Doing.TAKE_DOWN, day=late))


def test_where_the_pack_says_so_an_upheld_objection_asks_for_the_meeting_again() -> None:
    pack = edited(SIX, "notices.upheld.value", "retake")
    course = bring(pack, "entry", "village_meeting+posted")
    day = stand(course, pack).last
    course = perform(perform(course, pack, _object(day, "1")), pack, _rule(day, "1", "upheld"))
    assert stand(course, pack).position == "village_meeting"
    assert [one.code for one in why_not(course, pack, good(course, pack, Doing.POST))] == ["notice_not_due"]
    course = perform(course, pack, good(course, pack), in_order(pack))
    assert not why_not(course, pack, good(course, pack, Doing.POST))


@pytest.mark.parametrize(("photo", "posting", "down"), [("both_ends", True, True), ("posting", True, False), ("none", False, False)])
def test_photos_are_asked_at_the_ends_that_the_pack_names(photo: str, posting: bool, down: bool) -> None:
    pack: ProcedurePack = edited(SIX, "notices.photos.value", photo)
    course = bring(pack, "entry", "town_check+taken")
    for doing, asked in ((Doing.POST, posting), (Doing.TAKE_DOWN, down)):
        act = good(course, pack, doing)
        for missing in BOARDS[:2]:
            bare = Act(act.doing, act.step, act.day, act.by, papers=photos(tuple(board for board in BOARDS if board != missing)))
            assert [(one.code, one.about) for one in why_not(course, pack, bare)] == ([("photo_missing", missing)] if asked else [])
        course = perform(course, pack, act)


def test_months_end_where_they_end() -> None:
    assert months_after(date(2021, 1, 31), 1) == date(2021, 2, 28)
    assert months_after(date(2020, 12, 31), 2) == date(2021, 2, 28)
    assert months_after(date(2020, 8, 31), 6) == date(2021, 2, 28)
    assert months_after(date(2021, 3, 15), -3) == date(2020, 12, 15)
    assert list(monthly_days(date(2021, 1, 21), 20, date(2021, 3, 1))) == [date(2021, 2, 20), date(2021, 3, 20)]
    assert list(monthly_days(date(2021, 1, 20), 31, date(2021, 3, 1))) == [date(2021, 1, 31), date(2021, 2, 28), date(2021, 3, 31)]
