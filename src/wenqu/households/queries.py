"""Reads of households."""

from __future__ import annotations

from wenqu.households.models import Household
from wenqu.places.queries import row_in
from wenqu.places.scope import Area


def household_in(area: Area, pk: int) -> Household:
    """The household, or 404 where it does not exist or lies outside the area. Also one that left the register: its page says so."""
    return row_in(Household.ever.select_related("division", "merged_into"), area, pk, "household")
