"""What the tests of consents, questions and looks share."""

from __future__ import annotations

from cast import AT

from wenqu.households.models import Consent, Household
from wenqu.places.models import Account

ID = "11010519491231002X"


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def consent_for(house: Household, by: Account, purpose: str, first: str, last: str, withdrawn: str) -> Consent | None:
    """A consent as the register may hold it, whatever its dates; none for the purpose «none»."""
    if purpose == "none":
        return None
    return Consent.objects.create(
        household=house, division=house.division, path=house.path, given_by=house.head_name, purpose=purpose, given_on=first, until=last,
        evidence="授权书", recorded_by=by, recorded_at=AT, withdrawn_on=None if withdrawn == "-" else withdrawn,
    )
