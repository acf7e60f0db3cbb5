"""A change of a household that waits for somebody else, at a place of a walked world."""

from __future__ import annotations

from cast import AT, TODAY

from wenqu.changes.actions import ask_change
from wenqu.changes.looking import Asked
from wenqu.changes.models import Change, Kind
from wenqu.changes.planning import Wanted
from wenqu.households.models import Household
from wenqu.places.models import Account
from wenqu.places.scope import EVERYWHERE


def birth_of(home: Household, name: str, by: Account) -> Change:
    asked = Asked(home, Kind.ADD, TODAY, "birth", Wanted(name=f"{name}婴", relation="孙子"))
    return ask_change(asked=asked, note=f"{name}看过出生证明", sure=True, key=f"birth-{home.pk}", area=EVERYWHERE, today=TODAY, by=by, at=AT)
