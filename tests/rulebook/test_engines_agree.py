"""The column engine equals the reference for any facts and any pack."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulebook.engines import as_batch, one_by_one
from rulebook.strategies import FOUR, facts, packs
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.model import Facts, Pack

QUIET = settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])


@QUIET
@given(pack=packs(), rows=st.lists(facts(), min_size=20, max_size=60))
def test_engines_agree_on_any_facts_and_any_pack(pack: Pack, rows: list[Facts]) -> None:
    assert as_batch(rows, pack) == one_by_one(rows, pack)


@pytest.mark.parametrize("days", [pa.int16(), pa.int8(), pa.int64(), pa.float64(), pa.decimal128(10, 2)], ids=str)
@pytest.mark.parametrize("name", FOUR)
def test_type_of_the_day_columns_does_not_matter(name: str, days: pa.DataType) -> None:
    pack = load_pack(name)
    rows = [Facts(scheme_class=c, short_days=short, year_days=year, longest_short_spell_days=spell)
            for c in (None, "small", "decentralised") for short in (None, 0, 18, 19, 36, 37, 100)
            for year in (None, 100, 120) for spell in (None, 0, 30, 31)]
    assert as_batch(rows, pack, days) == one_by_one(rows, pack)


@pytest.mark.parametrize("name", FOUR)
def test_plain_strings_say_the_same_as_enums(name: str) -> None:
    pack = load_pack(name)
    rows = [Facts(), Facts(piped=True, litres_per_person_day=70, short_days=1, lab_result="pass")]
    assert as_batch(rows, pack, enums=False) == as_batch(rows, pack)
