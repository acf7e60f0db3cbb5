"""Exact look-ups that do not ask where a household lies. Whoever calls them decides what may be answered."""

from __future__ import annotations

from wenqu.households.models import Household
from wenqu.kit.crypto.seal import digests, plain_number

ID_LABEL = "member.id_number"


def household_by_number(county_id: int | None, number: str) -> Household | None:
    """The household with exactly this number in a county."""
    number = number.strip()
    if county_id is None or not number:
        return None
    return Household.objects.select_related("division").filter(county=county_id, number=number).first()


def households_by_id_number(text: str) -> list[Household]:
    """The households that have a member with exactly this ID number."""
    wanted = digests(plain_number(text), ID_LABEL)
    return list(Household.objects.select_related("division").filter(members__id_digest__in=wanted).distinct().order_by("pk"))
