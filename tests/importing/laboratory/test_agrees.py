"""The columns of a whole workbook say what the core says of each cell alone, whatever the cells hold."""

from __future__ import annotations

import re
import tempfile
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks_of_laboratories import book

from wenqu.importing.laboratory.delivery import read
from wenqu.importing.laboratory.settling import PLAIN
from wenqu.rulebook.quality.results.items import reading_of
from wenqu.rulebook.quality.results.naming import names_of_all
from wenqu.rulebook.quality.results.units import times, unit_of
from wenqu.rulebook.quality.results.values import read_result

NAMES = names_of_all()
NUMBERS = st.decimals(min_value=0, max_value=10**6, places=4, allow_nan=False).map(lambda number: format(number, "f"))
CELLS = st.one_of(
    NUMBERS, NUMBERS.map("<{}".format), NUMBERS.map("{}L".format), NUMBERS.map(">{}".format), NUMBERS.map("{} mg/L".format), NUMBERS.map("{}①".format), NUMBERS.map("{} NTU".format),
    st.sampled_from(["未检出", "ND", "无", "合格", "/", "", "—", "≤0.3", "0.01l", "多不可计", "1.2×10³", "0,05", "有异味", "五", " 0.5 ", "０.５", "1,200", "007", "0.1234567890", "1e-3"]),
    st.text(alphabet="0123456789.<>L×^eE-", max_size=8))
COLUMNS = ("氟化物(mg/L)", "砷(μg/L)", "浑浊度(NTU)", "铁", "pH", "总大肠菌群(MPN/100mL)", "臭和味", "硝酸盐(以NO3-计)(mg/L)", "总硬度(德国度)")


def alone(header: str, text: str) -> tuple[str, Decimal | None, str, str] | None:
    """(kind, value, word, unit) of a cell read by itself; ``None`` where it is blank or wrong."""
    named = NAMES.read(header)
    assert named.item is not None
    result = read_result(text)
    if named.code or result.kind in ("blank", "wrong"):
        return None
    used, factor, code = reading_of(named.item, named.unit)
    if result.kind in ("not_detected", "word") and code in ("", "unit_missing"):
        return result.kind, None, result.word, used
    if result.unit:
        if named.unit and unit_of(result.unit) != unit_of(named.unit):
            return None
        used, factor, code = reading_of(named.item, result.unit)
    if code:
        return None
    return (result.kind, times(result.value, factor), result.word, used) if result.value is not None else (result.kind, None, result.word, used)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(CELLS, min_size=len(COLUMNS), max_size=len(COLUMNS)), min_size=1, max_size=12))
def test_a_workbook_says_of_each_cell_what_it_says_alone(rows: list[list[str]]) -> None:
    table = [["样品编号", *COLUMNS], *([f"W{number}", *cells] for number, cells in enumerate(rows))]
    with tempfile.TemporaryDirectory() as place, closing(duckdb.connect()) as con:
        delivery = read(con, book(Path(place) / "a.xlsx", {"表": table}), Path(place), NAMES)
        found = {(sample, item): rest for sample, item, *rest in con.execute("SELECT sample, item_written, kind, value, word, unit FROM results").fetchall()}
        wrong = {(row, header) for row, header in con.execute("SELECT row, header FROM wrong").fetchall()}
        assert delivery.sheets[0].rows == len(rows)
    for number, cells in enumerate(rows):
        for header, text in zip(COLUMNS, cells, strict=True):
            wanted = alone(header, text)
            assert found.get((f"W{number}", header)) == (None if wanted is None else list(wanted)), (header, text)
            if wanted is None and read_result(text).kind != "blank":
                assert (number + 2, header) in wrong or (1, header) in wrong, (header, text)


@given(st.one_of(NUMBERS, st.text(alphabet="0123456789.", max_size=20)))
def test_what_is_settled_as_plain_is_what_the_core_reads(text: str) -> None:
    if re.fullmatch(PLAIN, text, re.ASCII):
        result = read_result(text)
        assert (result.kind, result.value) == ("value", Decimal(text))
