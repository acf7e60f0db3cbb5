"""Search by the beginning of a name, a number or a phone, inside an area, each by its own index."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from wenqu.households.models import Household, Member
from wenqu.kit.prefix import begins_with
from wenqu.places import paths
from wenqu.places.models import Division, Level
from wenqu.places.scope import Area, within
from wenqu.schemes.models import Scheme

LIMIT = 50
SHORTEST_NUMBER = 4
SHORTEST_NAME_BEGINNING = 2


@dataclass
class Found:
    """What a search found and how it looked, in words."""

    text: str
    households: list[Household] = field(default_factory=list)
    schemes: list[Scheme] = field(default_factory=list)
    divisions: list[Division] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    more: bool = False

    @property
    def nothing(self) -> bool:
        return not (self.households or self.schemes or self.divisions)


def search(text: str, area: Area) -> Found:
    """Look for a text in every way that it could be meant. At most LIMIT of each sort."""
    found = Found(" ".join(text.replace("\0", " ").split())[:60])
    if not found.text or not area.paths:
        return found
    digits = found.text.replace("-", "").replace(" ", "")
    if digits.isascii() and digits.isdecimal():
        _by_number(found, digits, area)
    elif any(character.isdecimal() for character in found.text):
        _by_mixed_text(found, area)
        _by_place_and_scheme(found, area)
    else:
        _by_name(found, area)
        _by_place_and_scheme(found, area)
    return found


def _by_number(found: Found, digits: str, area: Area) -> None:
    if len(digits) < SHORTEST_NUMBER:
        found.looked.append(_("号码至少输入 %(n)s 位") % {"n": SHORTEST_NUMBER})
        return
    found.looked.append(_("户编号、联系电话（开头一致）和工程编号"))
    _take(found, area, number=found.text, phone=digits)
    found.schemes = list(within(Scheme.objects.filter(begins_with("number", found.text)), area).order_by("path", "id")[:LIMIT])


def _by_mixed_text(found: Found, area: Area) -> None:
    found.looked.append(_("户编号、户主姓名（开头一致）"))
    _take(found, area, number=found.text, head_name=found.text)


def _by_name(found: Found, area: Area) -> None:
    """Heads first; members only by the whole name. One character is taken as the whole name."""
    name = found.text
    if len(name) < SHORTEST_NAME_BEGINNING:
        found.looked.append(_("户主姓名（只有一个字时须完全一致）"))
        _take_heads(found, name, area)
        return
    found.looked.append(_("户主姓名（开头一致）、家庭成员姓名（完全一致）"))
    _take_heads(found, name, area)
    if len(found.households) < LIMIT:
        _take(found, area, head_name=name)
    if len(found.households) < LIMIT:
        _take_members(found, name, area)


def _by_place_and_scheme(found: Found, area: Area) -> None:
    """The registers of places and schemes are small: any part of the name will do."""
    found.looked.append(_("区划名称、工程名称（包含）、工程编号（开头一致）"))
    found.divisions = list(within(Division.objects.filter(name__contains=found.text), area).order_by("level", "path")[:LIMIT])
    wanted = Q(name__contains=found.text) | begins_with("number", found.text)
    found.schemes = list(within(Scheme.objects.filter(wanted), area).order_by("path", "id")[:LIMIT])


def _unindexed(rows: QuerySet[Any], area: Area, path: str) -> QuerySet[Any]:
    """The area filter on a computed copy of the path, so that the database walks the index of the name or number instead."""
    rows = rows.annotate(place=Concat(path, Value("")))
    condition = Q()
    for mine in area.paths:
        if mine == "":
            return rows
        condition |= Q(place__gte=mine, place__lt=paths.after(mine))
    return rows.filter(condition)


def _take(found: Found, area: Area, **beginnings: str) -> None:
    """Households of which any of these fields begins with its text.

    To a planner the range of a place and the range of a beginning look alike, and it may walk the wrong one: a county
    for one name, or all phones of a province for one village. So only one of them is left to it: in a town or village
    the place, above that the beginning.
    """
    rows = Household.objects.all()
    narrow = all(len(path) >= Level.TOWN * paths.STEP for path in area.paths)
    wanted = Q()
    if narrow:
        rows = within(rows.annotate(**{f"{name}_text": Concat(name, Value("")) for name in beginnings}), area)
    else:
        rows = _unindexed(rows, area, "path")
    for name, text in beginnings.items():
        wanted |= begins_with(f"{name}_text" if narrow else name, text)
    _add(found, list(rows.filter(wanted).select_related("grade").order_by()[: LIMIT + 1]))


def _take_heads(found: Found, name: str, area: Area) -> None:
    rows = _unindexed(Household.objects.filter(head_name=name), area, "path").select_related("grade").order_by()
    _add(found, list(rows[: LIMIT + 1]))


def _take_members(found: Found, name: str, area: Area) -> None:
    rows = _unindexed(Member.objects.filter(name=name), area, "household__path").select_related("household__grade").order_by()
    _add(found, [member.household for member in rows[: LIMIT + 1]])


def _add(found: Found, rows: list[Household]) -> None:
    known = {row.pk for row in found.households}
    fresh = {row.pk: row for row in rows if row.pk not in known}
    found.households += list(fresh.values())
    if len(found.households) > LIMIT:
        found.more = True
        del found.households[LIMIT:]
    found.households.sort(key=lambda row: (row.head_name != found.text, row.path, row.pk))
