"""The list goes on page by page, alarms asked or not, and no household stands on two pages or on none."""

from __future__ import annotations

from datetime import date

import pytest
from cast import AT, TODAY, Cast
from stages import household

from watch.way import Staff, adopt, make_staff
from wenqu.households.models import Household
from wenqu.places.rights import Role
from wenqu.watch.listing import queries
from wenqu.watch.models import Watched


@pytest.fixture
def staff(cast: Cast) -> Staff:
    adopt(cast)
    return make_staff(cast)


@pytest.mark.parametrize(("page", "alarm"), [(3, ""), (3, "missing"), (4, "missing"), (9, "missing")])
def test_every_row_stands_on_one_page(cast: Cast, staff: Staff, monkeypatch: pytest.MonkeyPatch, page: int, alarm: str) -> None:
    monkeypatch.setattr(queries, "PAGE", page)
    desk = staff.one(Role.VILLAGE_DESK)
    wanted = []
    for number in range(9):
        home = household(cast.village_a1, f"H{number}", head=f"户主{number}")
        Household.objects.filter(pk=home.pk).update(phone="13900003333", people=3)
        whole = number % 3 == 0
        row = Watched.objects.create(
            household=home, division=home.division, path=home.path, object_kind="object", object_name="对象", main_cause="illness", causes=["illness"],
            cause_names=["因病"], entered_on=date(2026, 1, 5), helper_name="帮扶干部", helper_unit="县水务局", helper_phone="13900001111", contact=desk if whole else None, added_at=AT)
        if not (alarm and whole):
            wanted.append(row.pk)
    area, found, before = staff.area(staff.one(Role.TOWN_OFFICE)), list[int](), None
    for _page in range(10):
        rows, before = queries.page_of(cast.town_a.path, area, queries.Filters(alarm=alarm), before, TODAY)
        assert len(rows) <= page
        found += [each.row.pk for each in rows]
        if before is None:
            break
    assert found == sorted(wanted, reverse=True)
