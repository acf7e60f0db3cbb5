"""Who may import and undo."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division, Level
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import EVERYWHERE, Area, area_of


def area_on(by: Account | Actor, on: date) -> Area:
    """The area of whoever acts; the system itself (command line, demo) acts everywhere."""
    return area_of(by, on) if isinstance(by, Account) else EVERYWHERE


def check_can_import(county: Division, area: Area) -> None:
    """Refuse unless `county` is a county in which the area carries the right to import."""
    if county.level != Level.COUNTY:
        raise Refused("not_a_county", _("请选择一个县（区）。"))
    check_may(Right.IMPORT, county.path, area)
