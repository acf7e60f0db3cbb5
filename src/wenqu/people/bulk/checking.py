"""Check every row of a sheet of people before anybody is added: each fault with its sheet, row and column."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused, why_not
from wenqu.people.bulk.reading import HEADERS, Line
from wenqu.people.finding import Finder
from wenqu.people.persons.actions import NewDuty
from wenqu.people.persons.forms import NO_UNIT, USERNAME
from wenqu.places.duty_rules import check_can_give
from wenqu.places.models import Account
from wenqu.places.rights import GUARDED, OF_A_UNIT, Role
from wenqu.places.scope import Area

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?")
LONGEST_NAME, LONGEST_UNIT = 80, 60


@dataclass(frozen=True)
class Fault:
    sheet: str
    row: int
    column: str
    message: str


@dataclass(frozen=True)
class Newcomer:
    """A person of a sheet, checked."""

    name: str
    username: str
    duty: NewDuty


class Checker:
    """Checks one sheet after the other; remembers user names across them."""

    def __init__(self, area: Area, today: date) -> None:
        self.area, self.today, self.finder = area, today, Finder(area)
        self.faults: list[Fault] = []
        self.people: list[Newcomer] = []
        self.usernames: set[str] = set()
        self.seen: dict[tuple[str, str, int], Line] = {}
        self.roles = {str(label): code for code, label in Role.choices} | {code: code for code in Role.values}

    def check(self, lines: list[Line]) -> None:
        taken = {name.lower() for name in Account.objects.filter(
            username__in=[line.cells.get("username", "") for line in lines]).values_list("username", flat=True)}
        for line in lines:
            before = len(self.faults)
            found = self._line(line, taken)
            if found is not None and len(self.faults) == before:
                self.people.append(found)

    def _fault(self, line: Line, column: str, message: str) -> None:
        self.faults.append(Fault(line.sheet, line.row, line.columns.get(column) or HEADERS[column][0], message))

    def _line(self, line: Line, taken: set[str]) -> Newcomer | None:
        cells = line.cells
        if not 0 < len(cells["name"]) <= LONGEST_NAME:
            self._fault(line, "name", _("请填写姓名"))
        if len(cells.get("unit", "")) > LONGEST_UNIT:
            self._fault(line, "unit", _("单位最多 %(most)s 个字") % {"most": LONGEST_UNIT})
        username = self._username(line, taken)
        days = self._day(line, "from_on") or self.today, self._day(line, "to_on")
        if days[1] is not None and days[1] < days[0]:
            self._fault(line, "to_on", _("职责的结束日期早于开始日期"))
        role = self.roles.get(cells["role"])
        if role is None:
            self._fault(line, "role", _("没有“%(role)s”这种角色；可填：%(roles)s") % {
                "role": cells["role"], "roles": _("、").join(str(label) for code, label in Role.choices if code not in GUARDED)})
            return None
        if role in GUARDED:
            self._fault(line, "role", _("管理员和审计员要逐个添加，由另一名管理员审批"))
            return None
        try:
            division = self.finder.find(cells["division"], role)
        except Refused as refused:
            self._fault(line, "division", refused.message)
            return None
        refusal = why_not(check_can_give, role, division, self.area)
        if refusal is not None:
            self._fault(line, "division", refusal.message)
            return None
        if role in OF_A_UNIT and not cells.get("unit"):
            self._fault(line, "unit", str(NO_UNIT))
        # Two people of one name in one village exist, but seldom: whoever means it gives them user names.
        first = self.seen.setdefault((cells["name"], role, division.pk), line)
        if first is not line and not username:
            self._fault(line, "name", _("与第 %(row)s 行的姓名、角色、区划都相同；确实是两个人时，请填上用户名") % {"row": first.row})
        return Newcomer(cells["name"], username, NewDuty(role, division, days[0], days[1], cells.get("unit", "")))

    def _username(self, line: Line, taken: set[str]) -> str:
        username = line.cells.get("username", "")
        if not username:
            return ""
        try:
            USERNAME(username)
        except ValidationError as error:
            self._fault(line, "username", str(error.message))
        if username.lower() in taken or username.lower() in self.usernames:
            self._fault(line, "username", _("用户名“%(username)s”已被使用，请换一个") % {"username": username})
        self.usernames.add(username.lower())
        return username

    def _day(self, line: Line, column: str) -> date | None:
        text = line.cells.get(column, "")
        if not text:
            return None
        found = _DAY.fullmatch(text)
        try:
            return date(int(found[1]), int(found[2]), int(found[3])) if found else date.fromisoformat(text)
        except ValueError:
            self._fault(line, column, _("“%(text)s”不是日期，请写成 2026-03-01") % {"text": text[:20]})
            return None
