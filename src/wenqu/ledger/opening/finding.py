"""What a source found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Identity = tuple[int, int, str]


@dataclass(frozen=True)
class Finding:
    """What a source found of one subject: enough to open a problem, or to say that an open one still stands.

    `households` are the primary keys of the households that a problem of a scheme concerns; empty for a household's own.
    """

    kind: str
    clue: bool
    subject_kind: int
    subject_id: int
    subject_name: str
    division_id: int
    path: str
    reason: str
    explanation: str
    households: Sequence[int] = ()

    @property
    def identity(self) -> Identity:
        return (self.subject_kind, self.subject_id, self.kind)


@dataclass(frozen=True)
class Opened:
    """True counts of what a set of findings did. `stale`: closed since, and nothing newer is known of the subject."""

    opened: int
    clues: int
    confirmed: int
    still: int
    reopened: int = 0
    stale: int = 0
