"""Schemes and who answers for them."""

from __future__ import annotations

import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

from wenqu.api.schema.places import NEXT, Next, Place

ClassWord = Literal["urban_rural", "large", "thousand", "small", "decentralised"]
CLASS = "`urban_rural` 城乡一体化, `large` 千吨万人, `thousand` 千人以上, `small` 小型集中式, `decentralised` 分散式; empty: not reported."


class Scheme(Schema):
    """A water supply scheme 供水工程."""

    id: int = Field(examples=[7])
    number: str = Field(description="Number 工程编号, unique in a county.", examples=["GA1"])
    name: str = Field(examples=["甲镇水厂"])
    scheme_class: ClassWord | Literal[""] = Field(description=CLASS)
    division: Place
    place: str = Field(description="Names of the division and what holds it below the county.", examples=["甲镇"])
    households: int = Field(ge=0, description="Households that it serves now by the register.")
    people: int = Field(ge=0, description="People of those households.")
    gaps: list[Literal["government", "department", "operator"]] = Field(
        description="Of the three responsibilities 三个责任, those without a named person.")


class SchemePage(Schema):
    """Schemes in the order of the tree."""

    items: list[Scheme]
    next: Next = Field(description=NEXT)


class Responsible(Schema):
    """One of the three responsibilities 三个责任 of a scheme; the names are empty where nobody was named."""

    kind: Literal["government", "department", "operator"] = Field(
        description="`government` 地方政府主体责任, `department` 水行政主管部门监管责任, `operator` 供水单位运行管理责任.")
    label: str = Field(examples=["地方政府主体责任"])
    name: str = Field(examples=["王某"])
    post: str = Field(examples=["副镇长"])
    phone: str = Field(description="Telephone of office; published on the notice of the scheme.", examples=["15400000001"])


class SchemeInFull(Scheme):
    """A scheme with its register sheet and who answers for it."""

    has_plant: bool | None = Field(description="有无水厂; null: not reported.")
    source_kind: str = Field(description="水源类型", examples=["水库"])
    process: str = Field(description="净水工艺", examples=["常规处理"])
    disinfection: str = Field(description="消毒方式", examples=["次氯酸钠"])
    design_m3_per_day: str | None = Field(description="Design capacity 设计规模, m³ a day; a decimal as text.", examples=["500.00"])
    built_year: int | None = Field(description="建成年份", examples=[2016])
    owner: str = Field(description="产权单位")
    operator: str = Field(description="运行管理单位")
    longitude: float | None = Field(examples=[109.1])
    latitude: float | None = Field(examples=[34.1])
    crs: str = Field(description="Coordinate system 坐标系 in which the point was taken; nothing is converted.", examples=["EPSG:4490"])
    responsibilities: list[Responsible]


class Served(Schema):
    """A household served by a scheme."""

    household: int = Field(examples=[120])
    number: str = Field(examples=["6101220001"])
    head_name: str = Field(description="Head of the household, masked where the duty does not see names whole.", examples=["张三"])
    division: Place
    from_on: datetime.date = Field(description="Served since.")


class ServedPage(Schema):
    """Households of the area that a scheme serves now."""

    items: list[Served]
    next: Next = Field(description=NEXT)
