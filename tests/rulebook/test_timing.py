"""Deadlines: the text table row by row, and what holds of every deadline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenqu.rulebook.duties import (
    CHINA,
    SHANGHAI,
    ChineseWorkingDays,
    Limit,
    PlainWeekdays,
    Rest,
    Unit,
    due,
    escalates_at,
    remaining,
    resumed,
    unknown_years,
)
from wenqu.rulebook.model import Number

CITED = Number(1, "hours", "2026", "第1条", "县文件", "sourced")
MINUTE = timedelta(minutes=1)
Row = dict[str, str]


def _rows() -> Iterator[tuple[int, str, Row]]:
    """Line, sentence and cells of each row of the table."""
    sentence, header = "", []
    for line, raw in enumerate(Path(__file__).with_name("timing.txt").read_text(encoding="utf-8").splitlines(), start=1):
        text = raw.strip()
        if text.startswith("#"):
            continue
        if "|" not in text:
            sentence, header = text or sentence, []
        elif not header:
            header = [cell.strip() for cell in text.split("|")]
        else:
            yield line, sentence, dict(zip(header, (cell.strip() for cell in text.split("|")), strict=True))


def _moment(text: str) -> datetime:
    day, clock = text.split()
    if clock == "24:00":
        return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time.min, SHANGHAI)
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def _limit(text: str) -> Limit:
    amount, unit = text.split()
    return Limit("limits.rectify.small", int(amount), unit, CITED)


class ListedTo2026(ChineseWorkingDays):
    """The calendar as it stands in the table, whatever years the library has learnt since."""

    def is_working(self, day: date) -> bool:
        return super().is_working(day) if self.known(day.year) else day.weekday() < 5

    def known(self, year: int) -> bool:
        return super().known(year) and year <= 2026


LISTED = ListedTo2026()
ROWS = list(_rows())


@pytest.mark.parametrize(("sentence", "row"), [(s, r) for _, s, r in ROWS], ids=[f"line {n}" for n, _, _ in ROWS])
def test_the_table(sentence: str, row: Row) -> None:
    until = _moment(row["due"])
    if "start" in row:
        start, limit = _moment(row["start"]), _limit(row["limit"])
        assert due(start, limit, LISTED) == until, sentence
        unknown = row.get("unknown", "-").replace("-", "").split()
        assert unknown_years(start, until, limit.unit, LISTED) == tuple(map(int, unknown)), sentence
    elif "again" in row:
        rest = remaining(until, _moment(row["suspended"]), row["unit"], CHINA)
        kept = Rest.from_detail(rest.as_detail())
        assert resumed(_moment(row["resumed"]), kept, CHINA) == _moment(row["again"]), sentence
    elif "escalates" in row:
        assert escalates_at(until, _limit(row["limit"]), CHINA) == _moment(row["escalates"]), sentence
    else:
        assert (_moment(row["at"]) > until) == (row["overdue"] == "yes"), sentence


def test_the_table_is_read_whole() -> None:
    assert len(ROWS) > 70
    assert {frozenset(row) for _, _, row in ROWS} == {
        frozenset({"start", "limit", "due"}), frozenset({"start", "limit", "due", "unknown"}),
        frozenset({"due", "unit", "suspended", "resumed", "again"}), frozenset({"due", "at", "overdue"}),
        frozenset({"due", "limit", "escalates"})}


def test_the_day_is_the_day_of_the_zone() -> None:
    """18:00 UTC on Monday is Tuesday in Shanghai."""
    start = datetime(2026, 11, 23, 18, tzinfo=UTC)
    assert due(start, _limit("1 working_days"), CHINA) == _moment("2026-11-25 24:00")
    assert due(start, _limit("1 working_days"), CHINA, ZoneInfo("UTC")) == datetime(2026, 11, 25, tzinfo=UTC)


def test_an_hour_is_an_hour_where_clocks_are_changed() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 3, 28, 12, tzinfo=berlin)
    assert due(start, _limit("24 hours"), CHINA, berlin) == datetime(2026, 3, 29, 13, tzinfo=berlin)


def test_a_moment_without_a_zone_is_refused() -> None:
    bare = datetime(2026, 11, 23, 8, 30)
    with pytest.raises(ValueError, match="no time zone"):
        due(bare, _limit("1 hours"), CHINA)
    with pytest.raises(ValueError, match="no time zone"):
        resumed(bare, Rest(None, 1), CHINA)


def test_other_calendars_may_be_given() -> None:
    start = _moment("2026-09-30 09:00")
    assert due(start, _limit("1 working_days"), PlainWeekdays()) == _moment("2026-10-01 24:00")
    assert unknown_years(start, _moment("2026-10-01 24:00"), Unit.WORKING_DAYS, PlainWeekdays()) == (2026,)


def test_the_calendar_knows_its_years() -> None:
    assert CHINA.known(2026) and CHINA.known(2004)
    assert not CHINA.known(2003)
    assert CHINA.is_working(date(2026, 10, 10)) and not CHINA.is_working(date(2026, 10, 1))
    unknown = next(year for year in range(2026, 2100) if not CHINA.known(year))
    days = [date(unknown, 1, 1) + timedelta(days=n) for n in range(365)]
    assert [CHINA.is_working(day) for day in days] == [day.weekday() < 5 for day in days]


moments = st.datetimes(datetime(2005, 1, 1), datetime(2029, 12, 31), timezones=st.just(SHANGHAI))
hours = st.integers(1, 200).map(lambda n: _limit(f"{n} hours"))
working_days = st.integers(1, 30).map(lambda n: _limit(f"{n} working_days"))
limits = hours | working_days
gaps = st.timedeltas(timedelta(0), timedelta(days=40))


def _more(limit: Limit) -> Limit:
    return Limit(limit.key, limit.amount + 1, limit.unit, limit.source)


@given(moments, limits, gaps)
def test_later_starts_and_longer_limits_are_never_due_earlier(start: datetime, limit: Limit, gap: timedelta) -> None:
    until = due(start, limit, CHINA)
    assert until > start
    assert due(start + gap, limit, CHINA) >= until
    assert due(start, _more(limit), CHINA) > until


@given(moments, working_days)
def test_working_days_end_a_working_day_with_the_right_number_between(start: datetime, limit: Limit) -> None:
    until = due(start, limit, CHINA)
    assert until.timetz() == time.min.replace(tzinfo=SHANGHAI)
    last = until.date() - timedelta(days=1)
    between = [start.date() + timedelta(days=n) for n in range(1, (last - start.date()).days + 1)]
    assert CHINA.is_working(last)
    assert sum(map(CHINA.is_working, between)) == limit.amount


@given(moments, limits, st.timedeltas(timedelta(0), timedelta(days=60)))
def test_suspending_and_resuming_at_once_changes_nothing(start: datetime, limit: Limit, gap: timedelta) -> None:
    """In time or late, on working days and holidays, as often as it is done."""
    until = due(start, limit, CHINA)
    at = start + gap
    again = until
    for _ in range(3):
        again = resumed(at, remaining(again, at, limit.unit, CHINA), CHINA)
    assert again == until


@given(moments, hours, gaps, gaps)
def test_a_suspension_delays_hours_by_exactly_its_length(start: datetime, limit: Limit, gap: timedelta, length: timedelta) -> None:
    until = due(start, limit, CHINA)
    at = start + gap
    assert resumed(at + length, remaining(until, at, Unit.HOURS, CHINA), CHINA) == until + length


@given(moments, working_days, gaps, gaps)
def test_a_suspension_keeps_the_number_of_working_days(start: datetime, limit: Limit, gap: timedelta, length: timedelta) -> None:
    until = due(start, limit, CHINA)
    at = start + gap
    rest = remaining(until, at, limit.unit, CHINA)
    again = resumed(at + length, rest, CHINA)
    assert again >= until
    assert remaining(again, at + length, limit.unit, CHINA).working_days == rest.working_days or rest.working_days == 0
    assert (at + length > again) == (at > until)


@given(moments, limits, limits)
def test_escalation_comes_after_the_deadline(start: datetime, limit: Limit, after: Limit) -> None:
    until = due(start, limit, CHINA)
    assert escalates_at(until, after, CHINA) > until


@given(moments, limits, st.sampled_from(["UTC", "Asia/Urumqi", "America/New_York"]))
def test_the_deadline_does_not_depend_on_how_the_start_is_written(start: datetime, limit: Limit, zone: str) -> None:
    assert due(start.astimezone(ZoneInfo(zone)), limit, CHINA) == due(start, limit, CHINA)


@given(moments, limits, gaps)
def test_the_rest_is_kept_as_plain_data(start: datetime, limit: Limit, gap: timedelta) -> None:
    rest = remaining(due(start, limit, CHINA), start + gap, limit.unit, CHINA)
    assert Rest.from_detail(rest.as_detail()) == rest
    assert all(isinstance(value, int) for value in rest.as_detail().values())
