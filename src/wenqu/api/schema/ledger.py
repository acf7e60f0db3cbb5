"""Problems."""

from __future__ import annotations

import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

from wenqu.api.fields import Note
from wenqu.api.schema.households import Subject
from wenqu.api.schema.places import NEXT, Next, Place

KindWord = Literal["too_little_water", "bad_water", "too_far", "interrupted"]
StateWord = Literal["clue", "open", "closed"]
KIND = "`too_little_water` 水量不足, `bad_water` 水质不达标, `too_far` 取水不便, `interrupted` 供水保证率不足."
STATE = "`clue` 待核实线索, `open` 未整改, `closed` 已关闭."


class ProblemSubject(Subject):
    """What the problem is of: a scheme where the deciding value is the scheme's, else a household."""

    name: str = Field(description="Its name and number; of a household masked where the duty does not see names whole.", examples=["甲镇水厂"])


class Problem(Schema):
    """One real-world problem with one number. At most one that is not closed per subject and kind."""

    id: int = Field(examples=[5])
    number: str = Field(description="问题编号", examples=["WT-2026-000005"])
    kind: KindWord = Field(description=KIND)
    state: StateWord = Field(description=STATE)
    subject: ProblemSubject
    division: Place
    source: str = Field(description="Who found it.", examples=["评价 #3"])
    reason: str = Field(description="Code of the reason; see docs/generated/reason-codes.md.", examples=["quality_failed_lab"])
    explanation: str = Field(description="The reason as a sentence, as it was found.")
    households_named: int = Field(ge=0, description="Households of the area that a problem of a scheme names 涉及户数; 1 for a household's own problem.")
    opened_on: datetime.date = Field(description="发现日期")
    seen_on: datetime.date = Field(description="The last judging that still found it 最近一次评价仍存在.")
    closed_on: datetime.date | None
    closing_note: str = Field(description="关闭说明; empty while it is open.")


class ProblemPage(Schema):
    """Problems, the newest first."""

    items: list[Problem]
    next: Next = Field(description=NEXT)


class Named(Schema):
    """A household named by a problem of its scheme."""

    household: int = Field(examples=[120])
    number: str = Field(examples=["6101220001"])
    head_name: str = Field(examples=["张三"])
    division: Place


class NamedPage(Schema):
    """Households of the area that a problem names."""

    items: list[Named]
    next: Next = Field(description=NEXT)


class Closing(Schema, extra="forbid"):
    """Why a problem is over."""

    note: Note = Field(
        description="关闭说明: who verified what, when, and whether the household agrees.", examples=["3月5日李站长上门核实，已恢复供水，农户认可"])
