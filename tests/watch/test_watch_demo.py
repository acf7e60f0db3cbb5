"""The demo's households of the watch list: every place of the way has one, all led there by the real actions."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cast import AT, Cast
from stages import household

from wenqu.demo.watching import PEOPLE, STORIES, watch_some
from wenqu.kit.audit import SYSTEM
from wenqu.places.actions import add_account, give_duty
from wenqu.places.rights import Role
from wenqu.watch.courses.replay import replayed
from wenqu.watch.models import Course, InsuranceCase, Measure, Scenario, Visit, Watched, WatchGrade


def test_every_story_is_told_once_and_to_its_place(cast: Cast) -> None:
    places = {Role.VILLAGE_DESK: cast.village_a1, Role.TOWN_OFFICE: cast.town_a}
    for role, name in PEOPLE.items():
        account = add_account(username=name, password="x-2026-demo-x", name=name, demo=True, by=SYSTEM, at=AT)
        give_duty(account=account, role=role, division=places.get(Role(role), cast.county), from_on=date(2020, 1, 1), by=SYSTEM, at=AT)
    for number in range(len(STORIES) + 8):
        household(cast.village_a1, f"H{number:02d}")
    at = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
    assert watch_some(division=cast.county, at=at) == len(STORIES) + 2 and watch_some(division=cast.county, at=at) == 0
    entries = Course.objects.filter(route="entry").select_related("edition").order_by("pk")
    assert [row.position for row in entries] == [
        "turned_down" if story.then == "turn_down" else story.until or "through" for story in STORIES]
    assert sorted(Course.objects.filter(route="removal").values_list("position", flat=True)) == ["through", "town_review"]
    assert (Watched.objects.filter(left_on=None).count(), Watched.objects.exclude(left_on=None).count()) == (3, 1)
    late = entries.get(urgent_on__isnull=False)
    assert late.due_on is not None and late.due_on < date(2026, 11, 20) and entries.filter(objections_open=1).count() == 1
    assert all(act.on <= date(2026, 11, 20) for row in Course.objects.select_related("edition") for act in replayed(row).acts)
    # What is known and done: two kinds of grades around the county's own line, help of the first two, a case on its way, a what-if queued.
    assert WatchGrade.objects.filter(object="object").count() >= 2 and WatchGrade.objects.filter(object="none").count() >= 2
    assert sorted(Measure.objects.values_list("state", flat=True)) == ["done", "judged", "planned"] and Visit.objects.filter(worse=True).count() == 1
    assert InsuranceCase.objects.get().state == "town" and Scenario.objects.get().job is not None
