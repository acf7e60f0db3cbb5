"""The materialised path of a division: four digits a level, digits only, built from our own sibling numbers.

Never a prefix of an official code: those are re-issued and differ between the statistics and the civil-affairs bureau.
Digits sort the same under every collation, so a prefix is a range on a plain index in SQLite and PostgreSQL alike.
"""

from __future__ import annotations

from collections.abc import Iterable

from wenqu.places.levels import Level

STEP = 4
# How long the paths of a level are.
COUNTY, TOWN, VILLAGE = (level * STEP for level in (Level.COUNTY, Level.TOWN, Level.VILLAGE))
# One less than the digits allow, so that `after` never overflows into the level above.
TOP = 10**STEP - 2


def child(parent: str, ordinal: int) -> str:
    """The path of the `ordinal`-th (1-based) child below `parent` ("" for the top)."""
    if not 1 <= ordinal <= TOP:
        raise ValueError(f"a division holds at most {TOP} children, not {ordinal}")
    return f"{parent}{ordinal:0{STEP}d}"


def after(path: str) -> str:
    """The least digit string greater than every path below `path`: the open end of its range."""
    return str(int("1" + path) + 1)[1:]


def county_of(path: str) -> str:
    """The path of the county in which a place lies; of a wider place, its own."""
    return path[:COUNTY]


def village_of(path: str) -> str:
    return path[:VILLAGE]


def is_within(path: str, area: str) -> bool:
    return path.startswith(area)


def common(some: Iterable[str], others: Iterable[str]) -> list[str]:
    """The paths whose subtrees lie in both: of each pair that lies one within the other, the lower."""
    tops = list(others)
    return sorted({max(a, b, key=len) for a in some for b in tops if is_within(a, b) or is_within(b, a)})


def ancestors(path: str) -> list[str]:
    """The paths from the top down to `path` itself."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]
