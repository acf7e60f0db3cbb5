"""The kinds of values that a request may carry. What fits here can do no harm in any query below."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from wenqu.judging.forms import JUDGING_KIND
from wenqu.rulebook.loader import pack_ids

MOST = 200
USUAL = 50
# Keys are 64-bit in both databases.
BIGGEST = 2**63 - 1

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?([Zz]|[+-][0-9]{2}:[0-9]{2})", re.ASCII)


def _iso_day(value: Any) -> Any:
    """Only ISO days: not the seconds since 1970 that a date could also be read from."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise ValueError("date")
    return value


def _iso_moment(value: Any) -> Any:
    """Only ISO moments with their offset: what a clock shows somewhere is no moment."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("moment")
    return value


def _whole(value: Any) -> Any:
    """Only digits: not «1.0», «+1», «1_000» or true."""
    if isinstance(value, bool) or (isinstance(value, str) and not (value.isascii() and value.isdecimal())):
        raise ValueError("int")
    return value


Id = Annotated[int, Field(ge=1, le=BIGGEST, examples=[1]), BeforeValidator(_whole)]
Count = Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(_whole)]
Size = Annotated[int, Field(ge=1, le=MOST, description="How many items at most."), BeforeValidator(_whole)]
Day = Annotated[date, Field(examples=["2026-02-28"]), BeforeValidator(_iso_day)]
Moment = Annotated[datetime, Field(examples=["2026-02-28T17:30:00+08:00"]), BeforeValidator(_iso_moment)]

NEXT = "Where the page begins: `next` of the page before. Left out for the first page."
PlaceCursor = Annotated[str, Field(pattern=r"^[0-9]{1,40}-[0-9]{1,18}$", description=NEXT, examples=["00010001-17"])]
NumberCursor = Annotated[str, Field(pattern=r"^[0-9]{1,18}$", description=NEXT, examples=["17"])]
PathCursor = Annotated[str, Field(pattern=r"^[0-9]{1,40}$", description=NEXT, examples=["000100010001"])]

JUDGING_PACKS = pack_ids(JUDGING_KIND)


def _judging(value: str) -> str:
    if value not in JUDGING_PACKS:
        raise PydanticCustomError("literal_error", "one of {expected}", {"expected": ", ".join(JUDGING_PACKS)})
    return value


PackWord = Annotated[str, AfterValidator(_judging), Field(json_schema_extra={"enum": list(JUDGING_PACKS)}, examples=["national-2018"])]

# No control characters: PostgreSQL cannot keep the null, and nobody can read the others.
_LINE = r"[^\x00-\x1f\x7f]"
Line = Annotated[str, Field(pattern=rf"^{_LINE}*$")]
NOTE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*[^\x00-\x20\x7f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000][^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
Note = Annotated[str, Field(min_length=1, max_length=2000, pattern=NOTE)]
Remark = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")]

LevelNumber = Annotated[int, Field(ge=1, le=5), BeforeValidator(_whole)]
IndicatorGrade = Annotated[str, Field(
    pattern=r"^(quantity|quality|convenience|reliability):(met|basic|failed|unknown)$", examples=["quality:failed"],
    description="Only households with this grade of this indicator, as `indicator:grade`.")]
KindOfHousehold = Annotated[str, Field(
    pattern=rf"^{_LINE}+$", max_length=40, examples=["脱贫户"], description="Only households of this kind 户类型, as delivered.")]
