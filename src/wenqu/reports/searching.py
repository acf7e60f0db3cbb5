"""Search inside an area, each way by its own index.

Names, household numbers and schemes are found by their beginning. Telephones, identity and account numbers are sealed:
they are found whole, by their keyed digests. Who is shown no whole names finds nobody by name or personal number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from wenqu.households.models import Household, Member
from wenqu.kit.crypto.fields import label_of
from wenqu.kit.crypto.seal import digests, plain_number
from wenqu.kit.prefix import begins_with
from wenqu.places import paths
from wenqu.places.models import Division
from wenqu.places.rights import Right
from wenqu.places.scope import Area, within
from wenqu.schemes.models import Scheme

LIMIT = 50
SHORTEST_NUMBER = 4
SHORTEST_NAME_BEGINNING = 2
# In the plain form: a land line without area code has 7 digits; a social security card or a school number begins with a letter.
_PERSONAL = re.compile(r"[A-Z]?[0-9]{7,31}[0-9X]?[0-9]{0,4}")


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
    known = area.may(Right.WHOLE_NAMES)
    number = plain_number(found.text)
    if _PERSONAL.fullmatch(number):
        _by_personal_number(found, number, known)
    if re.fullmatch(r"[0-9]+", number):
        _by_number(found, number, area)
    elif any(character.isdecimal() for character in found.text):
        _by_mixed_text(found, area, known)
        _by_place_and_scheme(found, area)
    else:
        _by_name(found, known)
        _by_place_and_scheme(found, area)
    if not known.paths:
        found.looked.append(_("您的职责不包括查看完整姓名，因此不按姓名、电话、证件号码和账号查找"))
    return found


def is_personal(text: str) -> bool:
    """Whether a text may be a telephone, an identity or an account number: such a one is kept nowhere."""
    return bool(_PERSONAL.fullmatch(plain_number(text)))


def _by_personal_number(found: Found, number: str, area: Area) -> None:
    """A telephone, an identity number or an account number, whole."""
    if not area.paths:
        return
    found.looked.append(_("联系电话、证件号码、银行账号（须完整输入）"))
    phones = digests(number, label_of(Household, "phone"))
    rows = _unindexed(Household.objects.filter(phone_digest__in=phones), area, "path").select_related("grade").order_by()
    _add(found, list(rows[: LIMIT + 1]))
    _take_members(found, area, id_digest__in=digests(number, label_of(Member, "id_number")))
    _take_members(found, area, account_digest__in=digests(number, label_of(Member, "account_number")))


def _by_number(found: Found, digits: str, area: Area) -> None:
    if len(digits) < SHORTEST_NUMBER:
        found.looked.append(_("号码至少输入 %(n)s 位") % {"n": SHORTEST_NUMBER})
        return
    found.looked.append(_("户编号（开头一致）和工程编号"))
    _take(found, area, number=found.text)
    found.schemes = list(within(Scheme.objects.filter(begins_with("number", found.text)), area).order_by("path", "id")[:LIMIT])


def _by_mixed_text(found: Found, area: Area, known: Area) -> None:
    found.looked.append(_("户编号、户主姓名（开头一致）") if known.paths else _("户编号（开头一致）"))
    _take(found, area, number=found.text)
    if known.paths:
        _take(found, known, head_name=found.text)


def _by_name(found: Found, area: Area) -> None:
    """Heads first; members only by the whole name. One character is taken as the whole name."""
    name = found.text
    if not area.paths:
        return
    if len(name) < SHORTEST_NAME_BEGINNING:
        found.looked.append(_("户主姓名（只有一个字时须完全一致）"))
        _take_heads(found, name, area)
        return
    found.looked.append(_("户主姓名（开头一致）、家庭成员姓名（完全一致）"))
    _take_heads(found, name, area)
    if len(found.households) < LIMIT:
        _take(found, area, head_name=name)
    if len(found.households) < LIMIT:
        _take_members(found, area, name=name)


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
    for one name, or all names of a province for one village. So only one of them is left to it: in a town or village
    the place, above that the beginning.
    """
    rows = Household.objects.all()
    narrow = all(len(path) >= paths.TOWN for path in area.paths)
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


def _take_members(found: Found, area: Area, **wanted: Any) -> None:
    rows = _unindexed(Member.objects.filter(household__left_on=None, **wanted), area, "household__path").select_related("household__grade").order_by()
    _add(found, [member.household for member in rows[: LIMIT + 1]])


def _add(found: Found, rows: list[Household]) -> None:
    known = {row.pk for row in found.households}
    fresh = {row.pk: row for row in rows if row.pk not in known}
    found.households += list(fresh.values())
    if len(found.households) > LIMIT:
        found.more = True
        del found.households[LIMIT:]
    found.households.sort(key=lambda row: (row.head_name != found.text, row.path, row.pk))
