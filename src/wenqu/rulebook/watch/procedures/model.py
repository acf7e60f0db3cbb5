"""The words of procedures: who takes which step on which papers, what hangs on the board, and how a household leaves.

Everything here is frozen data. A *clause* is one value of a pack with the document that it stands in; where the
documents are silent it is still a value, marked unverified, that a county edits in its own pack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wenqu.rulebook.clauses import Clause
from wenqu.rulebook.model import Head
from wenqu.rulebook.watch.procedures.clauses import ENTRY, REMOVAL


@dataclass(frozen=True, slots=True)
class PaperKind:
    """A paper by name. ``minutes`` carry the votes of a meeting, a ``photo`` names its board, ``signers`` must all sign."""

    id: str
    zh: str
    en: str
    shape: str
    signers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Party:
    """Who takes a step, in the words of the document, with the roles of this system that stand for it."""

    id: str
    zh: str
    en: str
    level: str
    roles: Clause


@dataclass(frozen=True, slots=True)
class NoticeRule:
    """A public notice: for how many full days, on which boards."""

    days: Clause
    boards: Clause


@dataclass(frozen=True, slots=True)
class NoticeHabits:
    """How days are counted and objections are ruled on, for all notices of a pack."""

    first: Clause
    upheld: Clause
    ruling: Clause
    photos: Clause


@dataclass(frozen=True, slots=True)
class StepRule:
    """One step; ``words`` are those of its document. ``papers`` to go on, ``refusal`` to turn down, ``visit`` to stay;
    ``another``: steps whose taker may not take this one."""

    id: str
    zh: str
    en: str
    words: str
    actor: Clause
    outcomes: Mapping[str, Clause]
    papers: Mapping[str, Clause]
    refusal: Mapping[str, Clause]
    visit: Mapping[str, Clause]
    notice: NoticeRule | None = None
    at_least: Clause | None = None
    at_most: Clause | None = None
    monthly: Clause | None = None
    another: Clause | None = None
    vote: Clause | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that must hold before a household may leave the list."""

    id: str
    zh: str
    en: str
    asked: Clause


@dataclass(frozen=True, slots=True)
class NoWorker:
    """What holds for a household without any working member: refused while freshly protected, later confirmed by the county."""

    refused: Clause
    protected: Clause
    fresh: Clause
    confirmed_at: Clause
    paper: Clause


@dataclass(frozen=True, slots=True)
class Leaving:
    """What removal asks beyond its steps. ``judged_from`` is the step from which everything must be known and hold."""

    judged_from: Clause
    natural: Clause
    conditions: Mapping[str, Condition]
    no_worker: NoWorker


@dataclass(frozen=True, slots=True)
class Route:
    """The steps of one way, in order: onto the list or off it."""

    id: str
    zh: str
    en: str
    order: Clause
    within: Clause | None
    steps: Mapping[str, StepRule]

    @property
    def names(self) -> tuple[str, ...]:
        """Ids of the steps in order."""
        return self.order.words


@dataclass(frozen=True, slots=True)
class Urgent:
    """Help before the steps are through: whether, who confirms it with which paper, and when the rest must be made up."""

    help_first: Clause
    confirmed_by: Clause
    paper: Clause
    within: Clause


@dataclass(frozen=True, slots=True)
class AlarmRules:
    """Months after which "no measure" and within which "removed" are suspicious."""

    no_measure: Clause
    removed_soon: Clause


@dataclass(frozen=True, kw_only=True)
class ProcedurePack(Head):
    """An edition of a place's procedure: the way onto the list and its mirror, the way off it."""

    publicity: Clause
    papers: Mapping[str, PaperKind]
    actors: Mapping[str, Party]
    notices: NoticeHabits | None
    urgent: Urgent
    alarms: AlarmRules
    entry: Route
    removal: Route
    leaving: Leaving
    clauses: Mapping[str, Clause] = field(repr=False)

    def route(self, name: str) -> Route:
        """The way onto the list or off it; ``KeyError`` for any other name."""
        return {ENTRY: self.entry, REMOVAL: self.removal}[name]

    def party(self, step: StepRule) -> Party:
        """Who takes a step."""
        return self.actors[step.actor.text]

    def rulers(self, route: Route, step: StepRule) -> tuple[str, ...]:
        """Roles that may rule on an objection to a step's notice: its own, and those of the step after it. Where a village
        has one person only, the town that reviews the list next rules."""
        following = route.names[route.names.index(step.id) + 1:][:1]
        roles = [role for one in (step, *(route.steps[name] for name in following)) for role in self.party(one).roles.words]
        return tuple(dict.fromkeys(roles))
