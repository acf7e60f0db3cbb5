"""Reads of households."""

from __future__ import annotations

from django.http import Http404

from wenqu.households.models import Household
from wenqu.places.scope import Area, within


def household_in(area: Area, pk: int) -> Household:
    """The household, or 404 where it does not exist or lies outside the area."""
    household = within(Household.objects.select_related("division"), area).filter(pk=pk).first()
    if household is None:
        raise Http404
    return household
