"""Divisions."""

from __future__ import annotations

from typing import Literal

from ninja import Schema
from pydantic import Field

Next = str | None
NEXT = "Give it as `after` for the next page; null at the end."
LEVELS = "1 province 省, 2 prefecture 市（州）, 3 county 县（区）, 4 town 乡镇（街道）, 5 village 村（社区）."


class Code(Schema):
    """A code of a division. The same digits may mean another place in another system."""

    system: Literal["nbs", "mca"] = Field(description="`nbs` statistics bureau 统计用区划代码, `mca` civil affairs 民政区划代码.", examples=["nbs"])
    edition: str = Field(description="Edition of the system, usually a year.", examples=["2023"])
    code: str = Field(examples=["610122103000"])


class Place(Schema):
    """A division in short."""

    id: int = Field(examples=[12])
    name: str = Field(examples=["甲镇"])


class Division(Schema):
    """An administrative division 行政区划."""

    id: int = Field(examples=[12])
    name: str = Field(examples=["甲镇"])
    level: int = Field(ge=1, le=5, description=LEVELS, examples=[4])
    parent: int | None = Field(description="The division above; null at the top of the tree.", examples=[3])
    codes: list[Code] = Field(description="Its codes, each with the system that gave it.")


class DivisionWithChildren(Division):
    """A division and what lies directly below it."""

    children: list[Division]


class DivisionPage(Schema):
    """Divisions in the order of the tree, each after the one that holds it."""

    items: list[Division]
    next: Next = Field(description=NEXT)
