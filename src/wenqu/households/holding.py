"""Hold a household: whoever does something about it that others may do at the same moment does so one after the other.

A household is held before any row of its own is locked, in every room: a move takes its rows along, and two that lock in another
order would wait for each other for ever.
"""

from __future__ import annotations

from collections.abc import Iterable

from wenqu.households.models import Household


def hold(household: int) -> Household:
    """The household as it is now, held until the end of the transaction; also one that left the register."""
    return hold_all([household])[0]


def hold_all(households: Iterable[int]) -> list[Household]:
    """The same of several, in one order. What only names a household does not wait."""
    rows = Household.ever.select_for_update(no_key=True).filter(pk__in=list(households))
    return list(rows.order_by("pk"))
