"""The steps of a problem, and reports."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from ninja import Schema
from pydantic import Field

from wenqu.api.fields import Count, Day, Id, Moment, Note, Remark
from wenqu.api.schema.households import Subject
from wenqu.api.schema.ledger import KIND, LEVEL, SEVERITY, STATE, KindWord, SeverityWord, StateWord
from wenqu.api.schema.places import NEXT, Next, Place
from wenqu.ledger import lifecycle
from wenqu.ledger.models import Way
from wenqu.ledger.models.problem import Level, Outcome

# The words are data: a type checker sees texts, the specification lists them.
if TYPE_CHECKING:
    StepWord: TypeAlias = str
    WayWord: TypeAlias = str
    HandLevel: TypeAlias = str
    SignedWord: TypeAlias = str
else:
    StepWord = Literal[tuple(lifecycle.TRANSITIONS)]
    WayWord = Literal[tuple(Way.values)]
    HandLevel = Literal[tuple(Level.values)]
    SignedWord = Literal[tuple(Outcome.values)]
WAY = ", ".join(f"`{way.value}` {way.label}" for way in Way) + "."
VERSION = "The `version` of the problem on which this was decided. Another one by now: `changed_meanwhile`."
KEY = "Made by the caller for this one request (a UUID). Sent again, it gives the answer that it gave and does nothing twice."
NOTE = "No numbers of people: `number_in_text`."

Version = Annotated[Count, Field(description=VERSION, examples=[2])]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,40}$", description=KEY, examples=["3f0c2a9e5b8d4f60a1"])]
Unit = Annotated[str, Field(max_length=60, pattern=r"^[^\x00-\x1f\x7f]*$", examples=["教育局"])]


class Act(Schema, extra="forbid"):
    """What every step takes."""

    version: Version
    key: Key


class Noted(Act):
    """A step with its reason or finding."""

    note: Note = Field(description=NOTE)


class Remarked(Act):
    """A step that needs no words."""

    note: Remark = Field("", description=NOTE)


class Verify(Noted):
    """Who looked, when, and what was seen."""

    severity: SeverityWord = Field(description=f"程度: {SEVERITY} The deadlines go by it.")


class Hand(Remarked):
    """Into whose hands: a person or a body, one of the two."""

    level: HandLevel = Field(description=f"责任层级: {LEVEL}")
    holder: Id | None = Field(None, description="One of the `people` of `GET /problems/{problem}/hands`.")
    unit: Unit = Field("", description="One of its `units`: a body outside the water service.")


class Transfer(Hand):
    """Into whose hands instead, and why."""

    note: Note = Field(description=NOTE)


class Suspend(Noted):
    """Why the clock stops, and until when."""

    until: Moment = Field(description="The clock runs on by itself then.")


class Check(Noted):
    """What a second person found on site."""

    visited_on: Day = Field(description="到现场的日期, not before the repair.")
    answer: Literal["satisfied", "unsatisfied", "none"] = Field(
        description="农户意见. `unsatisfied` is refused with `household_unsatisfied`: return the problem. `none` takes its reason in `answer_note`.")
    answer_note: Annotated[str, Field(max_length=500)] = Field("", description="What the household said. " + NOTE, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")


class SignOff(Noted):
    """How it ended."""

    outcome: SignedWord = Field(description="`fixed` 已解决; `not_fixed` 未解决，按说明关闭: closed is not the same as fixed.")


class Merge(Noted):
    """Into which problem."""

    into: Annotated[str, Field(min_length=1, max_length=30, pattern=r"^[^\x00-\x1f\x7f]+$")] = Field(description="问题编号 of the one that stays.", examples=["WT-2026-000005"])


class Proof(Schema):
    """A photo or document that a step came with 佐证材料."""

    id: int
    kind: Literal["photo", "document"]
    name: str = Field(examples=["现场.jpg"])
    sha256: str
    used_before: bool = Field(description="The same photo had been handed in for another problem.")


class Step(Schema):
    """One step of a problem, never changed afterwards."""

    id: int
    problem: int = Field(description="The problem.")
    step: StepWord
    before: StateWord = Field(description="State before it. " + STATE)
    after: StateWord = Field(description="State after it.")
    round: int = Field(ge=1)
    version: int = Field(ge=1, description="Version of the problem after it: the next step names it.")
    by: str = Field(description="Who took it; the system's own name where it went by itself.")
    at: datetime.datetime
    was_due_at: datetime.datetime | None = Field(description="办理期限 that this step had to meet; null without one.")
    due_at: datetime.datetime | None = Field(description="办理期限 of the following step, as this one left it.")
    note: str
    detail: dict[str, str] = Field(description="What it says beside its note: `severity`, `level`, `holder`, `unit`, `until`, `visited_on`, `answer`, `answer_note`, `into`, `number`.")
    evidence: list[Proof]


class StepPage(Schema):
    """Steps of a problem, the oldest first."""

    items: list[Step]
    next: Next = Field(description=NEXT)


class Person(Schema):
    """Somebody who may rectify there."""

    id: int
    name: str = Field(examples=["李站"])
    held_as: str = Field(description="Place and role 职责.", examples=["甲镇 乡镇水管站"])


class Hands(Schema):
    """Into whose hands a problem may be given."""

    people: list[Person]
    units: list[str]


class ReportSubject(Subject):
    """What was reported on."""

    name: str = Field(description="Of a household masked where the duty does not see names whole.")


class Report(Schema):
    """One report of a problem 反映记录, as it was given. Who reported is not given out."""

    id: int
    problem: int = Field(description="The problem that it belongs to now.")
    number: str = Field(description="问题编号 of that problem.", examples=["WT-2026-000005"])
    way: WayWord = Field(description="来源途径: " + WAY)
    kind: KindWord = Field(description=KIND)
    subject: ReportSubject
    division: Place
    words: str = Field(description="反映内容.")
    happened_at: datetime.datetime | None
    at: datetime.datetime


class ReportPage(Schema):
    """Reports of a problem, the oldest first: those of the area."""

    items: list[Report]
    next: Next = Field(description=NEXT)


class ReportedSubject(Schema, extra="forbid"):
    """A household, a scheme or a village of the area."""

    kind: Literal["household", "scheme", "division"]
    id: Id


class NewReport(Schema, extra="forbid"):
    """A report to write down."""

    subject: ReportedSubject
    kind: KindWord = Field(description=KIND)
    way: WayWord = Field(description="来源途径: " + WAY)
    words: Note = Field(description="反映内容. " + NOTE)
    key: Key
    reporter: Annotated[str, Field(max_length=80)] = Field("", description="反映人.", pattern=r"^[^\x00-\x1f\x7f]*$")
    reporter_phone: Annotated[str, Field(max_length=20)] = Field("", description="反映人电话; kept sealed.", pattern=r"^[0-9+ -]*$")
    happened_at: Moment | None = Field(None, description="发生时间, not in the future.")
