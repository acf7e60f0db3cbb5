"""Who tells that something happened and that a report was made."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.places.levels import Level
from wenqu.places.models import Division
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def check_can_report(division: Division, area: Area) -> None:
    """Whoever tells what was done for a county's plans: reports are the county's."""
    check_may(Right.QUALITY_POINTS, division.path, area)
    if division.level != Level.COUNTY:
        raise Refused("not_a_county", _("报告以县为单位登记，请选择一个县"))
