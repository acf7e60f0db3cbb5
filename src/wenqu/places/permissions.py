"""Who may change what in the register of places."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.places.models import Division, Role
from wenqu.places.scope import Area


def check_can_draw(division: Division, area: Area) -> None:
    """Outlines are set by the county for its own area."""
    if not area.covers(division.path):
        raise Refused("outside_area", _("该区划不在您的管辖区域内"))
    if not area.held_as(Role.COUNTY).covers(division.path):
        raise Refused("wrong_role", _("上传边界需要县级职责"))
