"""Numbers of persons are found whatever stands beside them; dates, codes, amounts and numbers of problems stay."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wenqu.kit.masking import SCRUBBED, cover
from wenqu.kit.numbers import check_digit
from wenqu.kit.plain_words import holds_number

DAYS = st.dates(date(1930, 1, 1), date(2026, 12, 31))
BORN = st.builds(lambda county, born, order: f"{county}{born:%Y%m%d}{order:03}", st.integers(110101, 659004), DAYS, st.integers(0, 999))
IDENTITIES = BORN.map(lambda body: body + check_digit(body))
CARDS = st.builds(lambda number, tail: f"{number}{tail}", IDENTITIES, st.sampled_from(["43", "11", "7401", "2402"]))
OLD_IDENTITIES = st.builds(lambda county, born, order: f"{county}{born:%y%m%d}{order:03}", st.integers(110101, 659004), DAYS, st.integers(0, 999))
MOBILES = st.builds(lambda head, rest: f"1{head}{rest:09}", st.integers(3, 9), st.integers(0, 999_999_999))


def luhn(body: str) -> str:
    return next(body + check for check in "0123456789" if sum(sum(divmod(int(d) * (1 + n % 2), 10)) for n, d in enumerate(reversed(body + check))) % 10 == 0)


ACCOUNTS = st.builds(lambda bank, rest, size: luhn(f"62{bank:04}{rest:012}"[:size]), st.integers(0, 9999), st.integers(0, 10**12 - 1), st.sampled_from([15, 18]))
GAPS = st.sampled_from([" ", "-", "  ", "—", "　", "\u00a0", "－", "·", "_"])
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def parted(number: str, sizes: tuple[int, ...], gap: str) -> str:
    groups, at = [], 0
    for size in sizes:
        groups.append(number[at:at + size])
        at += size
    return gap.join([*groups, number[at:]] if number[at:] else groups)


MOBILE_FORMS = st.builds(parted, MOBILES, st.sampled_from([(11,), (3, 4, 4), (3, 8), (4, 3, 4), (3, 4, 2, 2)]), GAPS | st.just("."))
ID_FORMS = st.builds(parted, IDENTITIES | CARDS, st.sampled_from([(), (6, 8, 4), (6, 4, 4, 4), (6, 4, 2, 2, 4), (3, 3, 4, 4)]), GAPS | st.just("."))
ACCOUNT_FORMS = st.builds(parted, ACCOUNTS, st.sampled_from([(), (4, 4, 4, 4)]), GAPS)
PLANTED = MOBILE_FORMS | ID_FORMS | OLD_IDENTITIES | ACCOUNT_FORMS | MOBILES.map("+86{}".format) | MOBILES.map("0086{}".format)

SOLID_DATES = st.dates(date(2000, 1, 1), date(2030, 12, 31))
DATES = st.builds(lambda day, form: day.strftime(form), SOLID_DATES, st.sampled_from(["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日", "%Y-%m-%d %H:%M"]))
PROBLEMS = st.builds("WT-{}-{:06}".format, st.integers(2020, 2030), st.integers(0, 999_999))
CODES = st.builds("6101{:02}{:03}{:03}".format, st.integers(1, 99), st.integers(0, 999), st.integers(0, 999))
AMOUNTS = st.builds("{}.{:02}".format, st.integers(0, 999_999), st.integers(0, 99)) | st.integers(0, 999_999).map("{:,}元".format)
BESIDE = DATES | PROBLEMS | CODES | AMOUNTS | st.sampled_from(["", ".", "第1.", "（2）", "①", "户", "电话：", "3、"])


def digits(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKC", text).upper() if each in "0123456789X")


@given(BESIDE, st.sampled_from(["", " ", ".", "  ", "-", "_", "："]), PLANTED, st.sampled_from(["", " ", ".", "。", "-", "_"]), BESIDE, st.booleans())
def test_no_number_survives_what_stands_beside_it(before: str, left: str, number: str, right: str, after: str, wide: bool) -> None:
    if before[-1:].isdecimal():
        left = left or " "
    if after[:1].isdecimal():
        right = right or " "
    planted = number.translate(FULL_WIDTH) if wide else number
    told = cover(f"{before}{left}{planted}{right}{after}")
    assert SCRUBBED in told
    assert digits(number) not in digits(told)
    assert planted not in told


@given(SOLID_DATES, MOBILES | IDENTITIES, st.booleans())
def test_a_date_written_together_with_a_number_hides_nothing(day: date, number: str, first: bool) -> None:
    text = f"{day:%Y%m%d}{number}" if first else f"{number}{day:%Y%m%d}"
    assert number not in cover(text)


@given(st.lists(DATES | PROBLEMS | AMOUNTS, min_size=1, max_size=3), st.sampled_from(["，", " 至 ", "；"]))
def test_dates_amounts_and_numbers_of_problems_stay(parts: list[str], between: str) -> None:
    text = between.join(parts)
    assert cover(text) == text


@given(CODES)
def test_codes_of_divisions_stay(code: str) -> None:
    assert cover(f"{code}.xlsx") == f"{code}.xlsx"


@pytest.mark.parametrize("text", [
    "610199101201 20260301 123045", "61019920260301123045", "1350.00 230.50", "1350 2300 450 1200", "192.168.10.100", "00020001000100020003-1234",
    "0912-2026-000123", "2026-03-01至2026-03-05", "2026-03-01—2026-03-05", "2026.3.1-2026.3.5", "2026-03-01 12-30-45", "108.940174,34.341568",
])
def test_what_only_looks_long_stays(text: str) -> None:
    assert cover(text) == text


@pytest.mark.parametrize(("text", "told"), [
    ("2026-03-01 13812345678", f"2026-03-01 {SCRUBBED}"), ("2026-03-01 11010519491231002X 2026-03-05", f"2026-03-01 {SCRUBBED} 2026-03-05"),
    ("残疾证11010519491231002143", f"残疾证{SCRUBBED}"), ("029-88881234", SCRUBBED), ("WT-2026-000123 138.1234.5678。", f"WT-2026-000123 {SCRUBBED}。"),
])
def test_only_the_number_is_covered(text: str, told: str) -> None:
    assert cover(text) == told


def test_a_long_row_of_digits_takes_no_time() -> None:
    assert cover("1 9 " * 20_000)
    assert cover("19" * 20_000)


@pytest.mark.parametrize("text", [
    "2026-03-01—2026-03-05停水", "2026.3.1-2026.3.5", "2026-11-20 2026-11-21两次", "2026-11—2026-12", "2026/11/20-2026/11/21", "２０２６－１１－２０ ２０２６－１１－２１",
])
def test_dates_are_no_numbers_of_persons(text: str) -> None:
    assert not holds_number(text)


@given(DATES, st.sampled_from([" ", "-", "—", "至", "."]), PLANTED | BORN | st.integers(10**10, 10**19).map(str))
def test_a_date_hides_no_number_from_a_reason(day: str, between: str, number: str) -> None:
    assert holds_number(f"{day}{between}{number}")
    assert holds_number(f"{number}{between}{day}")
