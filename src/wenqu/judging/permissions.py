"""Who may judge."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.places.models import Division, Level
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def check_can_judge(division: Division, area: Area) -> None:
    check_may(Right.JUDGE, division.path, area)
    check_whole_counties(division)


def check_whole_counties(division: Division) -> None:
    """A run covers whole counties: schemes cross towns, and a problem of a scheme is found once."""
    if division.level > Level.COUNTY:
        raise Refused("not_a_county", _("评价以县或更大的区域为单位"))


def check_as_of(as_of: date, today: date) -> None:
    """Nothing is known of the days to come."""
    if as_of > today:
        raise Refused("date_in_future", _("评价基准日不能晚于今天"))
