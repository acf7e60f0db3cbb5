"""Who may import and undo: a county role whose area holds the county."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division, Level, Role
from wenqu.places.scope import EVERYWHERE, Area, area_of


def area_on(by: Account | Actor, on: date) -> Area:
    """The area of whoever acts; the system itself (command line, demo) acts everywhere."""
    return area_of(by, on) if isinstance(by, Account) else EVERYWHERE


def check_can_import(county: Division, area: Area) -> None:
    """Refuse unless `county` is a county inside an area held with the county role."""
    if county.level != Level.COUNTY:
        raise Refused("not_a_county", _("请选择一个县（区）。"))
    if not area.covers(county.path):
        raise Refused("outside_area", _("%(county)s不在您的管辖范围内。") % {"county": county.name})
    if not area.held_as(Role.COUNTY).covers(county.path):
        raise Refused("wrong_role", _("只有县级水务部门可以导入台账。"))


def can_import(county: Division, area: Area) -> bool:
    try:
        check_can_import(county, area)
    except Refused:
        return False
    return True
