"""Who may say which plan a county goes by, and who keeps its points."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.places.levels import Level
from wenqu.places.models import Division
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def check_can_adopt_plan(division: Division, area: Area) -> None:
    """For whole counties only: towns and villages go by what their county adopted."""
    check_may(Right.QUALITY_PLANS, division.path, area)
    if division.level != Level.COUNTY:
        raise Refused("not_a_county", _("监测方案以县为单位采用，请选择一个县"))


def check_can_keep_points(path: str, area: Area) -> None:
    """Add, edit and end points, and tell what was done at them."""
    check_may(Right.QUALITY_POINTS, path, area)
