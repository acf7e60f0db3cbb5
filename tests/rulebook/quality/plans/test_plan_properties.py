"""What holds of every plan, any points, any year and whatever was done, in any order."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from wenqu.rulebook.duties.calendar import CHINA
from wenqu.rulebook.duties.timing import SHANGHAI
from wenqu.rulebook.quality.plans import (
    Done,
    PlanPack,
    Point,
    State,
    after_event,
    expected,
    plan_pack,
    plan_pack_ids,
    season_of,
    standings,
    sum_of,
    tasks,
    windows,
    with_values,
)

PACKS = [plan_pack(name) for name in plan_pack_ids()]
YEARS = st.integers(2020, 2030)
DAY = timedelta(days=1)


def days_of(year: int) -> list[date]:
    return [date(year, 1, 1) + n * DAY for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]


@st.composite
def watched(draw: st.DrawFn) -> tuple[PlanPack, list[Point], int]:
    """A plan, some points of its kinds, and a year."""
    pack, year = draw(st.sampled_from(PACKS)), draw(YEARS)
    often = [kind for kind in pack.kinds if not any(rule.per.text == "day" and kind in rule.kinds.words for rule in pack.tasks.values())] or list(pack.kinds)
    points = []
    for number in range(draw(st.integers(1, 4))):
        first, last = (draw(st.none() | st.dates(date(year - 1, 1, 1), date(year + 1, 12, 31))) for _ in range(2))
        agents = draw(st.none() | st.lists(st.sampled_from(["chlorine", "ozone", "nobody knows"]), max_size=2, unique=True).map(tuple))
        points.append(Point(f"p{number}", draw(st.sampled_from(often)), people=draw(st.none() | st.integers(0, 3000)), agents=agents, first=first, last=last,
                            quotas={rule: draw(st.integers(0, 9)) for rule in pack.tasks if draw(st.booleans())}))
    return pack, points, year


@st.composite
def done_in(draw: st.DrawFn, points: list[Point], year: int, items: list[str]) -> list[Done]:
    days = st.dates(date(year - 1, 12, 1), date(year + 1, 1, 31))
    some = st.none() | (st.frozensets(st.sampled_from(items)) if items else st.just(frozenset()))
    return draw(st.lists(st.builds(Done, st.sampled_from([point.key for point in points]), days, some, st.integers(1, 9)), max_size=12))


@settings(max_examples=30)
@given(YEARS, st.lists(st.sampled_from(["wet", "dry"]), min_size=12, max_size=12))
def test_every_day_of_the_year_falls_in_one_season_whatever_months_a_county_sets(year: int, of: list[str]) -> None:
    months = {name: [month for month, one in enumerate(of, start=1) if one == name] for name in ("wet", "dry")}
    if not all(months.values()):
        months = {"wet": [7], "dry": [month for month in range(1, 13) if month != 7]}
    pack = with_values(plan_pack("plan-rural-water"), {f"seasons.{name}.months": value for name, value in months.items()}, document="县发〔2026〕1号", date="2026")
    spread = {window.id: window for window in windows(pack.tasks["seasonal"], pack.seasons, year)}
    for day in days_of(year):
        inside = [name for name, window in spread.items() if window.holds(day)]
        assert inside == [f"{year}-{season_of(pack, day)}"]
        assert spread[inside[0]].first <= day <= spread[inside[0]].last


@given(st.sampled_from(PACKS), YEARS)
def test_windows_of_a_task_never_overlap_and_those_by_days_and_months_fill_the_year(pack: PlanPack, year: int) -> None:
    for rule in pack.tasks.values():
        held = Counter(day for window in windows(rule, pack.seasons, year) for day in days_of(year) if window.holds(day)) if rule.per.text != "day" else Counter(
            window.first for window in windows(rule, pack.seasons, year))
        assert set(held.values()) == {1}
        assert len(held) == len(days_of(year))


@settings(max_examples=60)
@given(watched())
def test_no_task_stands_twice_and_points_owe_only_while_in_use(given_: tuple[PlanPack, list[Point], int]) -> None:
    pack, points, year = given_
    found = tasks(pack, points, year)
    assert max(Counter(task.key for task in found).values(), default=1) == 1
    by_key = {point.key: point for point in points}
    for task in found:
        assert task.wanted > 0 and len(set(task.items)) == len(task.items)
        if task.point:
            point = by_key[task.point]
            assert (point.first or date.min) <= task.window.first <= task.window.last <= (point.last or date.max)
    assert tasks(pack, list(reversed(points)), year) == found


@settings(max_examples=80)
@given(st.data(), watched())
def test_done_never_exceeds_what_is_wanted_and_the_order_of_samples_never_matters(data: st.DataObject, given_: tuple[PlanPack, list[Point], int]) -> None:
    pack, points, year = given_
    asked = tasks(pack, points, year)
    done = data.draw(done_in(points, year, sorted({item for task in asked for item in task.items})))
    on = data.draw(st.dates(date(year - 1, 12, 1), date(year + 1, 2, 1)))
    found = standings(pack, asked, done, points, on)
    assert [one.task for one in found] == asked
    for one in found:
        assert 0 <= one.done <= one.task.wanted and one.done + one.missing == one.task.wanted
        assert (one.state == State.DONE) == (one.missing == 0)
        assert not (one.state == State.DONE and one.lacking) and set(one.lacking) <= set(one.task.items)
        assert (one.state == State.LATE) <= (on > one.task.window.last) and (one.state == State.AHEAD) <= (on < one.task.window.first)
    assert standings(pack, asked, data.draw(st.permutations(done)), list(reversed(points)), on) == found


@settings(max_examples=60)
@given(st.data(), watched())
def test_one_more_sample_never_takes_anything_away_and_one_at_another_place_changes_nothing(data: st.DataObject, given_: tuple[PlanPack, list[Point], int]) -> None:
    pack, points, year = given_
    asked = tasks(pack, points, year)
    done, on = data.draw(done_in(points, year, [])), date(year, 12, 31)
    (more,) = data.draw(done_in(points, year, []).filter(lambda rows: len(rows) == 1))
    before, after = standings(pack, asked, done, points, on), standings(pack, asked, [*done, more], points, on)
    for old, new in zip(before, after, strict=True):
        assert new.done >= old.done
        if old.task.point not in ("", more.point) or not old.task.window.holds(more.day):
            assert new == old


@given(st.sampled_from([pack for pack in PACKS if pack.totals]))
def test_quotas_sum_up_to_what_the_plan_says(pack: PlanPack) -> None:
    points = [Point(f"{kind.id}-{number}", kind.id) for kind in pack.kinds.values() for number in range(expected(kind) or 0)]
    asked = tasks(pack, points, 2026)
    for total in pack.totals.values():
        assert sum(task.wanted for task in asked if task.rule in total.tasks.words) == total.amount.number


def test_sums_told_by_the_documents() -> None:
    """篇十八: 23,076 = 12 × 104 + 17 × 12 × 107; 135 × 500 = 67,500; 500 a year are 41.67 a month. 篇十七: 12 × 12 + 253 × 2."""
    vegetables, rural, training = plan_pack("plan-vegetables"), plan_pack("plan-rural-water"), plan_pack("plan-training")
    assert 12 * 104 + 17 * 12 * 107 == vegetables.totals["fast"].amount.number == 23076
    assert (expected(vegetables.kinds["county_lab"]) or 0) + (expected(vegetables.kinds["quanzhou_lab"]) or 0) == 17
    assert round(Fraction(vegetables.tasks["town_year"].times.number, 12), 2) == Fraction("41.67") > vegetables.tasks["town_month"].times.number
    assert [sum_of(rule, rural.kinds) for rule in rural.tasks.values()] == [144, 506]
    assert sum_of(training.tasks["training"], training.kinds) == 84
    assert sum_of(plan_pack("plan-earthquake").tasks["watch"], plan_pack("plan-earthquake").kinds) == 365


@given(st.datetimes(datetime(2020, 1, 1), datetime(2026, 11, 30)))
def test_a_limit_in_working_days_holds_just_so_many_of_them(at: datetime) -> None:
    start = at.replace(tzinfo=SHANGHAI)
    notice, report = after_event(plan_pack("plan-vegetables"), "misuse", start)
    assert notice.due_at - start == timedelta(hours=8)
    last = report.due_at.astimezone(SHANGHAI).date() - DAY
    span = [start.date() + n * DAY for n in range(1, (last - start.date()).days + 1)]
    assert sum(map(CHINA.is_working, span)) == 10 and CHINA.is_working(last)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2026, 11, 30)), st.sampled_from(["general", "major", "extreme"]), st.integers(0, 200), st.integers(0, 200))
def test_what_follows_another_report_never_falls_due_before_it(at: datetime, event: str, first: int, second: int) -> None:
    start = at.replace(tzinfo=SHANGHAI)
    pack = plan_pack("plan-earthquake")
    open_, told = after_event(pack, event, start), {"town": start + timedelta(hours=first), "county": start + timedelta(hours=first + second)}
    rows = {one.rule: one for one in after_event(pack, event, start, told)}
    assert list(rows) == [one.rule for one in open_]
    for one in open_:
        rule = pack.reports[one.rule]
        if rule.after is not None:
            assert one.due_at >= next(row.due_at for row in open_ if row.rule == rule.after.text)
        assert one.due_at > start and one.state(one.due_at) == State.DUE and one.state(one.due_at + DAY) == State.LATE
    assert rows["town"].state(start + timedelta(hours=500)) == (State.DONE if told["town"] <= rows["town"].due_at else State.LATE)
    assert rows["county"].due_at.astimezone(SHANGHAI).date() == told["town"].date() + DAY
