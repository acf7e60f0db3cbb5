"""Alarms of the watch list: as conditions they find the rows that the procedure of the rulebook calls suspicious, one by one."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from cast import AT, TODAY, Cast
from crew import photo

from watch.helped import done, person, planned, watched
from watch.way import SIX, adopt
from wenqu.places.models import Account
from wenqu.places.rights import Role
from wenqu.places.scope import Area, within
from wenqu.rulebook.watch.procedures import alarms as told_of
from wenqu.rulebook.watch.procedures import procedure_pack
from wenqu.watch.listing.alarms import ALARMS, Alarms, late_since, missing_of
from wenqu.watch.listing.queries import alarm_counts
from wenqu.watch.models import Watched
from wenqu.watch.visiting.actions import record_visit

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(cast: Cast) -> Account:
    return person("zhou", "周镇", Role.TOWN_OFFICE, cast.town_a)


def found(want: str, area: Area, on: date) -> set[str]:
    return set(within(Watched.objects.filter(Alarms(area, on).asked(want)), area).values_list("household__number", flat=True))


def test_no_measure_within_a_month_of_entry(cast: Cast, town: Account) -> None:
    """The day on which the month is over is still in time; the day after it is not. A plan is no measure yet."""
    late, at_edge = watched(cast.village_a1, "LATE", on=date(2026, 1, 27)), watched(cast.village_a1, "EDGE", on=date(2026, 1, 28))
    helped, planned_only = watched(cast.village_a2, "DONE", on=date(2026, 1, 1)), watched(cast.village_a2, "PLAN", on=date(2026, 1, 1))
    gone, soon = watched(cast.village_a2, "GONE", on=date(2026, 1, 1), left_on=date(2026, 2, 20)), watched(cast.village_a2, "SOON", on=date(2026, 1, 1), left_on=date(2026, 2, 1))
    done(planned(helped, town, on=date(2026, 1, 10)), town, [photo(1)], on=date(2026, 1, 20))
    planned(planned_only, town)
    on = date(2026, 2, 28)
    assert found("no_measure", cast.area(town), on) == {"LATE", "PLAN", "GONE"}
    assert found("no_measure", cast.area(town), on + timedelta(days=1)) == {"LATE", "PLAN", "GONE", "EDGE"}
    assert found("no_measure", cast.area(cast.zhao), on) == set()
    assert {late.pk, at_edge.pk, gone.pk, soon.pk}


@pytest.mark.parametrize(("months", "on", "last"), [
    (1, date(2026, 2, 28), date(2026, 1, 27)), (1, date(2026, 3, 1), date(2026, 1, 31)), (1, date(2026, 3, 31), date(2026, 2, 28)), (2, date(2026, 3, 1), date(2025, 12, 31)),
])
def test_the_last_day_of_entry_that_is_late(months: int, on: date, last: date) -> None:
    assert late_since(months, on) == last


def test_visits_missing_this_month(cast: Cast, town: Account) -> None:
    """From 2026 everybody is visited; in 2025 only 边缘易致贫户 were."""
    seen, unseen, other = watched(cast.village_a1, "SEEN"), watched(cast.village_a1, "NOT"), watched(cast.village_a2, "OTHER", kind="unstable")
    for on in (date(2026, 2, 28), date(2026, 3, 1)):
        record_visit(watched=seen, on=on, way="home", found="好", worse=False, by=town, at=AT)
    record_visit(watched=unseen, on=date(2026, 2, 28), way="home", found="好", worse=False, by=town, at=AT)
    assert found("no_visit", cast.area(town), TODAY) == {"NOT", "OTHER"}
    assert found("no_visit", cast.area(town), date(2026, 2, 28)) == {"OTHER"}
    assert found("no_visit", cast.area(town), date(2025, 12, 31)) == {"SEEN", "NOT"} and other.pk
    assert found("worse", cast.area(town), TODAY) == set()
    record_visit(watched=seen, on=TODAY, way="phone", found="摔伤", worse=True, by=town, at=AT)
    assert found("worse", cast.area(town), TODAY) == {"SEEN"}


def test_missing_fields_are_named(cast: Cast, town: Account) -> None:
    whole = watched(cast.village_a1, "WHOLE", contact=town)
    bare = watched(cast.village_a1, "BARE", helper_unit="", helper_phone="", main_cause="", people=None)
    bare.household.phone = ""
    bare.household.save()
    assert found("missing", cast.area(town), TODAY) == {"BARE"}
    assert missing_of(bare) == ["帮扶单位", "帮扶责任人电话", "联系人", "主要风险", "户联系电话", "人数"] and missing_of(whole) == []


def test_as_conditions_they_say_what_the_procedure_says_of_each(cast: Cast, town: Account) -> None:
    """Entries and removals around the ends of months; nobody was helped, so that the first measure never came."""
    adopt(cast)
    pack, on, number = procedure_pack(SIX), date(2026, 4, 1), 0
    for entered in (date(2025, 11, 30), date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 1)):
        for days in (0, 27, 28, 29, 30, 31, 32, 58, 59, 60, 61, 62, 63, 90, 400):
            left = entered + timedelta(days=days)
            watched(cast.village_a1, f"N{number}", on=entered, left_on=left if left <= on else None)
            number += 1
    rows = {row.household.number: row for row in Watched.objects.select_related("household")}
    area = cast.area(town)
    for name in ("no_measure", "removed_soon"):
        wanted = {key for key, row in rows.items() if name in {each.code for each in told_of(pack, entered=row.entered_on, on=on, removed=row.left_on)}}
        assert found(name, area, on) == wanted and 0 < len(wanted) < len(rows)


def test_a_page_marks_the_rows_that_each_filter_finds(cast: Cast, town: Account) -> None:
    rows = [watched(cast.village_a1, "A"), watched(cast.village_a2, "B", contact=town), watched(cast.village_a2, "C", on=TODAY)]
    record_visit(watched=rows[1], on=TODAY, way="home", found="摔伤", worse=True, by=town, at=AT)
    alarms = Alarms(cast.area(town), TODAY)
    told = alarms.of([row.pk for row in rows])
    for name in ALARMS:
        if name != "missing":
            assert {row.household.number for row in rows if name in told.get(row.pk, ())} == found(name, cast.area(town), TODAY)
    assert alarm_counts(cast.area(town), TODAY) == {name: len(found(name, cast.area(town), TODAY)) for name in ("no_measure", "no_visit", "missing", "worse")}
    assert alarm_counts(cast.area(cast.zhao), TODAY) == {}
