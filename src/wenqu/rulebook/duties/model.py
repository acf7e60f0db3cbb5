"""The words of duties: what kinds of problem there are, who answers for them, and by when each step is due.

Everything here is frozen data. The time within which a step must be taken is a *limit* with its provenance; where no
document gives one, there is none, and ``missing`` names it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from wenqu.rulebook.model import Head, Number


class Step(StrEnum):
    """Steps with a time limit; a problem in the state before it must take the step in that time."""

    VERIFY = "verify"
    ASSIGN = "assign"
    RECTIFY = "rectify"
    CHECK = "check"
    SIGN_OFF = "sign_off"
    FILE = "file"


class Severity(StrEnum):
    """How bad a problem is: 轻微, 一般, 重大."""

    SMALL = "small"
    ORDINARY = "ordinary"
    MAJOR = "major"


class Level(StrEnum):
    """Who answers, from below: village, town, county."""

    VILLAGE = "village"
    TOWN = "town"
    COUNTY = "county"


class Unit(StrEnum):
    """Units of a limit. Hours run day and night; working days follow the calendar of holidays and make-up days."""

    HOURS = "hours"
    WORKING_DAYS = "working_days"


STEPS, SEVERITIES, LEVELS, UNITS = tuple(Step), tuple(Severity), tuple(Level), tuple(Unit)
WAYS = ("household_report", "own_survey", "data_comparison", "public_supervision")
COUNTS = ("problems", "schemes", "people")


@dataclass(frozen=True, slots=True)
class Limit:
    """A time within which something must happen. ``key`` is the dotted place of the number in its pack."""

    key: str
    amount: int
    unit: str
    source: Number

    @property
    def verified(self) -> bool:
        """True when the number rests on a document that was seen."""
        return self.source.verified


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name in both languages."""

    id: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Category:
    """A row of the found/fixed tables and what is counted in it."""

    id: str
    zh: str
    en: str
    counts: str
    source: Number


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem. ``counts`` is its category's; ``alarm`` says whether reports of it add to the area alarm."""

    id: str
    zh: str
    en: str
    category: str
    counts: str
    severity: str
    alarm: bool
    sources: Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class SeverityOf:
    """A severity by name and the level that answers for it at first."""

    id: str
    zh: str
    en: str
    level: str
    source: Number


@dataclass(frozen=True, slots=True)
class Escalation:
    """A problem held at ``level`` and overdue by more than ``after`` goes up to ``to``."""

    level: str
    to: str
    after: Limit


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """``reports`` open reports on one scheme or village within ``window_hours`` raise an area alarm."""

    reports: int
    window_hours: int
    sources: Mapping[str, Number]


@dataclass(frozen=True, slots=True)
class RecurringDuty:
    """Something due again and again. Exactly one of the shapes holds:

    ``months`` (by ``day`` of each; without it by the end of the month), ``times`` a year without fixed dates,
    every ``weeks``, or ``within`` a limit after the event that the name tells.
    """

    id: str
    zh: str
    en: str
    role: str
    roles: Named
    months: tuple[int, ...]
    day: int | None
    times: int | None
    weeks: int | None
    within: Limit | None
    source: Number


@dataclass(frozen=True, kw_only=True)
class DutyPack(Head):
    """An edition of duties and deadlines. Limits are asked for with ``limit()``."""

    kinds: Mapping[str, Kind]
    categories: Mapping[str, Category]
    severities: Mapping[str, SeverityOf]
    ways: Mapping[str, Named]
    levels: Mapping[str, Named]
    escalation: Mapping[str, Escalation]
    reopen_days: int
    reopen: Number
    alarm: AlarmRule
    cadence: Mapping[str, RecurringDuty]
    limits: Mapping[tuple[str, str, str], Limit] = field(repr=False)

    def limit(self, step: str, severity: str, kind: str | None = None) -> Limit | None:
        """The time for a step; of the kind where the pack gives one, else of all kinds. ``None`` where none is set.

        Raises ``KeyError`` for a step, severity or kind that the pack does not know.
        """
        Step(step), self.severities[severity]
        if kind is not None:
            self.kinds[kind]
            special = self.limits.get((step, severity, kind))
            if special is not None:
                return special
        return self.limits.get((step, severity, ""))

    @property
    def missing(self) -> tuple[str, ...]:
        """Keys of the limits that are not set, for ``with_numbers``: ``limits.rectify.small`` ..."""
        return tuple(f"limits.{step}.{severity}" for step in STEPS for severity in SEVERITIES
                     if (step, severity, "") not in self.limits)

    def level_above(self, level: str) -> str | None:
        """The level to which an overdue problem goes up from here; ``None`` at the top."""
        rule = self.escalation.get(level)
        return rule.to if rule else None
