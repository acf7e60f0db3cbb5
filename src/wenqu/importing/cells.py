"""The meaning of one written cell: the single definition used for every table and every register.

``coercion`` asks this module only for the distinct texts that its fast SQL cannot settle, so clarity goes before speed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from wenqu.importing.cell_people import read_account, read_date, read_id_number, read_month, read_phone
from wenqu.importing.columns import Column
from wenqu.rulebook.facts import fold

Value = str | bool | float | Decimal | date


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says: a value, nothing (both ``None``), or the code of what is wrong with it."""

    value: Value | None = None
    code: str | None = None


BLANK = Cell()

# After folding full width to half width. A lone dash or slash is how people cross out an empty cell.
_BLANKS = frozenset({"", "-", "--", "—", "——", "–", "――", "―", "─", "──", "/", "\\", "nat", "<na>"})
_FORMULA_ERRORS = re.compile(r"#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|GETTING_DATA|SPILL!|CALC!|错误.*)", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+|\d{1,3}(,\d{3})+(\.\d+)?)(e[+-]?\d{1,4})?", re.IGNORECASE | re.ASCII)
_DAY_STEP = Decimal(1).scaleb(-10)

_TICKED, _UNTICKED = "☑✓✔√■☒🗹", "□☐○◻"
_TICK = re.compile(f"[{_TICKED}{_UNTICKED}]")


def plain(raw: str) -> str:
    """Half width, no surrounding blanks, ordinary minus sign."""
    return unicodedata.normalize("NFKC", raw).replace("−", "-").strip().strip("\ufeff\u200b")


def is_blank(raw: str) -> bool:
    """True when the cell holds nothing, or only a stroke."""
    return plain(raw).lower() in _BLANKS


def read_cell(column: Column, raw: str | None) -> Cell:
    """Read one cell as written (or as DuckDB prints a typed value)."""
    if raw is None or is_blank(raw):
        return BLANK
    if _FORMULA_ERRORS.fullmatch(plain(raw)):
        return Cell(code="formula_error")
    return _READERS[column.kind](column, raw)


def _text(column: Column, raw: str) -> Cell:
    text = raw.strip().strip("\ufeff\u200b\u3000").strip()
    if column.high is not None and len(text) > column.high:
        return Cell(code="too_long")
    return Cell(text)


def _code(column: Column, raw: str) -> Cell:
    digits = re.sub(r"\.0+$", "", re.sub(r"\s", "", plain(raw)).lstrip("'"))
    if re.fullmatch(r"\d{12}", digits, re.ASCII):
        return Cell(digits)
    return Cell(code="bad_code_form")


def read_decimal(raw: str) -> Decimal | None:
    """The exact number of a text, or ``None``: no units, no hexadecimal, no underscores, nothing infinite."""
    text = plain(raw)
    if not _NUMBER.fullmatch(text):
        return None
    number = Decimal(text.replace(",", ""))
    return number if math.isfinite(float(number)) else None


def _range_error(column: Column, number: Decimal) -> str | None:
    low, high = column.low, column.high
    if number < 0 and low is not None and low >= 0:
        return "negative"
    if (low is not None and number < Decimal(low)) or (high is not None and number > Decimal(high)):
        return "out_of_range"
    return None


def _number(column: Column, raw: str) -> Cell:
    number = read_decimal(raw)
    if number is None:
        return Cell(code="not_a_number")
    code = _range_error(column, number)
    return Cell(code=code) if code else Cell(exact_days(number) if column.kind == "days" else float(number))


def number_cell(column: Column, number: Decimal) -> Cell:
    """A number that a mapping computed, put to the same test as one that was written."""
    return _number(column, format(number, "f"))


def exact_days(number: Decimal) -> Decimal:
    """Days to ten decimals. What is left over makes the last digit odd, so it can never land on a limit."""
    if number == 0:
        return Decimal(0)
    steps = number / _DAY_STEP
    whole = int(steps)
    if steps != whole and whole % 2 == 0:
        whole += 1
    return (whole * _DAY_STEP).normalize()


def ticked(raw: str) -> list[str] | None:
    """Labels with a tick in "☑是 □否" or "是√ 否□"; ``None`` when the cell has no boxes with labels."""
    text = raw.strip()
    marks = list(_TICK.finditer(text))
    pieces = [piece.strip(" ,，、;；/　") for piece in _TICK.split(text)]
    if not marks or not any(pieces):
        return None
    labels = pieces[1:] if not pieces[0] else pieces[:-1]
    if not all(labels) or (pieces[0] and pieces[-1]):
        return None
    return [label for mark, label in zip(marks, labels, strict=True) if mark.group() in _TICKED]


def _choice(column: Column, raw: str) -> Cell:
    wrong = Cell(code="not_yes_no" if column.kind == "yesno" else "unknown_choice")
    labels = ticked(raw)
    if labels is not None and len(labels) > 1:
        return Cell(code="several_ticks")
    if labels is not None and not labels:
        return BLANK if set(_TICKED).isdisjoint(raw) else wrong
    word = fold(labels[0] if labels else raw)
    for choice in column.choices:
        if word in choice.words:
            return Cell(choice.value)
    return wrong


def _date(column: Column, raw: str) -> Cell:
    day = read_date(plain(raw))
    return Cell(day) if day else Cell(code="bad_date")


def _month(column: Column, raw: str) -> Cell:
    month = read_month(plain(raw))
    return Cell(month) if month else Cell(code="bad_month")


def _id_number(column: Column, raw: str) -> Cell:
    value, code = read_id_number(plain(raw))
    return Cell(value, code)


def _phone(column: Column, raw: str) -> Cell:
    phone = read_phone(plain(raw))
    return Cell(phone) if phone else Cell(code="bad_phone")


def _account(column: Column, raw: str) -> Cell:
    value, code = read_account(plain(raw))
    return Cell(value, code)


_READERS: dict[str, Callable[[Column, str], Cell]] = {
    "text": _text, "code": _code, "choice": _choice, "yesno": _choice, "number": _number, "days": _number,
    "date": _date, "month": _month, "id_number": _id_number, "phone": _phone,
    "account": _account,
}
