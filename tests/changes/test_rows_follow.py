"""Whatever repeats the place of a household goes where it goes, whether a change or a register says so, and back again."""

from __future__ import annotations

import pytest
from area.helping import furnish_help
from area.judged_watch import furnish_judged
from area.monitored import furnish_quality
from area.watching import furnish_watch
from cast import AT, Cast
from django.apps import apps
from evidence.files import PDF, upload

from changes.changing import DAY, Kind, Office, asking, carry, home, pk
from wenqu.changes.looking import undo_of
from wenqu.changes.models import Change
from wenqu.evidence.actions import attach
from wenqu.evidence.receiving import receive
from wenqu.households.following import followers
from wenqu.households.models import Consent, Household
from wenqu.kit.audit import SYSTEM
from wenqu.ledger.opening.actions import follow_households
from wenqu.places.models import Account
from wenqu.quality.models import Result
from wenqu.watch.judging.keeping import behind
from wenqu.watch.models import Course, WatchGrade

pytestmark = pytest.mark.django_db
GOING = {
    "households.Consent", "changes.Change", "watch.Course", "watch.Watched", "watch.Measure", "watch.Visit", "watch.HelperChange", "watch.InsuranceCase",
    "watch.WatchGrade", "watch.WatchMove", "watch.Crosser", "quality.Point", "quality.Tally",
    "quality.Sample", "quality.Result", "quality.Verdict", "quality.Overdue", "quality.Dose",
}


def watched_home(cast: Cast, by: Account) -> Household:
    """A household of which every such table has a row."""
    row = home(cast.village_a1, "H1", "张三", "张四")
    proof = attach(received=receive(upload(PDF, "a.pdf")), subject="batch:1", path=row.path, division_id=row.division_id, about="", by=by, at=AT)
    furnish_watch(cast.county, "甲", by, row, proof)
    furnish_help("甲", by, row)
    furnish_judged(cast.county, cast.county, "甲", 7, by, row)
    furnish_quality(cast.county, cast.village_a1, "甲", 1, by, row)
    Consent.objects.create(
        household=row, division=row.division, path=row.path, given_by="张三", purpose="civil", given_on=AT.date(), until=AT.date(), evidence="凭据", recorded_by=by, recorded_at=AT)
    return row


def places_of(row: Household) -> dict[str, set[str]]:
    return {model._meta.label: set(model._base_manager.filter(**{way: row.pk}).values_list("path", flat=True)) for model, way in followers()}


def test_every_table_that_repeats_the_place_of_a_household_is_known() -> None:
    assert {model._meta.label for model, _way in followers()} == GOING
    named = {
        model._meta.label for model in apps.get_models()
        if any(field.name == "household" and field.related_model is Household for field in model._meta.concrete_fields) and any(field.name == "path" for field in model._meta.concrete_fields)
    }
    assert named - GOING == {"judging.Grade"}, "a grade tells where it was judged"


def test_they_go_with_a_change_and_come_back_with_its_undoing(office: Office, cast: Cast) -> None:
    row = watched_home(cast, office.county)
    change = carry(asking(row, Kind.MOVE, to_division=cast.village_b1, group_name="西组"), office.county, office.reviewer)
    assert places_of(row) == dict.fromkeys(GOING, {cast.village_b1.path})
    assert set(Course.objects.filter(household=row).values_list("division", flat=True)) == {cast.village_b1.pk}
    carry(undo_of(Change.objects.get(pk=change.pk), DAY), office.county, office.reviewer)
    assert places_of(row) == dict.fromkeys(GOING, {cast.village_a1.path})


def test_they_go_with_a_register(office: Office, cast: Cast) -> None:
    row = watched_home(cast, office.county)
    carry(asking(row, Kind.REMOVE, why="married_out", member=pk(row, "张四")), office.county, office.reviewer)
    Household.objects.filter(pk=row.pk).update(division=cast.village_b1, path=cast.village_b1.path)
    follow_households(households=[row.pk], by=SYSTEM, at=AT)
    assert places_of(row) == dict.fromkeys(GOING, {cast.village_b1.path})


def test_nobody_of_the_old_village_reads_a_household_that_moved(office: Office, cast: Cast, sign_in) -> None:
    row = watched_home(cast, office.county)
    pages = ("/watch/", "/watch/judged/", "/watch/judged/moves/", "/watch/insurance/", "/changes/")
    client = sign_in(office.desk)
    assert all("张三" in client.get(page).content.decode() for page in pages[:1])
    carry(asking(row, Kind.MOVE, to_division=cast.village_b1, group_name="西组"), office.county, office.reviewer)
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200 and "张三" not in answer.content.decode(), page


def test_a_conclusion_that_was_put_down_at_the_old_place_is_behind(office: Office, cast: Cast) -> None:
    row = watched_home(cast, office.county)
    WatchGrade.objects.filter(household=row).update(marked=True)
    assert not behind().filter(household=row).exists()
    WatchGrade.objects.filter(household=row).update(path=cast.village_b1.path)
    assert behind().filter(household=row).exists()


def test_the_station_of_the_old_town_reads_no_water_of_a_household_that_moved(office: Office, cast: Cast, sign_in) -> None:
    row = watched_home(cast, office.county)
    result = Result.objects.filter(sample__point__household=row).first()
    pages = (f"/quality/samples/{result.sample_id}/", f"/quality/results/{result.sample_id}/", f"/quality/samples/{result.sample_id}/verdict/")
    client = sign_in(cast.li)
    assert [client.get(page).status_code for page in pages] == [200, 200, 200]
    carry(asking(row, Kind.MOVE, to_division=cast.village_b1, group_name="西组"), office.county, office.reviewer)
    assert [client.get(page).status_code for page in pages] == [404, 404, 404]
