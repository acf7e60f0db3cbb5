"""Standard solutions that are added to a spike. Pure."""

from __future__ import annotations

from wenqu.rulebook.quality.results.naming import names_of_all
from wenqu.rulebook.quality.results.units import UNITS, unit_of

# Strengths are amounts in water; what is counted or seen is not spiked.
STRENGTHS = ("mg/L", "µg/L", "g/L", "ng/L")


def may_be_added(item: str) -> bool:
    """Whether a standard solution of an item can be told as an amount in water."""
    known = names_of_all().items.get(item)
    units = [unit_of(name) for name in known.units] if known is not None else []
    return any(unit is not None and unit.measures == UNITS["mg/L"].measures for unit in units)
