"""Who may export what, and how much of personal numbers it shows."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.places.models import Division, Role
from wenqu.places.scope import Area


def check_can_export(division: Division, area: Area) -> None:
    if not area.covers(division.path):
        raise Refused("outside_area", _("该区划不在您的管辖区域内"))


def sees_whole_phones(division: Division, area: Area) -> bool:
    """Phones stand in full where the county's role is held; ID numbers for nobody."""
    return area.held_as(Role.COUNTY).covers(division.path)


def holding_path(division: Division, area: Area) -> str:
    """The part of the exporter's area that holds the division.

    The job of an export belongs there, not to the division itself: a county's file shows phones that the people of a
    town do not see, so only those whose area holds the exporter's own may fetch it.
    """
    mine = area.held_as(Role.COUNTY) if sees_whole_phones(division, area) else area
    return next(path for path in mine.paths if division.path.startswith(path))
