"""What is shown of personal numbers: enough to tell people apart, not enough to use."""

from __future__ import annotations

import re

# An ID number, a bank account, a mobile number (with the spaces or hyphens people put in), or a landline with its area code.
_NUMBER = re.compile(r"\d(?:[ \-]?\d){10,}[Xx]?|(?<!\d)0\d{2,3}[ \-]?\d{7,8}(?!\d)")
# The secret of a link that lets somebody in.
_LINK = re.compile(r"(/join/)[\w-]{8,}")
SCRUBBED = "[已遮盖]"
# A run of digits as long as any of them, and the year, month and day of a birth without its century.
_LONG = re.compile(r"(?<!\d)\d(?:[ \-]?\d){10,18}[Xx]?(?!\d)")
_DAY = re.compile(r"\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def _keep(text: str, head: int, tail: int) -> str:
    """The first and last characters; all hidden where hardly anything would be."""
    text = text.strip()
    if len(text) < head + tail + 2:
        return "*" * len(text)
    return text[:head] + "*" * (len(text) - head - tail) + text[-tail:]


def phone(text: str) -> str:
    """138****1234."""
    return _keep(text, 3, 4)


def name(text: str) -> str:
    """张**, whatever the length: how long a name is already tells people of one village apart."""
    text = text.strip()
    return f"{text[0]}**" if text else ""


def account(text: str) -> str:
    """621***********1234."""
    return _keep(text, 3, 4)


def identity(text: str) -> str:
    """110***********002X: also for 20- and 22-character disability numbers."""
    return _keep(text, 3, 4)


def scrub(text: str) -> str:
    """A text for logs and error messages with every number that could be somebody's taken out whole, and the secret of
    a one-time link in a path."""
    return _NUMBER.sub(SCRUBBED, _LINK.sub(rf"\1{SCRUBBED}", text))


def cover(text: str) -> str:
    """A name that people gave (of a file, a mapping, a page) without the telephones, ID and account numbers in it.

    Told by their form, not only by their length: dates with times and codes of places stay.
    """
    return _LONG.sub(lambda found: SCRUBBED if _is_personal(found[0]) else found[0], text)


def _is_personal(run: str) -> bool:
    number = re.sub(r"[ \-]", "", run).upper()
    if len(number) == 11:
        return bool(re.fullmatch(r"1[3-9]\d{9}", number))
    if len(number) in {15, 18} and _DAY.fullmatch(number[6:12] if len(number) == 15 else number[8:14]):
        return True
    return 16 <= len(number) <= 19 and number.isdecimal() and _luhn(number)


def _luhn(number: str) -> bool:
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number)))
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0
