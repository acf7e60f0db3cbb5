"""Reads of households."""

from __future__ import annotations

from wenqu.households.models import Household
from wenqu.places.queries import row_in
from wenqu.places.scope import Area


def household_in(area: Area, pk: int) -> Household:
    """The household, or 404 where it does not exist or lies outside the area."""
    return row_in(Household.objects.select_related("division"), area, pk, "household")
