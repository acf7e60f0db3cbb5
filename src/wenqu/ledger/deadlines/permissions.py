"""Who may choose what a county works by."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.places.levels import Level
from wenqu.places.models import Division
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def check_can_set_profile(division: Division, area: Area) -> None:
    """For whole counties only: towns and villages work by what their county chose."""
    check_may(Right.DUTIES, division.path, area)
    if division.level != Level.COUNTY:
        raise Refused("not_a_county", _("期限方案以县为单位设定，请选择一个县"))
