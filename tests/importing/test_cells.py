"""What a written cell means, kind by kind, and that the fast SQL says the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric

from wenqu.importing.cell_errors import CELL_ERRORS, message
from wenqu.importing.cells import Cell, exact_days, read_cell
from wenqu.importing.columns import FACT_COLUMNS, KINDS, Column, by_name
from wenqu.importing.plain_sql import plain_sql
from wenqu.kit.numbers import check_digit

FACTS = by_name(FACT_COLUMNS)
LITRES, DAYS, PIPED, CLASS, CODE = (FACTS[n] for n in ("litres_per_person_day", "short_days", "piped", "scheme_class", "division_code"))
ID, PHONE, DAY, MONTH = (Column(kind, kind, kind=kind) for kind in ("id_number", "phone", "date", "month"))
NAME = Column("name", "姓名", high=4)
GOOD_ID = "11010519491231004" + check_digit("11010519491231004")
X_ID = next(n + "X" for n in map(str, range(11010519491231000, 11010519491232000)) if check_digit(n) == "X")


@pytest.mark.parametrize("text", ["", " ", "\u3000", "-", "－", "—", "——", "/", "／", "–", "\u200b", None])
@pytest.mark.parametrize("kind", KINDS)
def test_strokes_and_blanks_are_blank_for_every_kind(kind: str, text: str | None) -> None:
    assert read_cell(Column("x", "某列", kind=kind), text) == Cell()


@pytest.mark.parametrize(("column", "text", "value"), [
    (LITRES, "60", 60.0), (LITRES, " ６０ ", 60.0), (LITRES, "1,000", 1000.0), (LITRES, "１，０００", 1000.0), (LITRES, "+6", 6.0),
    (LITRES, "6.", 6.0), (LITRES, ".5", 0.5), (LITRES, "1e2", 100.0), (LITRES, "-0", 0.0), (LITRES, "1E-3", 0.001),
    (DAYS, "18.25", Decimal("18.25")), (DAYS, "18.250000000000000", Decimal("18.25")),
    (PIPED, "是", True), (PIPED, "NO", False), (PIPED, "☑是 □否", True), (PIPED, "是□ 否√", False), (PIPED, "√", True), (PIPED, "□是 □否", None),
    (CLASS, " 千人以上 ", "thousand"), (CLASS, "Small", "small"), (CLASS, "□小型集中☑分散", "decentralised"),
    (CODE, "610122100201.0", "610122100201"), (CODE, "６１０１２２１００２０１", "610122100201"), (CODE, "610122 100 201", "610122100201"),
    (ID, X_ID.lower(), X_ID), (ID, f" {GOOD_ID[:6]} {GOOD_ID[6:]}", GOOD_ID), (ID, "440524188001010014", "440524188001010014"), (ID, f"g{GOOD_ID}", f"G{GOOD_ID}"),
    (ID, "44052418800101001443", "44052418800101001443"), (ID, "4405241880010100144311", "4405241880010100144311"),
    (PHONE, "138 0000 0000", "13800000000"), (PHONE, "13800000000.0", "13800000000"), (PHONE, "+86-13800000000", "13800000000"),
    (PHONE, "029-82721234", "029-82721234"), (PHONE, "(029)82721234", "029-82721234"), (PHONE, "12345", "12345"),
    (MONTH, "202509", "202509"), (MONTH, "2025年9月", "202509"), (MONTH, "2025-09", "202509"), (MONTH, "2025/9/30", "202509"), (MONTH, "202509.0", "202509"),
    (NAME, "  张三 ", "张三"), (NAME, "*甲", "*甲")])
def test_values(column: Column, text: str, value: Any) -> None:
    assert read_cell(column, text) == Cell(value)


@pytest.mark.parametrize("text", ["2024-01-02", "2024-01-02 00:00:00", "2024/1/2", "2024.1.2", "2024年1月2日", "20240102", "45293", "2024-01-02T08:00:00"])
def test_dates(text: str) -> None:
    assert str(read_cell(DAY, text).value) == "2024-01-02"


@pytest.mark.parametrize(("column", "text", "code"), [
    (LITRES, "60升", "not_a_number"), (LITRES, "12,00", "not_a_number"), (LITRES, "1_0", "not_a_number"), (LITRES, "0x1F", "not_a_number"),
    (LITRES, "nan", "not_a_number"), (LITRES, "inf", "not_a_number"), (LITRES, "1e400", "not_a_number"), (LITRES, "60%", "not_a_number"),
    (LITRES, "true", "not_a_number"), (LITRES, "1 000", "not_a_number"), (LITRES, "٦٠", "not_a_number"), (LITRES, "六十", "not_a_number"),
    (LITRES, "-5", "negative"), (LITRES, "−5", "negative"), (LITRES, "1000.01", "out_of_range"), (DAYS, "10001", "out_of_range"),
    (LITRES, "#DIV/0!", "formula_error"), (PIPED, "#N/A", "formula_error"), (NAME, "#REF!", "formula_error"),
    (PIPED, "maybe", "not_yes_no"), (PIPED, "2", "not_yes_no"), (PIPED, "☑是 ☑否", "several_ticks"), (PIPED, "有 □无", "not_yes_no"),
    (CLASS, "大", "unknown_choice"), (CLASS, "千人以下", "unknown_choice"),
    (CODE, "61012210020", "bad_code_form"), (CODE, "6.10122E+11", "bad_code_form"), (CODE, "61012210020A", "bad_code_form"), (CODE, "-10122100201", "bad_code_form"),
    (ID, "6.10122E+17", "damaged_id"), (ID, "440524188001010000", "damaged_id"), (ID, "610122199001010048", "damaged_id"), (ID, "440524188001010015", "bad_id_checksum"),
    (ID, "123456", "bad_id_form"), (ID, "440524880101001", "bad_id_form"), (PHONE, "1380000", "bad_phone"), (PHONE, "电话", "bad_phone"),
    (DAY, "2024-02-30", "bad_date"), (DAY, "昨天", "bad_date"), (DAY, "20241301", "bad_date"), (MONTH, "202513", "bad_month"), (MONTH, "25-9", "bad_month"),
    (NAME, "张三李四王五", "too_long")])
def test_wrong_cells(column: Column, text: str, code: str) -> None:
    assert read_cell(column, text) == Cell(code=code)
    assert code in CELL_ERRORS


def test_every_error_has_a_chinese_sentence_with_what_to_do() -> None:
    for code, error in CELL_ERRORS.items():
        assert error.code == code and error.en and error.advice
        assert "{" not in message(code, zh="列", unit="m", low=0, high=1, words="是、否") and "；" in message(code)
    assert LITRES.explain("out_of_range") == "超出合理范围；应在 0～1000 L/(人·d) 之间，请核对数值和单位"
    assert "千吨万人、千人以上" in CLASS.explain("unknown_choice")


@given(st.text("0123456789", min_size=17, max_size=17))
def test_the_check_digit_is_the_librarys(digits: str) -> None:
    assert check_digit(digits) == ric.calc_check_digit(digits + "0")


@given(st.decimals(0, 10_000, places=14), st.decimals(0, 10_000, places=2))
def test_cut_days_never_cross_or_meet_a_limit(days: Decimal, limit: Decimal) -> None:
    assert (exact_days(days) > limit) == (days > limit) and (exact_days(days) == limit) == (days == limit)


TEXTS = st.text(" \t0123456789.,-+eE%是否√☑□xXyesno千人以上分散smal—/#N年月日:６０１，\u3000\u00a0", max_size=14) | st.sampled_from(
    ["60", "18.25", "610122100201", "是", "否", "yes", "thousand", "千人以上", "440524188001010014", "13800000000", "2024-01-02", "202509", "nat", "1e5", "-1"])


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=20, deadline=None)
@given(texts=st.lists(TEXTS, min_size=30, max_size=60))
def test_the_fast_sql_never_differs_from_the_reader(kind: str, texts: list[str]) -> None:
    """Where SQL gives a value it is the reader's value; it may leave any cell to the reader."""
    column = next((c for c in FACT_COLUMNS if c.kind == kind and c.low is not None), None) or next(
        (c for c in FACT_COLUMNS if c.kind == kind), Column("x", "某列", kind=kind, high=6 if kind == "text" else None))
    found = duckdb.execute(f"SELECT t, {plain_sql(column, 't', 'VARCHAR')} FROM (SELECT unnest(?::VARCHAR[]) AS t)", [texts]).fetchall()
    for text, value in found:
        assert value is None or read_cell(column, text) == Cell(value), text


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 400), min_size=20, max_size=40))
def test_the_fast_sql_reads_floats_as_they_print(values: list[float]) -> None:
    for column in (LITRES, DAYS):
        found = duckdb.execute(f"SELECT d, {plain_sql(column, 'd', 'DOUBLE')} FROM (SELECT unnest(?::DOUBLE[]) AS d)", [values]).fetchall()
        for number, value in found:
            assert value is None or Cell(value) == read_cell(column, repr(number)), number
