"""Explained verdicts, and counts of grades."""

from __future__ import annotations

import datetime
from typing import Literal

from ninja import Schema
from pydantic import Field

from wenqu.api.fields import Day, Id, PackWord
from wenqu.api.schema.households import GRADE, OVERALL, GradeWord, OverallWord, Subject
from wenqu.api.schema.places import NEXT, Next, Place

IndicatorWord = Literal["quantity", "quality", "convenience", "reliability"]


class Limit(Schema):
    """The limit that decided, with everything a reader needs to check it."""

    value: str = Field(description="The limit as a number, or the word of a rule.", examples=["60"])
    unit: str = Field(examples=["L/(人·d)"])
    words: str = Field(description="Value and unit in the language of the answer.", examples=["60 L/(人·d)"])
    date: str = Field(description="Date of the edition, ISO, possibly a year only.", examples=["2018"])
    clause: str = Field(description="Clause of the document 条款.", examples=["4.2.1"])
    document: str = Field(description="Document 文件.", examples=["T/CHES 18-2018 农村饮水安全评价准则"])
    confidence: Literal["sourced", "unverified"] = Field(description="`sourced` rests on a document that was seen, `unverified` does not.")


class Used(Schema):
    """A fact that the verdict looked at, the deciding one first."""

    key: str = Field(examples=["litres_per_person_day"])
    label: str = Field(examples=["人均日用水量"])
    value: str = Field(examples=["5"])
    words: str = Field(examples=["5 L/(人·d)"])
    unit: str = Field(examples=["L/(人·d)"])
    source: str = Field(examples=["入户排查"])
    title: str
    observed_on: datetime.date
    reference: str
    subject: Subject


class Reason(Schema):
    """The grade of one indicator and why."""

    indicator: IndicatorWord
    label: str = Field(description="Name of the indicator in the language of the answer.", examples=["水量"])
    grade: GradeWord = Field(description=GRADE)
    reason: str = Field(description="Code of the reason; see docs/generated/reason-codes.md.", examples=["quantity_failed"])
    sentence: str = Field(description="The reason as a sentence.")
    clause: str = Field(description="Clause of the standard that decided.", examples=["4.2.1"])
    limit: Limit | None = Field(description="The limit that decided; null where no limit did.")
    used: list[Used]


class RunShort(Schema):
    """The run behind a verdict."""

    id: int = Field(examples=[3])
    as_of: datetime.date = Field(description="The day as of which was judged 评价基准日.")
    pack: str = Field(description="Pack of rules 规则包.", examples=["national-2018"])
    digest: str = Field(description="SHA-256 of the rules it judged by.")


class Verdict(Schema):
    """Why a household has its grades: by the newest run that covers it, or judged by itself since."""

    household: int = Field(examples=[120])
    judged: bool = Field(description="False where no run has judged it: then the rest is empty.")
    overall: OverallWord | None = Field(description=OVERALL)
    run: RunShort | None
    judged_at: datetime.datetime | None = Field(
        description="When the household was judged by itself after the run, by the rules of the run, because something new was found; "
        "null where the run's own verdict stands.")
    indicators: list[Reason]


class GradeCounts(Schema):
    """Households by grade of one indicator."""

    met: int = Field(ge=0)
    basic: int = Field(ge=0)
    failed: int = Field(ge=0)
    unknown: int = Field(ge=0)


class OverallCounts(Schema):
    """Households by overall grade."""

    safe: int = Field(ge=0)
    basic: int = Field(ge=0)
    unsafe: int = Field(ge=0)
    unknown: int = Field(ge=0)


class SchemeGrades(Schema):
    """Latest grades of the households of the area that a scheme serves now."""

    scheme: int = Field(examples=[7])
    households: int = Field(ge=0, description="Households served, judged or not.")
    judged: int = Field(ge=0)
    overall: OverallCounts
    quantity: GradeCounts
    quality: GradeCounts
    convenience: GradeCounts
    reliability: GradeCounts


class Run(Schema):
    """One judging 评价批次 of all households of a division by one pack as of a day. It never changes."""

    id: int = Field(examples=[3])
    division: Place
    pack: str = Field(examples=["national-2018"])
    pack_title: str = Field(examples=["农村饮水安全评价准则 T/CHES 18-2018"])
    digest: str = Field(description="SHA-256 of the rules.")
    as_of: datetime.date = Field(description="评价基准日: only facts observed by this day count.")
    facts_until: datetime.datetime = Field(description="事实截止: facts recorded later were not seen.")
    at: datetime.datetime = Field(description="When it was made.")
    households: int = Field(ge=0, description="Households judged inside the area of the token.")


class RunPage(Schema):
    """Runs, the newest first."""

    items: list[Run]
    next: Next = Field(description=NEXT)


class DivisionCount(Schema):
    """The roll-up of one run for one division."""

    division: Place
    level: int = Field(ge=1, le=5)
    households: int = Field(ge=0)
    people: int = Field(ge=0)
    overall: OverallCounts
    quantity: GradeCounts
    quality: GradeCounts
    convenience: GradeCounts
    reliability: GradeCounts


class RunWithCounts(Run):
    """A run with its counts by division, down to the towns (to the villages where the token's area is a village)."""

    counts: list[DivisionCount]


class NewRun(Schema, extra="forbid"):
    """What to judge."""

    division: Id = Field(description="A county or something larger 评价以县或更大的区域为单位.")
    pack: PackWord = Field(description="Pack of rules 规则包 of the kind four-indicators.")
    as_of: Day = Field(description="评价基准日, today at the latest.")
