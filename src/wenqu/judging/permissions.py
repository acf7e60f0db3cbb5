"""Who may judge."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.places.models import Division, Level, Role
from wenqu.places.scope import Area


def check_can_judge(division: Division, area: Area) -> None:
    if not area.covers(division.path):
        raise Refused("outside_area", _("该区划不在您的管辖区域内"))
    if not area.held_as(Role.COUNTY).covers(division.path):
        raise Refused("wrong_role", _("发起评价需要县级职责"))
    check_whole_counties(division)


def check_whole_counties(division: Division) -> None:
    """A run covers whole counties: schemes cross towns, and a problem of a scheme is found once."""
    if division.level > Level.COUNTY:
        raise Refused("not_a_county", _("评价以县或更大的区域为单位"))
