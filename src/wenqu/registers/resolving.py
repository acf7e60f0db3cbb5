"""Which division a row belongs to: by its code in the code system of the sheet, or by county, town and village name.

A code is never looked up in another system than the one the sheet was declared to use: the same nine digits are
another town there. Where code and names point to different places nothing is guessed and the row is refused.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from wenqu.places.models import CodeSystem, Level
from wenqu.places.naming import stem
from wenqu.registers.places_index import Place, PlacesIndex

CANDIDATES_NAMED = 6


@dataclass(frozen=True)
class Told:
    """What a row says of its place; blank is «not told»."""

    code: str = ""
    county: str = ""
    town: str = ""
    village: str = ""


@dataclass(frozen=True)
class Found:
    """The division of a row, or why there is none; `wrong` is the column of a cell that was set aside."""

    place: Place | None = None
    code: str = ""
    message: str = ""
    wrong: str = ""


def tidy_code(raw: str) -> str:
    """Digits of a code as written: without the apostrophe, blanks or the «.0» of a number."""
    return re.sub(r"\.0+$", "", "".join(unicodedata.normalize("NFKC", raw).split()).strip("'‘’"))


def padded(code: str) -> str | None:
    """The twelve digits of a 6-, 9- or 12-digit code; None for anything else."""
    if not re.fullmatch(r"\d{6}|\d{9}|\d{12}", code, re.ASCII):
        return None
    return code.ljust(12, "0")


def resolve(told: Told, index: PlacesIndex) -> Found:
    """Find the place of one row. The level of what is found is for the caller to judge."""
    if told.county and stem(told.county, Level.COUNTY) != stem(index.county.name, Level.COUNTY):
        return Found(code="outside_county", wrong="county", message=_("不属于%(county)s，请分县导入") % {"county": index.county.name})
    named = _by_names(told, index)
    if not told.code:
        return named
    digits = padded(tidy_code(told.code))
    if digits is None:
        return _set_aside(named, "bad_code_form", _("不是 6、9 或 12 位区划代码；把列设为文本格式后重填"))
    key = index.codes.get(digits)
    if key is not None:
        return _agree(told, index.places[key], named, index)
    if digits in index.strangers:
        return Found(code="outside_county", wrong="division_code",
                     message=_("代码属于%(name)s，不在%(county)s内，请分县导入") % {"name": index.strangers[digits], "county": index.county.name})
    return _set_aside(named, "unknown_division_code", _unknown_code(digits, index))


def _unknown_code(digits: str, index: PlacesIndex) -> str:
    system = dict(CodeSystem.choices)[index.system]
    other = index.other_systems.get(digits)
    if other:
        return _("在%(system)s中没有这个代码，它是%(other)s；请核对代码系统") % {"system": system, "other": dict(CodeSystem.choices)[other]}
    return _("在%(system)s中没有这个代码；请核对代码，或先导入区划") % {"system": system}


def _set_aside(named: Found, code: str, message: str) -> Found:
    """The code cell is wrong: the names decide alone, and the cell is reported."""
    if named.place is None or named.place.level < Level.TOWN:
        return Found(code=code, message=message, wrong="division_code")
    return Found(named.place, code, message, "division_code")


def _agree(told: Told, coded: Place, named: Found, index: PlacesIndex) -> Found:
    """A good code and what the names say: a spelling that leads nowhere yields to the code, another place does not."""
    other = named.place
    if other is None:
        if told.town and named.code != "ambiguous_village" and _contradicts_town(told.town, coded, index):
            return _conflict(coded, told.town, index)
        return Found(coded)
    if coded.path.startswith(other.path):
        return Found(coded)
    if other.path.startswith(coded.path):
        return Found(other)
    return _conflict(coded, index.title(other), index)


def _contradicts_town(town: str, coded: Place, index: PlacesIndex) -> bool:
    found = index.named(Level.TOWN, town)
    return bool(found) and not any(coded.path.startswith(place.path) for place in found)


def _conflict(coded: Place, other: str, index: PlacesIndex) -> Found:
    return Found(code="code_and_name_differ", wrong="division_code",
                 message=_("代码在%(system)s中是%(coded)s，与本行的%(other)s不符；请核对代码系统") % {
                     "system": dict(CodeSystem.choices)[index.system], "coded": index.title(coded), "other": other})


def _by_names(told: Told, index: PlacesIndex) -> Found:
    town: Place | None = None
    if told.town:
        towns = index.named(Level.TOWN, told.town)
        if not towns:
            return Found(code="unknown_town", wrong="town", message=_("%(county)s没有这个乡镇；请核对名称") % {"county": index.county.name})
        if len(towns) > 1:
            return _several(towns, "ambiguous_town", "town", index)
        town = towns[0]
    if told.village:
        villages = index.named(Level.VILLAGE, told.village, town)
        if len(villages) == 1:
            return Found(villages[0])
        if villages:
            return _several(villages, "ambiguous_village", "village", index)
        where = town.name if town else index.county.name
        return Found(code="unknown_village", wrong="village", message=_("%(where)s没有这个村；请核对名称，或先导入区划") % {"where": where})
    if town:
        return Found(town)
    if told.county:
        return Found(index.county)
    return Found(code="place_missing", wrong="village", message=_("没有写明所在的村；请填区划代码，或乡镇和村"))


def _several(places: list[Place], code: str, column: str, index: PlacesIndex) -> Found:
    names = "、".join(index.title(place) for place in places[:CANDIDATES_NAMED])
    more = _("等 %(count)d 处") % {"count": len(places)} if len(places) > CANDIDATES_NAMED else ""
    return Found(code=code, wrong=column, message=_("有同名的：%(names)s%(more)s；请填写区划代码或乡镇") % {"names": names, "more": more})
