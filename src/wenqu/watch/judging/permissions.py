"""Who may tell something of a household at risk, judge a county, and let a better colour stand."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.households.models import Household
from wenqu.kit.refusal import Refused
from wenqu.places.models import Division, Level
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def check_can_tell(household: Household, area: Area) -> None:
    check_may(Right.WATCH_ACT, household.path, area)


def check_can_judge_county(division: Division, area: Area) -> None:
    check_may(Right.WATCH_RULES, division.path, area)
    if division.level != Level.COUNTY:
        raise Refused("not_a_county", _("监测研判以县为单位，规则由县采用"))
