"""Units in headers. A column in hours is not a column in minutes: better left out than read wrong."""

from __future__ import annotations

import re
import unicodedata

# Words for each unit that can stand in a header; the first part of a compound (L/人·d) decides.
_WORDS = {
    "min": ("min", "mins", "minute", "minutes", "分钟", "分"),
    "h": ("h", "hr", "hrs", "hour", "hours", "小时", "时", "钟头"),
    "s": ("s", "sec", "second", "seconds", "秒"),
    "d": ("d", "day", "days", "天", "日"),
    "month": ("month", "months", "月", "个月"),
    "year": ("year", "years", "年"),
    "week": ("week", "weeks", "周"),
    "m": ("m", "metre", "metres", "meter", "meters", "米"),
    "km": ("km", "公里", "千米"),
    "li": ("里", "华里"),
    "cm": ("cm", "厘米"),
    "mm": ("mm", "毫米"),
    "l": ("l", "升", "公升", "litre", "litres", "liter"),
    "m3": ("m3", "m^3", "立方米", "立方", "方", "t", "吨"),
    "ml": ("ml", "毫升"),
}
_UNIT_OF = {word: unit for unit, words in _WORDS.items() for word in words}
ALL_UNIT_WORDS = frozenset(_UNIT_OF)


def unit_of(text: str) -> str | None:
    """The unit that a text begins with, or ``None`` when it is no known unit."""
    folded = "".join(unicodedata.normalize("NFKC", text).lower().split())
    return _UNIT_OF.get(re.split(r"[/每·.(（]", folded.replace("单位:", "").strip("()"))[0])


def unit_conflict(header: str, unit: str) -> bool:
    """True when the brackets of a header name a known unit that is not the column's."""
    wanted = unit_of(unit)
    folded = unicodedata.normalize("NFKC", header).replace("[", "(").replace("【", "(").replace("〔", "(")
    if wanted is None or "(" not in folded:
        return False
    found = unit_of(folded.split("(", 1)[1])
    return found is not None and found != wanted


def is_unit(text: str) -> bool:
    """True for a cell of a row that holds only units."""
    return unit_of(text) is not None
