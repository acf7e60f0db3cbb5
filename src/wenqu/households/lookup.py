"""Exact look-ups that do not ask where a household lies. Whoever calls them decides what may be answered."""

from __future__ import annotations

from django.db.models import Q

from wenqu.households.models import Household, Member
from wenqu.kit.crypto.seal import digests, plain_number
from wenqu.places.models import Division, Level

ID_LABEL = "member.id_number"


_CODE_DIGITS = 12


def household_by_number(county: str, number: str) -> Household | None:
    """The household that ever had exactly this number in a county, given by its exact name or a code; None where that is not one."""
    counties, number = _counties(county), number.strip()
    if len(counties) != 1 or not number:
        return None
    return Household.ever.select_related("division").filter(county=counties[0], number=number).first()


def _counties(text: str) -> list[int]:
    """The counties of a name, or of a code in any system, written with six digits or with all twelve."""
    text = text.strip()
    if not text:
        return []
    code = text.ljust(_CODE_DIGITS, "0") if text.isdecimal() and len(text) >= 6 else text
    found = Division.objects.filter(Q(name=text) | Q(codes__code__in=[text, code]), level=Level.COUNTY)
    return list(found.distinct().values_list("pk", flat=True)[:2])


def households_by_id_number(text: str) -> list[Household]:
    """The households that have a member with exactly this ID number."""
    wanted = digests(plain_number(text), ID_LABEL)
    there = Member.objects.filter(id_digest__in=wanted).values("household")
    return list(Household.objects.select_related("division").filter(pk__in=there).order_by("pk"))
