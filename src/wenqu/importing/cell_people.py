"""Identity numbers, telephone numbers, dates and months as Chinese tables write them. All take half-width text."""

from __future__ import annotations

import re
from datetime import date, timedelta

from wenqu.kit.numbers import check_digit

_EXCEL_DAY_ZERO = date(1899, 12, 30)


def read_id_number(text: str) -> tuple[str | None, str | None]:
    """(number, None) or (None, error code). GB 11643 numbers, disability cards (20 or 22), school numbers ("G" + number).

    Only the check digit is tested: birth dates and regions of real registers are older than any list of them.
    """
    number = re.sub(r"[\s']", "", text).upper()
    if re.fullmatch(r"\d(\.\d+)?E\+?1[5-9]", number) or re.fullmatch(r"\d{15,21}\.0*", number):
        return None, "damaged_id"
    body = number[1:] if number.startswith("G") else number
    if not re.fullmatch(r"[1-9]\d{16}[\dX](\d{2}|\d{4})?", body, re.ASCII):
        return None, "bad_id_form"
    if check_digit(body) == body[17]:
        return number, None
    # A spreadsheet keeps 15 digits; the reader prints the other three as zeros or as the noise of a float.
    return None, "damaged_id" if _lost_digits(body) else "bad_id_checksum"


def _lost_digits(body: str) -> bool:
    if body.endswith("00"):
        return True
    # The noise may also fall short: ...984 for ...000.
    return len(body) == 18 and body.isdigit() and int(float(round(int(body), -3))) == int(body)


def read_phone(text: str) -> str | None:
    """A mobile number, a land line with or without area code, or a service number; separators are dropped."""
    digits = re.sub(r"\.0$", "", text)
    digits = re.sub(r"^(\+?86|0086)(?=1[3-9])", "", re.sub(r"[\s()'·.-]", "", digits))
    if re.fullmatch(r"1[3-9]\d{9}", digits):
        return digits
    if re.fullmatch(r"0\d{9,11}", digits) or re.fullmatch(r"[2-8]\d{6,7}", digits):
        return re.sub(r"[\s()']", "", text.replace(")", "-")).strip("-")
    if re.fullmatch(r"(400|800)\d{7}|1[0-2]\d{1,3}|9\d{4}", digits):
        return digits
    return None


def read_account(text: str) -> tuple[str | None, str | None]:
    """(number, None) or (None, error code): a bank card, a subsidy card 一卡通 or a social security card with its letter."""
    number = re.sub(r"[\s'-]", "", text).upper()
    if re.fullmatch(r"\d(\.\d+)?E\+?\d{1,2}", number) or re.fullmatch(r"\d{8,32}\.0*", number):
        return None, "damaged_account"
    if not re.fullmatch(r"[A-Z]?\d{8,32}", number, re.ASCII):
        return None, "bad_account"
    # A number keeps 15 digits: of 18 or more it is a wreck, unless the check digit of bank cards says that it is right.
    wreck = number.isdigit() and len(number) >= 18 and int(float(round(int(number), 15 - len(number)))) == int(number)
    return (None, "damaged_account") if wreck and not _luhn(number) else (number, None)


def _luhn(number: str) -> bool:
    digits = [int(digit) for digit in reversed(number)]
    return sum(digits[0::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def read_date(text: str) -> date | None:
    """2024-01-02, 2024/1/2, 2024.1.2, 2024年1月2日, 20240102, with or without a time; or Excel's own day number."""
    found = re.match(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:.*)?$", text, re.ASCII)
    found = found or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", text, re.ASCII)
    if found:
        year, month, day = map(int, found.groups())
        try:
            return date(year, month, day) if 1900 <= year <= 2100 else None
        except ValueError:
            return None
    if re.fullmatch(r"[2-6]\d{4}(\.0+)?", text, re.ASCII):
        return _EXCEL_DAY_ZERO + timedelta(days=int(float(text)))
    return None


def read_month(text: str) -> str | None:
    """YYYYMM from 202509, 2025-09, 2025.9, 2025年9月 or a whole date."""
    found = re.fullmatch(r"(\d{4})\s*[-/.年]?\s*(\d{2}|(?<=\D)\d)\s*月?(\.0)?", text, re.ASCII)
    if found:
        year, month = int(found[1]), int(found[2])
        return f"{year}{month:02d}" if 1900 <= year <= 2100 and 1 <= month <= 12 else None
    day = read_date(text)
    return f"{day:%Y%m}" if day else None
