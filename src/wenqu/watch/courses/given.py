"""What an act is given by a form or by the demo, before it is anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from wenqu.evidence.received import Received
from wenqu.places.models import Account
from wenqu.rulebook.watch.procedures import Situation, Votes


@dataclass(frozen=True, slots=True)
class Handed:
    """A paper with its file. A photo names its board, minutes carry their votes."""

    kind: str
    file: Received
    board: str = ""
    signers: tuple[str, ...] = ()
    votes: Votes | None = None


@dataclass(frozen=True, slots=True)
class Entering:
    """As what a household comes onto the list, and who looks after it."""

    object_kind: str
    main_cause: str
    helper_name: str
    causes: tuple[str, ...] = ()
    helper_unit: str = ""
    helper_phone: str = ""
    contact: Account | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """One thing to be done on a day (`rulebook.watch.procedures.Act`) with all that is told of it."""

    doing: str
    on: date
    step: str = ""
    outcome: str = ""
    to: str = ""
    objection: str = ""
    papers: tuple[Handed, ...] = ()
    words: str = ""
    who: str = ""
    situation: Situation | None = None
    entering: Entering | None = None
