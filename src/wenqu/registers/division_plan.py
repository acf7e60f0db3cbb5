"""Divisions: the sheet against the county's tree. Towns come before the villages below them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.places.models import CodeSystem, DivisionCode, Level
from wenqu.places.naming import stem
from wenqu.registers.places_index import Place
from wenqu.registers.plan import Plan
from wenqu.registers.resolving import padded, tidy_code
from wenqu.registers.small_plan import RowPlan, drop_known_facts, read_small, refuse, set_outcomes

# All divisions of a county in one transaction: a village never stands without its town.
ONE_CHUNK = 10**9
_TOWN_WORDS = ("镇", "乡", "街道", "街道办事处", "办事处", "地区")


@dataclass(eq=False)
class New:
    """A division that the import will make; `pk` is set once it is there."""

    level: int
    name: str
    parent: Place | New
    code: str = ""
    row: RowPlan | None = None
    pk: int | None = None


class _Refusal(Exception):
    def __init__(self, column: str, code: str, message: str) -> None:
        super().__init__(message)
        self.column, self.code, self.message = column, code, message


class DivisionPlan:
    """The comparison of one sheet; `new` are the divisions to make, in order."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.index = plan, plan.index
        self.rows = read_small(plan)
        self.new: list[New] = []
        self.seen: dict[int | tuple[Any, ...], RowPlan] = {}
        inside = DivisionCode.objects.filter(division_id__in=self.index.places)
        self.own_code = dict(inside.filter(system=self.index.system).order_by("edition").values_list("division_id", "code"))
        self.county_digits = {code[:6] for code in inside.filter(division=plan.county).values_list("code", flat=True)}

    def run(self) -> None:
        order = sorted(self.rows, key=lambda row: (self._level(row) == Level.VILLAGE, row.n))
        for row in order:
            try:
                self._one(row)
            except _Refusal as refusal:
                refuse(self.plan, row, refusal.column, refusal.code, refusal.message)
        usable = [row for row in self.rows if row.status != "refused"]
        drop_known_facts(usable, int(SubjectKind.DIVISION), self.plan.batch.observed_on)
        for row in usable:
            if row.status != "created" and (row.after or row.facts or row.more.get("code")):
                row.status = "changed"
        set_outcomes(self.plan, self.rows, ONE_CHUNK)
        self.plan.entities = {
            "divisions_created": len(self.new), "divisions_changed": sum(bool(row.after) for row in usable),
            "codes_added": sum(bool(row.more.get("code")) for row in usable), "facts": sum(len(row.facts) for row in usable),
        }

    def _level(self, row: RowPlan) -> int | None:
        values, code = row.values, padded(tidy_code(row.values.get("division_code", "")))
        if "village" in values:
            return Level.VILLAGE
        if "name" in values:
            if code:
                return Level.COUNTY if code.endswith("000000") else Level.TOWN if code.endswith("000") else Level.VILLAGE
            if "town" in values:
                return Level.VILLAGE
            return Level.TOWN if values["name"].endswith(_TOWN_WORDS) else None
        return Level.TOWN if "town" in values else Level.COUNTY if "county" in values else None

    def _one(self, row: RowPlan) -> None:
        values = row.values
        level = self._level(row)
        code = self._code(row)
        if level is None:
            raise _Refusal("name", "place_missing", _("看不出是哪一级的区划；请填区划代码，或乡镇和村"))
        if "county" in values and stem(values["county"], Level.COUNTY) != stem(self.index.county.name, Level.COUNTY):
            raise _Refusal("county", "outside_county", _("不属于%(county)s，请分县导入") % {"county": self.index.county.name})
        column = {Level.VILLAGE: "village", Level.TOWN: "town", Level.COUNTY: "county"}[Level(level)]
        name = values.get(column) if column in values and level != Level.COUNTY else values.get("name")
        if level == Level.COUNTY:
            return self._known(row, self.index.county, "", code)
        if not name:
            raise _Refusal(column, "required_missing", _("没有名称；请补填"))
        parent: Place | New = self.index.county if level == Level.TOWN else self._town(row, code)
        self._place(row, level, name, parent, code)
        return None

    def _code(self, row: RowPlan) -> str:
        raw = row.values.get("division_code", "")
        if not raw:
            return ""
        code = padded(tidy_code(raw))
        if code is None:
            raise _Refusal("division_code", "bad_code_form", _("不是 6、9 或 12 位区划代码；把列设为文本格式后重填"))
        if self.county_digits and code[:6] not in self.county_digits:
            raise _Refusal("division_code", "outside_county", _("代码不属于%(county)s，请分县导入") % {"county": self.index.county.name})
        return code

    def _town(self, row: RowPlan, code: str) -> Place | New:
        """The town of a village row: by its name, else by the first nine digits; made if it is not there yet."""
        town_code = f"{code[:9]}000" if code else ""
        name = row.values.get("town", "")
        if name:
            new = next((n for n in self.new if n.level == Level.TOWN and stem(n.name, Level.TOWN) == stem(name, Level.TOWN)), None)
            found = self.index.named(Level.TOWN, name)
            if len(found) == 1:
                own = self.own_code.get(found[0].pk, "")
                if code and own and own != town_code:
                    raise self._differs(code, own, found[0].name)
                return found[0]
            if new or found:
                if new:
                    return new
                raise _Refusal("town", "ambiguous_town", _("有同名的乡镇；请填区划代码"))
            if town_code and town_code in self.index.codes:
                raise self._differs(code, town_code, self.index.places[self.index.codes[town_code]].name)
            return self._make(Level.TOWN, name, self.index.county, town_code, None)
        if town_code in self.index.codes:
            return self.index.places[self.index.codes[town_code]]
        new = next((n for n in self.new if n.level == Level.TOWN and n.code and n.code == town_code), None)
        if new:
            return new
        raise _Refusal("town", "place_missing", _("没有写明所在的乡镇；请补填，或先导入乡镇"))

    def _differs(self, code: str, other: str, name: str) -> _Refusal:
        return _Refusal("division_code", "code_and_name_differ",
                        _("%(name)s在%(system)s中的代码是 %(other)s，与本行的 %(code)s 不符；请核对代码系统") % {
                            "name": name, "system": dict(CodeSystem.choices)[self.index.system], "other": other, "code": code})

    def _place(self, row: RowPlan, level: int, name: str, parent: Place | New, code: str) -> None:
        named = self.index.named(level, name, parent) if isinstance(parent, Place) else []
        if code in self.index.codes:
            coded = self.index.places[self.index.codes[code]]
            if coded.level != level or any(other.pk != coded.pk for other in named) and coded not in named:
                raise self._differs(code, self.own_code.get(named[0].pk, "–") if named else code, name)
            if isinstance(parent, New) or (level == Level.VILLAGE and coded.parent != parent.pk):
                raise self._differs(code, code, coded.name)
            return self._known(row, coded, "" if stem(coded.name, level) == stem(name, level) else name, code)
        if len(named) > 1:
            titles = "、".join(self.index.title(place) for place in named[:6])
            raise _Refusal("village", "ambiguous_village", _("有同名的：%(names)s；请填区划代码") % {"names": titles})
        if named and code and self.own_code.get(named[0].pk):
            # Another code for a known place: most often a sheet of the other code system.
            raise self._differs(code, self.own_code[named[0].pk], named[0].name)
        if named:
            return self._known(row, named[0], "", code)
        twin = (id(parent), level, stem(name, level), code)
        if twin in self.seen:
            raise _Refusal("name" if "name" in row.values else "village", "duplicate", _("与前面的行重复；只保留一行"))
        self.seen[twin] = row
        new = next((n for n in self.new if n.level == level and n.parent is parent and n.name == name and n.row is None), None)
        row.more["new"] = new or self._make(level, name, parent, code, row)
        row.more["new"].row = row
        row.status = "created"
        return None

    def _make(self, level: int, name: str, parent: Place | New, code: str, row: RowPlan | None) -> New:
        new = New(level, name, parent, code, row)
        self.new.append(new)
        return new

    def _known(self, row: RowPlan, place: Place, rename: str, code: str) -> None:
        if place.pk in self.seen:
            raise _Refusal("name" if "name" in row.values else "village", "duplicate", _("与前面的行重复；只保留一行"))
        self.seen[place.pk] = row
        row.key = place.pk
        if rename and rename != place.name:
            row.before, row.after = {"name": place.name}, {"name": rename}
        if code and place.pk not in self.own_code:
            row.more["code"] = code
