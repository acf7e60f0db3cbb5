"""Names that people give keep everything but somebody's numbers."""

from __future__ import annotations

import pytest

from wenqu.importing.uploads import clean_name
from wenqu.kit.masking import SCRUBBED, cover
from wenqu.web.returning import without_numbers


@pytest.mark.parametrize("number", ["13800001234", "138 0000 1234", "138-0000-1234", "11010519491231002X", "110105491231002", "6217001210088172836"])
def test_numbers_of_persons_are_covered(number: str) -> None:
    assert cover(f"台账{number}号.xlsx") == f"台账{SCRUBBED}号.xlsx"
    assert clean_name(f"/a/b/{number}.xlsx") == f"{SCRUBBED}.xlsx"


@pytest.mark.parametrize("name", [
    "农户信息20260301123456.xlsx", "2026-03-01 12-30-45.csv", "610199101201.xls", "户表 2026-03-01-001.xlsx", "23800001234.xlsx", "138000012345.xlsx", "1380000123.xlsx",
])
def test_dates_codes_and_other_digits_stay(name: str) -> None:
    assert cover(name) == name


@pytest.mark.parametrize(("address", "led"), [
    ("/households/?area=12&after=00020001000100020003-1234", "/households/?area=12&after=00020001000100020003-1234"),
    ("/households/?q=13800001234", "/households/"), ("/households/13800001234/", "/"), ("/people/?q=138%200000%201234", "/people/"), ("/", "/"),
])
def test_an_address_leads_back_without_numbers(address: str, led: str) -> None:
    assert without_numbers(address) == led
