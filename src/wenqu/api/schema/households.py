"""Households and their members."""

from __future__ import annotations

import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

from wenqu.api.schema.places import NEXT, Next, Place

GradeWord = Literal["met", "basic", "failed", "unknown"]
OverallWord = Literal["safe", "basic", "unsafe", "unknown"]
GRADE = "`met` 达标, `basic` 基本达标, `failed` 不达标, `unknown` 未知: the missing values still allow several grades."
OVERALL = "The worst of the four wins, in the order met, basic, unknown, failed (T/CHES 18-2018, 2.3): `safe` 安全, `basic` 基本安全, `unknown` 未知, `unsafe` 不安全."


class Grades(Schema):
    """The latest grades of a household by the four indicators 四项指标 (T/CHES 18-2018)."""

    overall: OverallWord = Field(description=OVERALL)
    quantity: GradeWord = Field(description="Quantity 水量. " + GRADE)
    quality: GradeWord = Field(description="Quality 水质. " + GRADE)
    convenience: GradeWord = Field(description="Convenience 用水方便程度. " + GRADE)
    reliability: GradeWord = Field(description="Reliability 供水保证率. " + GRADE)
    run: int = Field(description="The run that set these grades last.", examples=[3])


class Household(Schema):
    """A farm household 农户. Name and telephone are masked where the duty does not carry the right to see them whole."""

    id: int = Field(examples=[120])
    number: str = Field(description="Number 户编号 given by the national system, unique in a county.", examples=["6101220001"])
    head_name: str = Field(description="Head of the household 户主姓名.", examples=["张三"])
    phone: str = Field(description="Telephone 联系电话, whole only with the right `whole_phones`.", examples=["138****1234"])
    division: Place = Field(description="The village in which it is registered.")
    place: str = Field(description="Names of the division and what holds it below the county.", examples=["甲镇 甲一村"])
    group_name: str = Field(description="Hamlet 自然村（组）.", examples=["一组"])
    kind: str = Field(description="Kind of household 户类型, as delivered.", examples=["脱贫户"])
    watch_kind: str = Field(description="Kind of watching 监测对象类型, as delivered.", examples=["突发严重困难户"])
    people: int | None = Field(description="People 人数; null where not reported.", examples=[3])
    grades: Grades | None = Field(description="Latest grades; null where it was never judged.")


class HouseholdPage(Schema):
    """Households in the order of the tree."""

    items: list[Household]
    next: Next = Field(description=NEXT)


class Member(Schema):
    """A member of a household. Identity and account numbers are always masked: they are shown whole only on the page, one by one, with a reason."""

    id: int = Field(examples=[501])
    number: str = Field(description="Number of the person 人编号.", examples=["61012200011"])
    name: str = Field(examples=["张三"])
    id_number: str = Field(description="Identity number 证件号码, masked.", examples=["610***********002X"])
    relation: str = Field(description="Relation to the head 与户主关系.", examples=["户主"])


class Members(Schema):
    """The members of one household."""

    items: list[Member]


class Subject(Schema):
    """Whose value it is."""

    kind: Literal["household", "scheme", "division"] = Field(description="`household` 农户, `scheme` 供水工程, `division` 区划.")
    id: int = Field(examples=[120])


class Fact(Schema):
    """One value as it was told: append-only, with the day it was observed and the moment it was recorded."""

    key: str = Field(description="Name of the fact, as in the rulebook's columns.", examples=["litres_per_person_day"])
    label: str = Field(description="Its name in the language of the answer.", examples=["人均日用水量"])
    value: str = Field(description="Canonical text; the key fixes the unit. Empty: known to be unknown from that day.", examples=["60"])
    words: str = Field(description="The value with its unit, in the language of the answer.", examples=["60 L/(人·d)"])
    unit: str = Field(description="Unit; empty where it has none.", examples=["L/(人·d)"])
    observed_on: datetime.date = Field(description="Day of observation 观测日期.")
    recorded_at: datetime.datetime = Field(description="Moment of recording 登记时间.")
    source: str = Field(description="Kind of source 来源, in the language of the answer.", examples=["入户排查"])
    title: str = Field(description="Title of the source 资料名称.", examples=["2026年排查表"])
    reference: str = Field(description="Place in the source 出处.", examples=["Sheet1!C12"])
    subject: Subject


class Facts(Schema):
    """What is known of a subject today: for a household the nearest of its own facts, those of its scheme and of its divisions."""

    items: list[Fact]


class FactHistory(Schema):
    """The newest values recorded of a subject itself, withdrawn ones left out."""

    items: list[Fact]
    most: int = Field(description="No more than so many are given.", examples=[100])
