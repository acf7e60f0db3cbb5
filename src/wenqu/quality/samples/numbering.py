"""Numbers of samples: the month, a number of the county's, and a check digit that tells a digit misread and two neighbours exchanged. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

# H. M. Damm's quasigroup of order ten: every single digit misread and every pair of neighbours exchanged gives another digit.
_STEPS = ("0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790")
_WRITTEN = re.compile(r"(\d{4})(0[1-9]|1[0-2])(\d{4,7})(\d)", re.ASCII)
_SIGNS = str.maketrans("", "", " -‐‑–—－_.·\u200b")


def check_digit(digits: str) -> str:
    """The digit that stands behind these."""
    at = 0
    for digit in digits:
        at = int(_STEPS[at][int(digit)])
    return str(at)


def sample_number(month: date, ordinal: int) -> str:
    """202607-0012-7: the twelfth number given out in a county, for July 2026."""
    head, tail = f"{month:%Y%m}", f"{ordinal:04d}"
    return f"{head}-{tail}-{check_digit(head + tail)}"


def read_number(text: str) -> str | None:
    """A number as it was typed or scanned, in its one way of writing; ``None`` where it is none or its check digit does not fit."""
    found = _WRITTEN.fullmatch("".join(unicodedata.normalize("NFKC", text).split()).translate(_SIGNS))
    if found is None:
        return None
    year, month, ordinal, check = found.groups()
    return f"{year}{month}-{ordinal}-{check}" if check_digit(year + month + ordinal) == check else None
