"""The reference equals an oracle that knows neither packs nor engines, and the column engine equals the reference."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook.quality.judging import oracle
from rulebook.quality.judging.columns import Told, in_columns, one_by_one
from rulebook.quality.judging.drawing import pack_of, told_of
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.quality.judging import EditionMissing, Result, Sample, Sign, edition_for, judge_sample
from wenqu.rulebook.quality.judging.reasons import REASONS, codes, worst
from wenqu.rulebook.quality.judging.samples_sql import missing_keys
from wenqu.rulebook.quality.judging.vectorised import SAMPLE_COLUMNS, judge_sql

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


@settings(deadline=None, max_examples=20)
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


def test_reasons_are_numbered_by_verdict() -> None:
    """The columns read the verdict off the number."""
    verdicts = [reason.verdict for reason in sorted(REASONS, key=lambda one: one.number)]
    assert list(REASONS) == sorted(REASONS, key=lambda one: one.number)
    assert [one for one, before in zip(verdicts, [None, *verdicts], strict=False) if one != before] == list(dict.fromkeys(verdicts))


def test_columns_pass_on_what_they_are_asked_to_and_take_any_key() -> None:
    """Names of columns and of sets that have to be quoted; results without a sample are left out, samples without results are not."""
    connection = duckdb.connect()
    connection.execute("""CREATE TABLE samples AS SELECT * FROM (VALUES ('S1', DATE '2024-05-06', 'tap', 'ozone', '县里''的'), ('S2', DATE '2024-05-06', NULL, NULL, '别的'),
        ('S3', NULL, 'tap', NULL, NULL)) AS t("sample no", taken_on, point, disinfectant, due_set)""")
    for name, kind in SAMPLE_COLUMNS.items():
        connection.execute(f"ALTER TABLE samples ADD COLUMN IF NOT EXISTS {name} {kind}")
    connection.execute("""CREATE TABLE results AS SELECT * FROM (VALUES ('S1', 7, 'chloroform', 'value', 0.07), ('S9', 8, 'lead', 'value', 0.1), ('S3', 9, 'lead', 'value', 0.1))
        AS t("sample no", "order", item, sign, value)""")
    queries = judge_sql(PACKS, "samples", "results", judged="kept", key="sample no", keep=["order"], sets={"县里'的": ["lead"]})
    connection.execute(f"CREATE TABLE kept AS {queries.judged}")
    assert connection.execute(f"{queries.results} ORDER BY ALL").fetchall() == [
        ("S1", 7, "chloroform", "unfit", "over", 0.06), ("S1", None, "trihalomethanes", "unfit", "sum_over", 1.0), ("S3", 9, "lead", "not_judged", "no_edition", None)]
    rows = {row[0]: row[1:] for row in connection.execute(queries.samples).fetchall()}
    assert {key: row[:2] for key, row in rows.items()} == {"S1": ("gb5749-2022", "unfit"), "S2": ("gb5749-2022", "not_judged"), "S3": (None, "not_judged")}
    assert missing_keys(PACKS[1], rows["S1"][3]) == ("lead", "bromate", "ozone") and rows["S2"][3] == rows["S3"][3] == 0
    assert list(codes(rows["S1"][2])) == ["over", "sum_over"]


def test_columns_have_room_for_what_they_are_given() -> None:
    with pytest.raises(ValueError, match="too many"):
        judge_sql([PACKS[1]] * 16, "samples", "results")
