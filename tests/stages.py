"""Things at a stage, built by the real actions."""

from __future__ import annotations

from datetime import date

from cast import AT

from wenqu.facts.actions import record_facts
from wenqu.facts.models import Fact, Key, SubjectKind
from wenqu.households.models import Household, Member
from wenqu.kit.audit import SYSTEM
from wenqu.places.models import Division
from wenqu.schemes.models import Scheme, Supply


def county_of(division: Division) -> Division:
    while division.level > 3:
        assert division.parent is not None
        division = division.parent
    return division


def household(village: Division, number: str, head: str = "张三", **fields: object) -> Household:
    row = Household.objects.create(
        division=village, path=village.path, county=county_of(village), number=number, head_name=head,
        phone="13800001234", people=3, **fields,
    )
    Member.objects.create(household=row, number=number + "1", name=head, relation="户主", id_number="11010519491231002X")
    return row


def scheme(division: Division, number: str, name: str, scheme_class: str = "small", **fields: object) -> Scheme:
    return Scheme.objects.create(
        division=division, path=division.path, county=county_of(division), number=number, name=name,
        scheme_class=scheme_class, **fields,
    )


def supply(household_: Household, scheme_: Scheme, since: date = date(2020, 1, 1)) -> Supply:
    return Supply.objects.create(household=household_, scheme=scheme_, from_on=since)


def facts(subject: Household | Scheme | Division, observed_on: date = date(2026, 2, 1), **values: object) -> None:
    """Record facts by the rulebook's column names: facts(row, piped="yes", litres_per_person_day=60)."""
    kind = {Household: SubjectKind.HOUSEHOLD, Scheme: SubjectKind.SCHEME, Division: SubjectKind.DIVISION}[type(subject)]
    keys = {key.label: key for key in Key}
    record_facts(
        source="survey", title="测试排查", batch=None, by=SYSTEM, at=AT,
        facts=[(kind, subject.pk, keys[name], str(value), observed_on, "") for name, value in values.items()],
    )


def fact_count() -> int:
    return Fact.objects.count()
