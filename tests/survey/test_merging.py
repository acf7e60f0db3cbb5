"""Two phones on one household: what differs asks a person, and nothing that anybody wrote is ever lost in silence."""

from __future__ import annotations

import random

import pytest

from wenqu.survey.merging import Given, Merged, NotAChoice, merge_answers, unit_of


def two(first: dict[str, str], second: dict[str, str], **rulings: int) -> Merged:
    return merge_answers([Given(1, first), Given(2, second)], {f"/d/{name}": record for name, record in rulings.items()})


def test_different_fields_merge() -> None:
    merged = two({"/d/persons": "4"}, {"/d/mode": "piped"})
    assert merged.values == {"/d/persons": "4", "/d/mode": "piped"} and merged.open == {}
    assert merged.sources == {"/d/persons": (1,), "/d/mode": (2,)}


def test_the_same_answer_twice_is_one_with_both_sources() -> None:
    assert two({"/d/persons": "4"}, {"/d/persons": "4"}).sources == {"/d/persons": (1, 2)}


def test_the_same_field_with_different_answers_asks_a_person_and_shows_both() -> None:
    merged = two({"/d/persons": "4", "/d/mode": "piped"}, {"/d/persons": "5"})
    assert merged.values == {"/d/mode": "piped"}
    assert [(each.values, each.records) for each in merged.open["/d/persons"]] == [({"/d/persons": "4"}, (1,)), ({"/d/persons": "5"}, (2,))]


def test_a_ruling_settles_the_field_that_it_names() -> None:
    merged = two({"/d/persons": "4"}, {"/d/persons": "5"}, persons=2)
    assert merged.values == {"/d/persons": "5"} and merged.sources == {"/d/persons": (2,)} and merged.open == {}


def test_values_are_compared_as_they_were_written() -> None:
    """4 and 4.0 may be the same to a person: that is for a person to say."""
    assert "/d/litres" in two({"/d/litres": "4"}, {"/d/litres": "4.0"}).open


@pytest.mark.parametrize("rulings", [{"other": 1}, {"persons": 3}])
def test_a_ruling_on_nothing_is_refused(rulings: dict[str, int]) -> None:
    with pytest.raises(NotAChoice):
        two({"/d/persons": "4"}, {"/d/persons": "5"}, **rulings)


def test_entries_of_a_repeat_are_never_matched_by_their_number() -> None:
    burst, frozen = {"/d/problem[1]/kind": "burst"}, {"/d/problem[1]/kind": "frozen", "/d/problem[1]/words": "冻管"}
    merged = two(burst, frozen)
    assert merged.values == {} and [dict(each.values) for each in merged.open["/d/problem[]"]] == [burst, frozen]
    assert two(burst, burst).values == burst
    assert two(burst, {"/d/mode": "piped"}).values == {**burst, "/d/mode": "piped"}


def test_three_records_two_of_one_mind() -> None:
    merged = merge_answers([Given(1, {"/d/a": "x"}), Given(2, {"/d/a": "y"}), Given(3, {"/d/a": "x"})])
    assert [each.records for each in merged.open["/d/a"]] == [(1, 3), (2,)]


def test_the_order_of_the_records_changes_nothing_but_the_order_of_the_choices() -> None:
    one, other = two({"/d/a": "x", "/d/b": "1"}, {"/d/a": "y"}), merge_answers([Given(2, {"/d/a": "y"}), Given(1, {"/d/a": "x", "/d/b": "1"})])
    assert one.values == other.values and set(one.open) == set(other.open)


CASES = 10_000
FIELDS = ["/d/persons", "/d/supply/mode", "/d/quality/colour", "/d/note", "/d/problem[1]/kind", "/d/problem[1]/words", "/d/problem[2]/kind", "/d/deep[1]/in[2]/x"]
TEXTS = ["1", "2", "2.0", "是", "否", "a b", " "]


def draw(dice: random.Random) -> list[Given]:
    records = dice.sample(range(1, 100), dice.randint(1, 4))
    return [Given(record, {path: dice.choice(TEXTS) for path in dice.sample(FIELDS, dice.randint(0, len(FIELDS)))}) for record in records]


def test_ten_thousand_random_cases_lose_nothing_in_silence() -> None:
    """Whatever somebody wrote is either what stands, with its source, or among the choices of an open field; never both, never neither."""
    dice = random.Random(20260301)
    conflicts = rulings = 0
    for _ in range(CASES):
        given = draw(dice)
        merged = merge_answers(given)
        offered = {(path, value, record) for choices in merged.open.values() for each in choices for path, value in each.values.items() for record in each.records}
        standing = {(path, merged.values[path], record) for path, records in merged.sources.items() for record in records}
        written = {(path, value, each.record) for each in given for path, value in each.values.items()}
        assert offered | standing == written and not offered & standing
        assert set(merged.values) == set(merged.sources)
        assert all(len(choices) >= 2 for choices in merged.open.values())
        assert not {unit_of(path) for path in merged.values} & set(merged.open)
        # A field is open only where two wrote it differently.
        for unit, choices in merged.open.items():
            own = [frozenset((path, value) for path, value in each.values.items() if unit_of(path) == unit) for each in given]
            assert len({each for each in own if each}) == len(choices)
        conflicts += len(merged.open)
        # Ruled one after another in any order: what was ruled stands, the rest stays as it was.
        ruled = {unit: dice.choice(dice.choice(choices).records) for unit, choices in merged.open.items() if dice.random() < 0.7}
        after = merge_answers(given, ruled)
        rulings += len(ruled)
        assert set(after.open) == set(merged.open) - set(ruled)
        for unit, record in ruled.items():
            chosen = next(each for each in given if each.record == record)
            assert {path: value for path, value in after.values.items() if unit_of(path) == unit} == {
                path: value for path, value in chosen.values.items() if unit_of(path) == unit}
        assert {path: after.values[path] for path in merged.values} == merged.values
    assert conflicts > CASES and rulings > CASES / 2
