"""The closed lists of words that the values of procedures come from."""

from __future__ import annotations

from enum import StrEnum

ENTRY, REMOVAL = "entry", "removal"
ROUTES = (ENTRY, REMOVAL)
LEVELS = ("village", "town", "county")
SHAPES = ("plain", "minutes", "photo")
PHOTO = "notice_photo"  # the paper that shows a board
VOTES = ("more_than_half", "two_thirds")


class Outcome(StrEnum):
    """How a step may end: go on, turn down, stay (again next month), or back to a step before."""

    GO_ON = "go_on"
    TURN_DOWN = "turn_down"
    STAY = "stay"
    BACK = "back"
