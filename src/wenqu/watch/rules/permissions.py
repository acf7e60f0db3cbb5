"""Who may say what a county goes by."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.places.levels import Level
from wenqu.places.models import Division
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def check_can_adopt(division: Division, area: Area) -> None:
    """For whole counties only: towns and villages go by what their county adopted."""
    check_may(Right.WATCH_RULES, division.path, area)
    if division.level != Level.COUNTY:
        raise Refused("not_a_county", _("监测规则以县为单位采用，请选择一个县"))
