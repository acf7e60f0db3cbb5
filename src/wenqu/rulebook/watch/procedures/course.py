"""A course: what was done for one household under one edition of a procedure, by whom, when and on which papers.

A course is only ever added to (``runner.perform``). Days are calendar days as dates: which instant belongs to which day
is the caller's matter, no clock and no time zone is asked here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Doing(StrEnum):
    """What an act does."""

    TAKE = "take"  # take a step: its outcome is one of the step's
    POST = "post"  # put the step's notice on the boards
    OBJECT = "object"  # somebody objects to the notice
    RULE = "rule"  # an objection is ruled on: upheld or rejected
    TAKE_DOWN = "take_down"  # the notice comes down after its days; that ends the step
    URGENT = "urgent"  # help may come before the steps


UPHELD, REJECTED = "upheld", "rejected"
RULINGS = (UPHELD, REJECTED)


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (any opaque id) in a role."""

    person: str
    role: str


@dataclass(frozen=True, slots=True)
class Votes:
    """The votes of a meeting."""

    present: int
    agree: int
    against: int = 0
    abstain: int = 0

    @property
    def sound(self) -> bool:
        """True when everybody present has voted once and nobody else."""
        counts = (self.agree, self.against, self.abstain)
        return self.present > 0 and min(counts) >= 0 and sum(counts) == self.present


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper that was handed in. ``reference`` finds it (an evidence number); a photo names its ``board``."""

    kind: str
    reference: str
    board: str = ""
    signers: tuple[str, ...] = ()
    votes: Votes | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One thing done on a day. ``outcome`` is a step's or a ruling's; ``to`` the step gone back to; ``objection`` its number."""

    doing: str
    step: str
    day: date
    by: Actor
    outcome: str = ""
    papers: tuple[Paper, ...] = ()
    to: str = ""
    objection: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """One household's way onto or off the list. ``digest`` is the edition that it began with and stays with."""

    pack: str
    digest: str
    route: str
    begun: date
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of the household on the day of an act; ``None`` is not known.

    ``workers`` are members able to work, ``protected_since`` the day from which basic protection is granted, ``met`` says
    by the pack's ids which conditions of removal hold, ``natural`` that the risk is gone by itself.
    """

    workers: int | None = None
    protected_since: date | None = None
    met: Mapping[str, bool | None] = field(default_factory=dict)
    natural: bool = False


UNKNOWN = Situation()
