"""Text that a workbook can hold: the one cleaning of every cell that we write into an Excel file."""

from __future__ import annotations

import math
import re

LONGEST = 32_767
# XML cannot hold these, and some programs refuse a whole workbook for one of them.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without characters that a workbook cannot hold, cut to the length of a cell."""
    if text.isprintable() and len(text) <= LONGEST:
        return text
    return _NOT_TEXT.sub("", text)[:LONGEST]


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes in a column: a Chinese character is two wide."""
    return sum(max(1, math.ceil(sum(2 if ord(each) > 255 else 1 for each in line) / max(1.0, width - 1))) for line in text.split("\n"))
