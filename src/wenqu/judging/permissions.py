"""Who may judge."""

from __future__ import annotations

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
