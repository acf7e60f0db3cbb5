from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from cast import AT, Cast
from stages import facts, household, scheme, supply

from wenqu.facts.actions import record_facts, withdraw_record
from wenqu.facts.models import Fact, Key, Record, SubjectKind
from wenqu.facts.queries import history_of, known_facts, subjects_of
from wenqu.kit.audit import SYSTEM


def known(row, as_of: date, until: datetime | None = None) -> dict[str, str]:
    subject = (SubjectKind.HOUSEHOLD, row.pk)
    return {name: fact.value for name, fact in known_facts([subject], as_of=as_of, until=until)[subject].items()}


def record(row, value: str, observed_on: date, at: datetime) -> Record:
    return record_facts(
        source="survey", title="入户", batch=None, by=SYSTEM, at=at,
        facts=[(SubjectKind.HOUSEHOLD, row.pk, Key.LITRES, value, observed_on, "表1!5")],
    )


def test_the_latest_observed_by_the_day_counts(cast: Cast) -> None:
    row = household(cast.village_a1, "H1")
    facts(row, date(2025, 6, 1), litres_per_person_day=30)
    facts(row, date(2026, 1, 1), litres_per_person_day=60)
    assert known(row, date(2025, 5, 31)) == {}
    assert known(row, date(2025, 6, 1)) == {"litres_per_person_day": "30"}
    assert known(row, date(2026, 2, 1)) == {"litres_per_person_day": "60"}


def test_of_two_on_one_day_the_later_recorded_counts(cast: Cast) -> None:
    row = household(cast.village_a1, "H1")
    record(row, "60", date(2026, 1, 1), AT + timedelta(hours=1))
    record(row, "30", date(2026, 1, 1), AT)
    assert known(row, date(2026, 2, 1)) == {"litres_per_person_day": "60"}


def test_what_was_recorded_later_was_not_known_then(cast: Cast) -> None:
    row = household(cast.village_a1, "H1")
    record(row, "30", date(2026, 1, 1), AT)
    record(row, "60", date(2026, 1, 2), AT + timedelta(days=10))
    assert known(row, date(2026, 2, 1), until=AT + timedelta(days=1)) == {"litres_per_person_day": "30"}
    assert known(row, date(2026, 2, 1), until=AT + timedelta(days=10)) == {"litres_per_person_day": "60"}


def test_withdrawing_hides_but_keeps_and_the_past_still_sees_it(cast: Cast) -> None:
    row = household(cast.village_a1, "H1")
    wrong = record(row, "30", date(2026, 1, 1), AT)
    withdraw_record(record=wrong, by=SYSTEM, at=AT + timedelta(days=5))
    assert known(row, date(2026, 2, 1)) == {}
    assert known(row, date(2026, 2, 1), until=AT + timedelta(days=1)) == {"litres_per_person_day": "30"}
    assert Fact.objects.count() == 1 and history_of((SubjectKind.HOUSEHOLD, row.pk)) == []


def test_an_empty_value_ends_the_life_of_the_one_before(cast: Cast) -> None:
    row = household(cast.village_a1, "H1")
    facts(row, date(2025, 6, 1), litres_per_person_day=30)
    facts(row, date(2025, 9, 1), litres_per_person_day="")
    assert known(row, date(2026, 1, 1)) == {}


def test_whose_facts_tell_of_a_household_nearest_first(cast: Cast) -> None:
    row, old, new = household(cast.village_a1, "H1"), scheme(cast.town_a, "S1", "旧厂"), scheme(cast.town_a, "S2", "新厂")
    link = supply(row, old)
    type(link).objects.filter(pk=link.pk).update(to_on=date(2026, 1, 1))
    supply(row, new, since=date(2026, 1, 1))
    before, after = subjects_of(row, date(2025, 12, 31)), subjects_of(row, date(2026, 1, 1))
    assert before[1] == (SubjectKind.SCHEME, old.pk) and after[1] == (SubjectKind.SCHEME, new.pk)
    assert [kind for kind, _ in after[:2]] == [SubjectKind.HOUSEHOLD, SubjectKind.SCHEME]
    assert [pk for _, pk in after[2:]] == [cast.village_a1.pk, cast.town_a.pk, cast.county.pk, cast.county.parent_id, cast.province.pk]
    assert datetime(2026, 1, 1, tzinfo=UTC) < AT


@pytest.mark.parametrize(("key", "value"), [(Key.LITRES, "很多"), (Key.LITRES, "-1"), (Key.PIPED, "是"), (Key.SCHEME_CLASS, "大"), (Key.SHORT_DAYS, "nan")])
def test_a_value_that_is_none_of_its_key_is_refused_at_the_door(cast: Cast, key: Key, value: str) -> None:
    row = household(cast.village_a1, "H1")
    with pytest.raises(ValueError, match="is no value of"):
        record_facts(source="survey", title="x", batch=None, by=SYSTEM, at=AT, facts=[(1, row.pk, key, value, date(2026, 1, 1), "")])
    assert Fact.objects.count() == 0
