"""The worst grade wins, and the counts of SQL equal those of Python."""

from __future__ import annotations

import itertools
from collections import Counter

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wenqu.rulebook.model import INDICATORS, Grade, Overall
from wenqu.rulebook.rollup import (
    GRADE_ORDER,
    OVERALL_ORDER,
    combine,
    count_columns,
    rollup,
    rollup_sql,
    worst,
)


def test_order_from_best_to_worst() -> None:
    assert GRADE_ORDER == (Grade.MET, Grade.BASIC, Grade.UNKNOWN, Grade.FAILED)
    assert OVERALL_ORDER == (Overall.SAFE, Overall.BASIC, Overall.UNKNOWN, Overall.UNSAFE)
    assert worst(["met", "unknown", "basic"]) == "unknown"
    assert worst(["safe", "unsafe", "unknown"]) == "unsafe"
    assert worst([]) is None


@pytest.mark.parametrize("grades", list(itertools.product(Grade, repeat=4)))
def test_combination(grades: tuple[Grade, ...]) -> None:
    if "failed" in grades:
        expected = "unsafe"
    elif "unknown" in grades:
        expected = "unknown"
    elif grades == ("met",) * 4:
        expected = "safe"
    else:
        expected = "basic"
    assert combine(grades) == expected


ROWS = st.lists(st.fixed_dictionaries({
    "division_code": st.sampled_from([None, "610122100001", "610122100002", "610122101001", "610123100001"]),
    **{name: st.sampled_from(list(map(str, Grade))) for name in INDICATORS},
    "overall": st.sampled_from(list(map(str, Overall))),
}), min_size=1, max_size=30)


@settings(deadline=None, max_examples=25)
@given(rows=ROWS)
def test_sql_counts_like_python(rows: list[dict[str, str | None]]) -> None:
    connection = duckdb.connect()
    schema = pa.schema([(name, pa.string()) for name in ("division_code", *INDICATORS, "overall")])
    connection.register("judged", pa.Table.from_pylist(rows, schema))
    result = connection.execute(rollup_sql("judged", (6, 9, 12)))
    names = [column[0] for column in result.description]
    assert names == ["division", "digits", "households", *count_columns()]
    found = {}
    for division, digits, *counts in result.fetchall():
        found[digits, division] = +Counter(dict(zip(names[2:], map(int, counts), strict=True)))
    assert found == rollup(rows, (6, 9, 12))
