"""Problems."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Literal, TypeAlias

from ninja import Schema
from pydantic import Field

from wenqu.api.schema.households import Subject
from wenqu.api.schema.places import NEXT, Next, Place
from wenqu.ledger.kinds import BASE
from wenqu.ledger.models import ProblemState
from wenqu.ledger.models.problem import Level, Outcome, Severity
from wenqu.ledger.queries import GROUPS
from wenqu.rulebook.duties import duty_pack

_KINDS = duty_pack(BASE).kinds
# The words are data: a type checker sees texts, the specification lists them.
if TYPE_CHECKING:
    KindWord: TypeAlias = str
    StateWord: TypeAlias = str
    StateFilter: TypeAlias = str
    SeverityWord: TypeAlias = str
    LevelWord: TypeAlias = str
    OutcomeWord: TypeAlias = str
else:
    KindWord = Literal[tuple(_KINDS)]
    StateWord = Literal[tuple(ProblemState.values)]
    StateFilter = Literal[(*GROUPS, *ProblemState.values)]
    SeverityWord = Literal[tuple(Severity.values)]
    LevelWord = Literal[("", *Level.values)]
    OutcomeWord = Literal[("", *Outcome.values)]
KIND = ", ".join(f"`{kind}` {each.zh}" for kind, each in _KINDS.items()) + "."
SEVERITY = ", ".join(f"`{each.value}` {each.label}" for each in Severity) + "."
LEVEL = ", ".join(f"`{each.value}` {each.label}" for each in Level) + "."
STATE = ", ".join(f"`{state.value}` {state.label}" for state in ProblemState) + "."


class ProblemSubject(Subject):
    """What the problem is of: a scheme where the deciding value is the scheme's, else a household."""

    name: str = Field(description="Its name and number; of a household masked where the duty does not see names whole.", examples=["甲镇水厂"])


class Problem(Schema):
    """One real-world problem with one number. At most one that is not closed per subject and kind."""

    id: int = Field(examples=[5])
    number: str = Field(description="问题编号", examples=["WT-2026-000005"])
    kind: KindWord = Field(description=KIND)
    state: StateWord = Field(description=STATE)
    clue: bool = Field(description="Only signs so far, no proof 线索.")
    severity: SeverityWord = Field(description=f"程度: {SEVERITY}")
    level: LevelWord = Field(description=f"责任层级: {LEVEL} Empty before it was verified.")
    unit: str = Field(description="责任单位 where it was assigned to a body outside the water service.")
    round: int = Field(ge=1, description="Counts up each time the problem is opened again.")
    version: int = Field(ge=0, description="Counts its steps; a step names the version that it was decided on.")
    outcome: OutcomeWord = Field(description="办理结果 of a signed problem: closed is not the same as fixed.")
    subject: ProblemSubject
    division: Place
    source: str = Field(description="Who found it.", examples=["评价 #3"])
    reason: str = Field(description="Code of the reason; see docs/generated/reason-codes.md.", examples=["quality_failed_lab"])
    explanation: str = Field(description="The reason as a sentence, as it was found.")
    households_named: int = Field(ge=0, description="Households of the area that a problem of a scheme names 涉及户数; 1 for a household's own problem.")
    opened_on: datetime.date = Field(description="发现日期")
    seen_on: datetime.date = Field(description="The last judging that still found it 最近一次评价仍存在.")
    due_at: datetime.datetime | None = Field(description="办理期限 of the next step; null where the county gives none or the clock stands still.")
    closed_on: datetime.date | None
    closing_note: str = Field(description="关闭说明; empty while it is open.")
    reports_count: int = Field(ge=0, description="反映次数.")


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
