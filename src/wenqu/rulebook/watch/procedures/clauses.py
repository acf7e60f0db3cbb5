"""One value of a pack with the document that it stands in, and the closed lists of words that values come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

ENTRY, REMOVAL = "entry", "removal"
ROUTES = (ENTRY, REMOVAL)
LEVELS = ("village", "town", "county")
SHAPES = ("plain", "minutes", "photo")
PHOTO = "notice_photo"  # the paper that shows a board
VOTES = ("more_than_half", "two_thirds")
Value = int | str | tuple[str, ...]


class Outcome(StrEnum):
    """How a step may end: go on, turn down, stay (again next month), or back to a step before."""

    GO_ON = "go_on"
    TURN_DOWN = "turn_down"
    STAY = "stay"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Clause:
    """One value of a pack, the dotted key of its place, and where it is written."""

    key: str
    value: Value
    unit: str
    date: str
    clause: str
    document: str
    confidence: str
    note: str = ""

    @property
    def verified(self) -> bool:
        """True when it rests on a document that was seen."""
        return self.confidence == "sourced"

    @property
    def text(self) -> str:
        """The value where it is one word."""
        return str(self.value)

    @property
    def number(self) -> int:
        """The value where it is a number."""
        return self.value if isinstance(self.value, int) else 0

    @property
    def words(self) -> tuple[str, ...]:
        """The value where it is a list of words."""
        return self.value if isinstance(self.value, tuple) else ()
