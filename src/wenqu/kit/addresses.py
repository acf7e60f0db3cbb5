"""Numbers that come in an address."""

from __future__ import annotations

# Keys are 64-bit: a longer number is nobody's, and SQLite would stumble over it.
_DIGITS = 18


def number_in(text: str) -> int | None:
    """The key written in a part of an address, or None for anything else: an old or forged link shows the start."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None
