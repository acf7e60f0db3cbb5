"""The text tables of cases, row by row through the reference and as one batch through the column engine."""

from __future__ import annotations

import pytest

from rulebook.engines import OUTPUT, Row, as_batch, one_by_one
from rulebook.strategies import FOUR
from wenqu.rulebook.cases import Case, cases_of, read_cases
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.reasons import BY_CODE
from wenqu.rulebook.vectorised import reachable

NAMED = [(name, case) for name in FOUR for case in cases_of(name)]


def _shown(row: Row, case: Case) -> Row:
    return {name: row[name] for name in case.expected}


@pytest.mark.parametrize(("name", "case"), NAMED, ids=[f"{name}:{case.line}" for name, case in NAMED])
def test_reference_answers_the_case(name: str, case: Case) -> None:
    (row,) = one_by_one([case.facts], load_pack(name))
    assert _shown(row, case) == case.expected, case.sentence


@pytest.mark.parametrize("name", FOUR)
def test_column_engine_answers_all_cases_in_one_batch(name: str) -> None:
    cases = cases_of(name)
    rows = as_batch([case.facts for case in cases], load_pack(name))
    wrong = [(case.line, case.expected, row) for case, row in zip(cases, rows, strict=True)
             if _shown(row, case) != case.expected]
    assert not wrong


@pytest.mark.parametrize("name", FOUR)
def test_cases_reach_every_reason_of_the_pack(name: str) -> None:
    met = {value for case in cases_of(name) for key, value in case.expected.items() if key.endswith("_reason")}
    possible = {code for indicator in ("quantity", "quality", "convenience", "reliability")
                for code in reachable(load_pack(name), indicator)}
    assert met == possible
    assert met <= set(BY_CODE)


@pytest.mark.parametrize("name", FOUR)
def test_cases_expect_known_columns_only(name: str) -> None:
    for case in cases_of(name):
        assert case.sentence
        assert set(case.expected) <= set(OUTPUT), case.line


def test_a_row_with_too_few_cells_is_named() -> None:
    with pytest.raises(ValueError, match="line 3"):
        list(read_cases("sentence\na | b\n1\n".replace("1", "1 | 2 | 3")))
