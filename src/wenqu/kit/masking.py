"""What is shown of personal numbers: enough to tell people apart, not enough to use."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from wenqu.kit.numbers import personal_spans

# An ID number, a bank account, a mobile number (with the spaces or hyphens people put in), or a landline with its area code.
_NUMBER = re.compile(r"\d(?:[ \-]?\d){10,}[Xx]?|(?<!\d)0\d{2,3}[ \-]?\d{7,8}(?!\d)")
# The secret of a link that lets somebody in.
_LINK = re.compile(r"(/join/)[\w-]{8,}")
# The secrets of phones, wherever they stand: Collect has its token in every address.
_PHONE = re.compile(r"\bwq[dp]_[\w-]{8,}")
SCRUBBED = "[已遮盖]"


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
    return _NUMBER.sub(SCRUBBED, _LINK.sub(rf"\1{SCRUBBED}", _PHONE.sub(SCRUBBED, text)))


# The facts of one row all give the same reference, and a million rows a few.
@lru_cache(maxsize=256)
def cover(text: str) -> str:
    """A name that people gave (of a file, a mapping, a page) without the telephones, ID and account numbers in it.

    Told by their form, not only by their length: dates with times and codes of places stay.
    """
    told, after = [], 0
    for first, end in personal_spans(text):
        told += [text[after:first], SCRUBBED]
        after = end
    return "".join([*told, text[after:]])


def cover_all(told: Any) -> Any:
    """The same of every text in what is told of a file: people write numbers of persons into names of sheets and headers too."""
    if isinstance(told, dict):
        return {cover_all(name): cover_all(value) for name, value in told.items()}
    if isinstance(told, list | tuple):
        return [cover_all(each) for each in told]
    return cover(told) if isinstance(told, str) else told
