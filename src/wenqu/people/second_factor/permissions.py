"""Who may take and who may give up a second factor."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.people.models import SecondFactor
from wenqu.people.signing.queries import standing_of
from wenqu.places.models import Account


def check_can_enrol(account: Account) -> None:
    """Once: another app takes the place of the first only through a reset."""
    if SecondFactor.objects.filter(account=account, confirmed_at__isnull=False).exists():
        raise Refused("has_second_factor", _("您已经设置了两步验证"))


def check_can_remove(account: Account, on: date) -> None:
    standing = standing_of(account, on)
    if not standing.enrolled:
        raise Refused("no_second_factor", _("您没有设置两步验证"))
    if standing.upper:
        raise Refused("second_factor_required", _("县级及以上职责必须使用两步验证，不能关闭"))
