"""The households that a sheet names by their numbers, as the register of the county knows them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from wenqu.households.models import Household
from wenqu.kit.chunks import chunks
from wenqu.registers.plan import Plan
from wenqu.registers.small_plan import RowPlan, refuse


@dataclass(frozen=True)
class Home:
    """A household of the register, by key and place."""

    pk: int
    division: int
    path: str


def homes_told(plan: Plan, rows: list[RowPlan]) -> dict[str, Home]:
    """number -> household of the county, for all numbers of a sheet."""
    numbers = sorted({row.values["household_number"] for row in rows if row.values.get("household_number")})
    found: dict[str, Home] = {}
    for some in chunks(numbers, 500):
        told = Household.objects.filter(county=plan.county, number__in=some).values_list("number", "pk", "division_id", "path")
        found.update({number: Home(pk, division, path) for number, pk, division, path in told})
    return found


def with_home(plan: Plan, row: RowPlan, homes: dict[str, Home]) -> Home | None:
    """The household of a row; None where the row was refused for it."""
    number = row.values.get("household_number")
    if not number:
        refuse(plan, row, "household_number", "required_missing", _("没有户编号，无法确定是哪一户；请补填"))
        return None
    home = homes.get(number)
    if home is None:
        refuse(plan, row, "household_number", "household_unknown", _("本县农户台账里没有这个户编号；请核对，或先导入农户"))
        return None
    place = row.values.get("place_path")
    if place and not home.path.startswith(place):
        refuse(plan, row, "village" if "village" in plan.present else "household_number", "household_elsewhere", _("农户台账里这户不在这个村；请核对户编号和所在村"))
        return None
    return home
