"""The words of judging a household at risk (防止返贫监测): a pack of dated rules, frozen.

Every rule of a pack is a cited number or a cited word, so that any of them can be switched, changed and named as the
reason of a conclusion. ``key`` is the dotted place of an entry in its pack.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wenqu.rulebook.model import Head, Number, Sentence

KIND = "watch-judging"
YES, NO = "yes", "no"
NONE, UNKNOWN = "none", "unknown"
COUNTS = ("add", "subtract", "spend", "leave_out")
ASKED = ("monthly", "once")
EDGES = ("under", "at_most")
OVERS = ("over", "at_least")
MEASURES = ("single", "total")
BASES = ("window", "forecast")
MOVES = ("at_once", "by_review")


@dataclass(frozen=True, slots=True)
class Line:
    """收入线 as the plan of a place writes it. Without ``limit`` the line has to come from the pack of income lines."""

    region: str
    names: tuple[str, ...]
    year: int
    use: Number | None
    edge: Number
    limit: Number | None


@dataclass(frozen=True, slots=True)
class ItemKind:
    """A kind of income, cost or spending: what it counts for, and what a complete answer about it is.

    ``asked`` is "monthly" (every month of the window must be told of) or "once" (one telling in the window is enough).
    """

    id: str
    zh: str
    en: str
    counts: Number
    asked: Number | None


@dataclass(frozen=True, slots=True)
class Named:
    """An entry with a name, and the cited word (yes or no) that switches it."""

    id: str
    zh: str
    en: str
    key: str
    applies: Number

    @property
    def on(self) -> bool:
        """True when the pack says yes."""
        return self.applies.value == YES


@dataclass(frozen=True, slots=True)
class SpendingTest:
    """A limit of rigid spending in yuan, one for households out of poverty and one for all others.

    ``measure`` is the largest single item or the total of the window. ``heavy``: it makes spending heavy;
    ``screens``: it makes a clue of the department's list.
    """

    id: str
    zh: str
    en: str
    key: str
    department: str
    kinds: tuple[str, ...]
    measure: Number
    edge: Number
    was_poor: Number
    others: Number
    heavy: Number
    screens: Number


@dataclass(frozen=True, slots=True)
class Burden:
    """Spending is heavy when it is over ``percent`` of the income of the window or of the year before."""

    kinds: tuple[str, ...]
    of: Number
    percent: Number


@dataclass(frozen=True, slots=True)
class Screen:
    """A clue out of a department's list: a fact that is yes or no, or a measure with a limit."""

    id: str
    zh: str
    en: str
    key: str
    department: str
    fact: str
    when: str
    limit: Number


@dataclass(frozen=True, slots=True)
class Way:
    """Conditions that must all hold. ``None`` or an empty tuple asks nothing. Bands are yuan a head and year."""

    key: str
    applies: Number
    was_poor: bool | None = None
    income: str = ""
    at_least: Number | None = None
    under: Number | None = None
    average: str = ""
    gap: bool | None = None
    trouble: str = ""
    stable: bool | None = None
    risk: bool | None = None
    marked: bool | None = None
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An outcome (a kind of object, a colour, a class) and the ways into it; any one is enough."""

    id: str
    zh: str
    en: str
    key: str
    ways: tuple[Way, ...]


Ladder = tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Grading:
    """How colours are given: on which income, and what a better or worse one does."""

    income: Number
    worse: Number
    better: Number


@dataclass(frozen=True, kw_only=True)
class JudgingPack(Head):
    """An edition of the rules by which a household is judged to be at risk."""

    line: Line | None
    months: Number
    counted: Number
    unchecked: Number
    items: Mapping[str, ItemKind]
    guarantees: tuple[Named, ...]
    causes: tuple[Named, ...]
    exclusions: tuple[Named, ...]
    exception: Number
    spending: tuple[SpendingTest, ...]
    burden: Burden | None
    collapse: Number | None
    screens: tuple[Screen, ...]
    average: Number | None
    objects: Ladder
    grades: Ladder
    grading: Grading | None
    classes: Mapping[str, Ladder]
    sentences: Mapping[str, Sentence] = field(default_factory=dict, repr=False)

    def kinds(self, *counts: str) -> tuple[str, ...]:
        """Ids of the item kinds that count for any of these, in the order of the pack."""
        return tuple(kind.id for kind in self.items.values() if kind.counts.value in counts)
