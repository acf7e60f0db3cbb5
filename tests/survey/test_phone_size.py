"""What a phone costs the line and the database: measured in bytes and queries, with a register as full as a real one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from cast import AT, TODAY, Cast
from django.db import connection
from django.test.utils import CaptureQueriesContext

from survey.field import Field, make_field, phone_of, round_of
from survey.page import Page
from wenqu.facts.models import Fact, Key, Record, SubjectKind
from wenqu.households.models import Household
from wenqu.ledger.models import Problem
from wenqu.places.actions import add_division
from wenqu.places.models import Division, Level
from wenqu.schemes.models import Scheme, Supply
from wenqu.survey.phone.buckets import MOST_BYTES
from wenqu.survey.phone.bundle import bundle

VILLAGES, EACH = 6, 500
KB, MB = 1000, 1_000_000
# One of each key of a household, as the last check left it.
VALUES = {
    Key.PIPED: "yes", Key.LITRES: "{}", Key.ROUND_TRIP: "{}", Key.HORIZONTAL: "{}", Key.VERTICAL: "{}", Key.SHORT_DAYS: "{}", Key.YEAR_DAYS: "365",
    Key.LONGEST_SPELL: "{}", Key.SENSORY_OK: "yes",
}
SURNAMES, GIVEN = "王李张刘陈杨黄赵吴周", "秀英桂兰玉珍建国志强海燕春梅永福"


def fill(village: Division, first: int, count: int, record: Record) -> None:
    """A village with its scheme, its households, all that is known of them and a few problems."""
    code = f"6101991{first:05d}"
    source = Scheme.objects.create(
        division=village, path=village.path, county_id=village.parent.parent_id, number=f"GS-{code}", name=f"{village.name}集中供水工程", scheme_class="small",
        operator=f"{village.name}村民委员会", source_kind="spring")
    homes = Household.objects.bulk_create([
        Household(
            division=village, path=village.path, county_id=village.parent.parent_id, number=f"{code}{n:07d}", people=1 + n % 7, phone="", group_name=f"第{'一二三四五六七八九'[n % 9]}村民小组",
            head_name=SURNAMES[n % 10] + GIVEN[n % 14] + GIVEN[n * 5 % 14])
        for n in range(count)
    ])
    Supply.objects.bulk_create([Supply(household=home, scheme=source, from_on=TODAY) for n, home in enumerate(homes) if n % 10])
    Fact.objects.bulk_create([
        Fact(record=record, subject_kind=SubjectKind.HOUSEHOLD, subject_id=home.pk, key=key, value=text.format(n * 7 % 90 + at), observed_on=date(2026, 1, 1) + timedelta(n % 40))
        for n, home in enumerate(homes) for at, (key, text) in enumerate(VALUES.items())
    ], batch_size=5000)
    Problem.objects.bulk_create([
        Problem(
            number=f"WT-{code}-{n}", kind="no_water", subject_kind=1, subject_id=home.pk, subject_name=f"{home.head_name}（{home.number}）", division=village, path=village.path,
            source="入户排查", reason="survey", explanation="家里从上个月二十号起白天没有水，夜里十一点以后才有一点，要到村口水池挑水。", opened_on=TODAY, opened_at=AT, seen_on=TODAY)
        for n, home in enumerate(homes[:: 25])
    ])


def settle(field: Field, villages: int, each: int) -> None:
    record = Record.objects.create(source="survey", title="二季度排查", recorded_at=AT)
    added = [
        add_division(parent=field.cast.town_a, level=Level.VILLAGE, name=f"甲{n}村", codes={("nbs", "2023"): f"6101991013{n:02d}"}, by=field.cast.chen, at=AT) for n in range(villages)]
    for n, village in enumerate(added):
        fill(village, n, each, record)
    round_of(field.cast, field.form, [field.cast.li], added)


@pytest.fixture
def full(cast: Cast) -> tuple[Field, Page]:
    field = make_field(cast)
    settle(field, VILLAGES, EACH)
    return field, Page(phone_of(field.cast.li).token)


def queries(work: Any) -> int:
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)


def test_three_thousand_households_come_in_under_five_megabytes_and_no_change_in_under_five_kilobytes(full: tuple[Field, Page]) -> None:
    field, page = full
    page.tasks()
    page.told(page.get(f"forms/{field.version.pk}"))
    page.sync()
    answers = page.answers
    packed, plain = page.counted()
    files = bundle().files.values()
    whole = plain + sum(len(file.content) for file in files)
    assert len(page.rows("h")) == VILLAGES * EACH and len(page.rows("p")) == VILLAGES * EACH // 25
    assert packed < plain / 4 and whole < 5 * MB, "the page itself, the plan and the register, before anything is packed"
    assert plain / answers < 2 * MOST_BYTES, "every answer is small enough for a bad line"
    told = page.change()
    up, (down, _plain) = page.up, page.counted()
    assert told["buckets"] == [] and not told["more"] and up + down < 5 * KB, f"{up} up, {down} down"
    page.change(all=page.all)
    assert page.up + page.counted()[0] < 200
    print(f"\nfirst: {answers} answers, {plain} bytes, {packed} packed, with the page {whole} and {packed + sum(len(file.packed) for file in files)}; no change: {up} up, {down} down")


def test_one_changed_household_sends_one_bucket(full: tuple[Field, Page]) -> None:
    _field, page = full
    page.sync()
    page.counted()
    Household.objects.filter(pk=page.rows("h")[1234]["k"]).update(head_name="新户主")
    assert len(page.sync()) == 1
    up, (packed, plain) = page.up, page.counted()
    assert packed < 5 * KB and plain < 30 * KB, f"{up} up, {packed} packed, {plain} plain"
    print(f"\none household changed: {up} up, {packed} down packed, {plain} plain")


def test_questions_to_the_database_do_not_grow_with_villages_or_households(cast: Cast) -> None:
    field = make_field(cast)
    settle(field, 1, 3)
    page = Page(phone_of(field.cast.li).token)
    page.sync()
    few = queries(lambda: page.change())
    assert few <= 16
    other = [
        add_division(parent=field.cast.town_b, level=Level.VILLAGE, name=f"乙{n}村", codes={("nbs", "2023"): f"6101991023{n:02d}"}, by=field.cast.chen, at=AT) for n in range(4)]
    record = Record.objects.get(title="二季度排查")
    for n, village in enumerate(other):
        fill(village, 50 + n, 60, record)
    field.cast.li.duties.update(division=field.cast.county)
    round_of(field.cast, field.form, [field.cast.li], other)
    page.sync()
    assert len(page.rows("h")) == 243
    assert queries(lambda: page.change()) == few


@pytest.fixture
def small(cast: Cast) -> Page:
    field = make_field(cast)
    settle(field, 2, 300)
    return Page(phone_of(field.cast.li).token)


def test_a_broken_download_goes_on_where_it_was(small: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wenqu.survey.phone.buckets.MOST_BYTES", 20_000)
    first = small.change()
    assert first["more"] and first["left"] > 3
    # The second answer never arrives; the phone says what it has and is given the rest, each bucket once.
    small.post("changes", {"have": {name: bucket["hash"] for name, bucket in small.buckets.items()}})
    had = set(small.buckets)
    came = small.sync()
    assert not had & set(came) and len(came) == len(set(came)) == first["left"] and len(small.rows("h")) == 600


def test_a_hash_of_all_that_is_no_longer_true_asks_for_what_there_is(small: Page) -> None:
    small.sync()
    Household.objects.filter(pk=small.rows("h")[7]["k"]).update(group_name="别组")
    told = small.change(all=small.all)
    assert told["buckets"] == [] and told["gone"] == [] and told["more"] and told["all"] != small.all
    assert len(small.sync()) == 1


def test_a_new_household_changes_one_bucket_until_the_village_outgrows_its_buckets(small: Page) -> None:
    small.sync()
    home = Household.objects.get(pk=small.rows("h")[0]["k"])
    Household.objects.create(division=home.division, path=home.path, county=home.county, number="NEW", head_name="新来", phone="")
    (bucket,) = small.sync()
    assert bucket.startswith(f"h/{home.path}/8.") and len(small.rows("h")) == 601
