"""The reference equals an oracle that knows neither packs nor engines, and the column engine equals the reference."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook.quality.judging import oracle
from rulebook.quality.judging.columns import Told, in_columns, one_by_one
from rulebook.quality.judging.drawing import pack_of, told_of
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.quality.judging import EditionMissing, Result, Sample, Sign, edition_for, judge_sample
from wenqu.rulebook.quality.judging.reasons import REASONS, codes, worst

PACKS = [load_pack("gb5749-2006"), load_pack("gb5749-2022")]
LARGE_RUN = 4000


def differences(told: Told) -> list[str]:
    """Where the reference and the oracle differ on one sample."""
    sample, results = told
    mine, other = judge_sample(edition_for(sample.taken_on, PACKS), sample, results), oracle.judge(sample, results)
    found = [f"{one.item}: {one.verdict} ({one.reason}), oracle {answer}" for one in mine.items
             if one.verdict != (answer := (other.sums if one.result is None else other.items).get(one.item))]
    if {one.item for one in mine.items if one.result is None} != set(other.sums):
        found.append(f"sums {other.sums}")
    if mine.verdict != other.verdict:
        found.append(f"sample: {mine.verdict}, oracle {other.verdict}")
    if set(mine.missing) != other.missing:
        found.append(f"missing: {mine.missing}, oracle {sorted(other.missing)}")
    return found


@settings(deadline=None, max_examples=200)
@given(seed=st.integers(0, 2**64))
def test_reference_equals_the_oracle(seed: int) -> None:
    told = told_of(Random(seed))
    assert differences(told) == [], told


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 2**64), changed=st.booleans())
def test_columns_equal_the_reference_by_any_pack(seed: int, changed: bool) -> None:
    random = Random(seed)
    packs = [pack_of(random, pack) for pack in PACKS] if changed else PACKS
    days = (date(1999, 1, 1), date(2023, 3, 31), date(2023, 4, 1), date(2030, 1, 1))
    told = [told_of(random, days) for _ in range(120)]
    for row, mine, other in zip(told, one_by_one(packs, told), in_columns(packs, told), strict=True):
        assert mine == other, row


def test_a_large_run_comes_to_every_reason_and_all_three_agree() -> None:
    random = Random(5749)
    told = [told_of(random) for _ in range(LARGE_RUN)]
    assert [row for row in told if differences(row)] == []
    mine = one_by_one(PACKS, told)
    assert mine == in_columns(PACKS, told)
    seen = Counter(reason for row in mine for _, _, reason in row.items)
    assert set(seen) == {reason.code for reason in REASONS} - {"no_edition"}
    assert min(seen.values()) > 20, seen
    assert {row.verdict for row in mine} == {"fit", "unfit", "undetermined", "not_judged"}
    assert any(row.missing for row in mine)


def test_the_edition_is_that_of_the_day_of_sampling() -> None:
    assert edition_for(date(2023, 3, 31), PACKS).id == "gb5749-2006"
    assert edition_for(date(2023, 4, 1), PACKS).id == "gb5749-2022"
    with pytest.raises(EditionMissing, match="2005-12-31"):
        edition_for(date(2005, 12, 31), PACKS)
    with pytest.raises(EditionMissing, match="2 个水质标准"):
        edition_for(date(2024, 1, 1), [*PACKS, PACKS[1]])
    with pytest.raises(EditionMissing):
        judge_sample(PACKS[1], Sample(date(2023, 3, 31)), [])


def test_an_item_has_one_counted_result() -> None:
    twice = [Result("lead", Sign.VALUE, 1), Result("lead", Sign.VALUE, 2)]
    with pytest.raises(ValueError, match="同一项目"):
        judge_sample(PACKS[1], Sample(date(2024, 1, 1)), twice)


def test_reasons_of_a_sample_are_one_integer() -> None:
    assert len({reason.number for reason in REASONS}) == len(REASONS) and max(reason.number for reason in REASONS) < 63
    for reason in REASONS:
        assert list(codes(1 << reason.number)) == [reason.code]
        assert worst(1 << reason.number) == ("fit" if reason.verdict == "follow_up" else reason.verdict)
    assert worst(0) == "not_judged"
