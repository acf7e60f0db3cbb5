"""Who may gather the problems of an alarm."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.ledger.models import Alarm
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def check_can_gather(alarm: Alarm, area: Area) -> None:
    """Whoever assigns where the scheme or the village lies, while the alarm stands."""
    check_may(Right.ASSIGN, alarm.path, area)
    if alarm.cleared_at is not None:
        raise Refused("alarm_over", _("告警已解除，不能再合并"))
