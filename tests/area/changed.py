"""Changes of a household at a place of a walked world: one that was carried out, and one that waits for somebody else."""

from __future__ import annotations

from cast import AT, TODAY

from wenqu.changes.actions import ask_change, confirm_change
from wenqu.changes.looking import Asked, asked_of, look_into
from wenqu.changes.models import Change, Kind
from wenqu.changes.planning import Wanted
from wenqu.households.models import Household
from wenqu.places.models import Account
from wenqu.places.scope import EVERYWHERE


def births_of(home: Household, name: str, by: Account, other: Account) -> list[Change]:
    done = _birth(home, f"{name}童", by)
    basis = look_into(asked_of(done), EVERYWHERE, TODAY).basis
    confirm_change(change=done, basis=basis, area=EVERYWHERE, today=TODAY, by=other, at=AT)
    return [done, _birth(home, f"{name}婴", by)]


def _birth(home: Household, child: str, by: Account) -> Change:
    asked = Asked(home, Kind.ADD, TODAY, "birth", Wanted(name=child, relation="孙子"))
    return ask_change(asked=asked, note=f"{child}的出生证明看过", sure=True, key=f"birth-{home.pk}-{child}"[:40], area=EVERYWHERE, today=TODAY, by=by, at=AT)
