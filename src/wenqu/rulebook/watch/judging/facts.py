"""What is known of a household at risk, and the columns in which the same stands for many.

``None`` is *not known*, never zero and never "no". Money is whole fen of the household, months are YYYYMM.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wenqu.rulebook.model import Amount, Overall
from wenqu.rulebook.watch.judging.model import JudgingPack


@dataclass(frozen=True, slots=True)
class Item:
    """One income, cost or spending: what it was, from which month to which (one month without ``last``), how much.

    ``together``: it is of the household or of a person who lives in it; ``member`` and ``source`` are for reading.
    """

    kind: str | None = None
    first: int | None = None
    last: int | None = None
    amount_fen: int | None = None
    together: bool | None = True
    member: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Household:
    """A household. ``facts`` are the yes/no columns that a pack asks for by name, ``measures`` its numeric ones.

    ``registered`` people stand in the household register, ``living`` really live together. ``cause`` is the main cause
    of the risk by its id in the pack, "none" where somebody looked and there is no risk. ``marked``: already on the
    list. ``heavy`` and ``collapsed`` are what a visit found, where it did. ``kept_grade`` is the colour that stands.
    """

    was_poor: bool | None = None
    registered: int | None = None
    living: int | None = None
    cause: str | None = None
    stable: bool | None = None
    marked: bool | None = None
    heavy: bool | None = None
    collapsed: bool | None = None
    income_before_fen: int | None = None
    forecast_fen: int | None = None
    meeting_admits: bool | None = None
    meeting_reason: str | None = None
    kept_grade: str | None = None
    facts: Mapping[str, bool | None] = field(default_factory=dict)
    measures: Mapping[str, Amount | None] = field(default_factory=dict)


COLUMNS: Mapping[str, str] = {
    "was_poor": "BOOLEAN", "registered": "INTEGER", "living": "INTEGER", "cause": "VARCHAR", "stable": "BOOLEAN", "marked": "BOOLEAN",
    "heavy": "BOOLEAN", "collapsed": "BOOLEAN", "income_before_fen": "BIGINT", "forecast_fen": "BIGINT",
    "meeting_admits": "BOOLEAN", "meeting_reason": "VARCHAR", "kept_grade": "VARCHAR",
}
ITEM_COLUMNS: Mapping[str, str] = {
    "kind": "VARCHAR", "first": "INTEGER", "last": "INTEGER", "amount_fen": "BIGINT", "together": "BOOLEAN",
}


def secured_column(guarantee: str) -> str:
    """Column that says whether a guarantee is secured."""
    return f"secured_{guarantee}"


def excluded_column(exclusion: str) -> str:
    """Column that says whether an exclusion holds."""
    return f"excluded_{exclusion}"


def household_columns(pack: JudgingPack) -> Mapping[str, str]:
    """Every column of the household table that a pack asks for, with its SQL type."""
    found = dict(COLUMNS)
    found |= {secured_column(one.id): "BOOLEAN" for one in pack.guarantees}
    found |= {excluded_column(one.id): "BOOLEAN" for one in pack.exclusions}
    found |= {one.fact: "BOOLEAN" if one.when in ("yes", "no") else "DOUBLE" for one in pack.screens}
    return found


def secured(overall: Overall | str) -> bool | None:
    """Whether drinking water is secured by the four indicators: safe or basically safe."""
    return {Overall.SAFE: True, Overall.BASIC: True, Overall.UNSAFE: False, Overall.UNKNOWN: None}[Overall(overall)]
