"""PURE: what a change does to households, worked out before anything is written. Pages show it, the action carries it out.

People are counted by the number that the register gives for a household, and by its listed members where it gives none.
Births, deaths, exits and entries alone change the total of a village; whatever moves people between households keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused

HEAD = "户主"
_HEADS = frozenset({HEAD, "本人", "本人或户主", "户主本人"})


@dataclass(frozen=True)
class Person:
    pk: int | None
    name: str
    relation: str
    left: bool = False


@dataclass(frozen=True)
class Home:
    """A household as far as a change needs it. `pk` None: the one that a split makes."""

    pk: int | None
    number: str
    head_name: str
    people: int | None
    division: int
    path: str
    group_name: str
    members: tuple[Person, ...] = ()
    left: bool = False

    @property
    def present(self) -> tuple[Person, ...]:
        return tuple(each for each in self.members if not each.left)

    @property
    def count(self) -> int:
        return len(self.present) if self.people is None else self.people

    @property
    def head(self) -> Person | None:
        told = [each for each in self.present if each.relation in _HEADS] or [each for each in self.present if each.name == self.head_name]
        return told[0] if told else None

    def person(self, pk: int | None) -> Person | None:
        return next((each for each in self.present if each.pk == pk), None)


@dataclass(frozen=True)
class Wanted:
    """What is asked for, beside the kind and the day. `relations` are those after the change, by member."""

    member: int | None = None
    members: tuple[int, ...] = ()
    head: int | None = None
    rest_head: int | None = None
    relations: Mapping[int, str] = field(default_factory=dict)
    name: str = ""
    relation: str = ""
    new_number: str = ""
    group_name: str = ""
    keep_supply: bool = False

    def stored(self) -> dict[str, Any]:
        return {key: value for key, value in asdict(self).items() if value not in (None, "", (), {}, False)}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Wanted:
        told = dict(stored)
        told["members"] = tuple(told.get("members", ()))
        told["relations"] = {int(pk): text for pk, text in told.get("relations", {}).items()}
        return cls(**told)


@dataclass(frozen=True)
class Put:
    """One value to be written: `pk` None for the household that is made."""

    what: str
    pk: int | None
    field: str
    before: Any
    after: Any


@dataclass
class Plan:
    """All that a change writes. `ends` and `copies`: whose supply ends, and whose the new household takes over."""

    puts: list[Put] = field(default_factory=list)
    new_home: Home | None = None
    new_person: Person | None = None
    joins: int | None = None
    ends: tuple[int, ...] = ()
    copies: int | None = None
    # Village path -> by how many people it grows or shrinks, as the kind of change says.
    moved: dict[str, int] = field(default_factory=dict)

    def put(self, what: str, pk: int | None, name: str, before: Any, after: Any) -> None:
        if before != after:
            self.puts.append(Put(what, pk, name, before, after))


def plan_add(home: Home, wanted: Wanted) -> Plan:
    plan = Plan(new_person=Person(None, wanted.name, wanted.relation), joins=home.pk, moved={home.path: 1})
    if not wanted.name or not wanted.relation:
        raise Refused("person_missing", _("请填写新成员的姓名和与户主关系"))
    if wanted.relation in _HEADS and home.head is not None:
        raise Refused("second_head", _("这户已有户主；请先增加成员，再办理变更户主"))
    plan.put("household", home.pk, "people", home.people, home.count + 1)
    return plan


def plan_leave(home: Home, wanted: Wanted, on: date) -> Plan:
    """Somebody dies or goes: the others stay, with a new head where it was the head."""
    gone = _member(home, wanted.member)
    rest = [each for each in home.present if each != gone]
    if not rest or home.count < 2:
        raise Refused("last_member", _("这是这户登记的最后一人；请办理整户退出"))
    plan = Plan(moved={home.path: -1})
    plan.put("member", gone.pk, "left_on", None, on.isoformat())
    plan.put("household", home.pk, "people", home.people, home.count - 1)
    if gone == home.head:
        _give_head(plan, home, rest, wanted.head, wanted.relations)
    return plan


def plan_head(home: Home, wanted: Wanted) -> Plan:
    plan = Plan()
    if home.head is not None and wanted.head == home.head.pk:
        raise Refused("same_head", _("所选的人已经是户主"))
    _give_head(plan, home, list(home.present), wanted.head, wanted.relations)
    return plan


def plan_split(home: Home, wanted: Wanted) -> Plan:
    going = [_member(home, pk) for pk in dict.fromkeys(wanted.members)]
    rest = [each for each in home.present if each not in going]
    if not going or not rest:
        raise Refused("nobody_stays", _("分户时请选择分出的成员，原户至少留一人"))
    if home.count - len(going) < 1:
        raise Refused("too_few_people", _("台账登记 %(people)s 人，少于要分出的人数加一；请先更正人数") % {"people": home.count})
    if not wanted.new_number:
        raise Refused("number_missing", _("请填写新户的户编号"))
    head = next((each for each in going if each.pk == wanted.head), None)
    if head is None:
        raise Refused("head_missing", _("请在分出的成员中选择新户的户主"))
    new = Home(None, wanted.new_number, head.name, len(going), home.division, home.path, wanted.group_name or home.group_name)
    plan = Plan(new_home=new, copies=home.pk)
    for each in going:
        plan.put("member", each.pk, "household_id", home.pk, None)
    _relate(plan, going, head, wanted.relations)
    plan.put("household", home.pk, "people", home.people, home.count - len(going))
    if home.head in going:
        _give_head(plan, home, rest, wanted.rest_head, wanted.relations)
    return plan


def plan_merge(home: Home, other: Home, wanted: Wanted, on: date) -> Plan:
    if other.pk == home.pk:
        raise Refused("same_household", _("不能并入自己；请填写另一户的户编号"))
    plan = Plan(ends=_keys(home))
    for each in home.present:
        relation = wanted.relations.get(each.pk or 0, "")
        if not relation or relation in _HEADS and other.head is not None:
            raise Refused("relation_missing", _("请填写%(name)s与并入户户主的关系") % {"name": each.name})
        plan.put("member", each.pk, "household_id", home.pk, other.pk)
        plan.put("member", each.pk, "relation", each.relation, relation)
    plan.put("household", other.pk, "people", other.people, other.count + home.count)
    plan.put("household", home.pk, "left_on", None, on.isoformat())
    plan.put("household", home.pk, "merged_into_id", None, other.pk)
    if home.path != other.path:
        plan.moved = {home.path: -home.count, other.path: home.count}
    return plan


def plan_move(home: Home, division: int, path: str, wanted: Wanted) -> Plan:
    if division == home.division:
        raise Refused("same_village", _("这户已经在这个村；请选择迁往的村"))
    plan = Plan(moved={home.path: -home.count, path: home.count}, ends=() if wanted.keep_supply else _keys(home))
    plan.put("household", home.pk, "division_id", home.division, division)
    plan.put("household", home.pk, "path", home.path, path)
    plan.put("household", home.pk, "group_name", home.group_name, wanted.group_name)
    return plan


def plan_exit(home: Home, on: date) -> Plan:
    plan = Plan(moved={home.path: -home.count}, ends=_keys(home))
    plan.put("household", home.pk, "left_on", None, on.isoformat())
    return plan


def _keys(home: Home) -> tuple[int, ...]:
    return () if home.pk is None else (home.pk,)


def _member(home: Home, pk: int | None) -> Person:
    found = home.person(pk)
    if found is None:
        raise Refused("no_such_member", _("所选的人现在不是这户的成员；请刷新后重选"))
    return found


def _give_head(plan: Plan, home: Home, members: list[Person], pk: int | None, relations: Mapping[int, str]) -> None:
    """Make one of these members the head of the household, and say what the others are to them."""
    head = next((each for each in members if each.pk == pk), None)
    if head is None:
        raise Refused("head_missing", _("请在留下的成员中选择新户主"))
    _relate(plan, members, head, relations)
    plan.put("household", home.pk, "head_name", home.head_name, head.name)


def _relate(plan: Plan, members: list[Person], head: Person, relations: Mapping[int, str]) -> None:
    for each in members:
        relation = HEAD if each == head else relations.get(each.pk or 0, "") or each.relation
        if each != head and relation in _HEADS:
            raise Refused("relation_missing", _("请填写%(name)s与新户主的关系") % {"name": each.name})
        plan.put("member", each.pk, "relation", each.relation, relation)


def after(homes: Iterable[Home], plan: Plan) -> list[Home]:
    """The households as they stand once a plan is carried out, the new one last."""
    people = {each.pk: each for home in homes for each in home.members}
    where = {each.pk: home.pk for home in homes for each in home.members}
    rows = {home.pk: home for home in homes}
    if plan.new_home is not None:
        rows[None] = plan.new_home
    for put in plan.puts:
        if put.what == "household" and put.pk in rows:
            rows[put.pk] = _with(rows[put.pk], put)
        elif put.what == "member" and put.field == "household_id":
            where[put.pk] = put.after
        elif put.what == "member" and put.pk in people:
            person = people[put.pk]
            people[put.pk] = replace(person, left=put.after is not None) if put.field == "left_on" else replace(person, relation=put.after)
    out = [replace(home, members=tuple(person for key, person in people.items() if where[key] == home.pk)) for home in rows.values()]
    return [replace(home, members=(*home.members, plan.new_person)) if plan.new_person and home.pk == plan.joins else home for home in out]


def _with(home: Home, put: Put) -> Home:
    if put.field == "left_on":
        return replace(home, left=put.after is not None)
    name = {"division_id": "division"}.get(put.field, put.field)
    return home if name == "merged_into_id" else replace(home, **{name: put.after})


def totals(homes: Iterable[Home]) -> dict[str, int]:
    """Village path -> people of those households that stand there."""
    found: dict[str, int] = {}
    for home in homes:
        if not home.left:
            found[home.path] = found.get(home.path, 0) + home.count
    return found
