"""The open work of deliveries: workbooks that were uploaded and not taken. Offered for hand-over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wenqu.kit.audit import Actor
from wenqu.kit.registry import Work, offer_work
from wenqu.places.models import Account
from wenqu.places.rights import Right
from wenqu.quality.models import Delivery


def _open(account: Account) -> QuerySet[Delivery]:
    return Delivery.objects.filter(by=account, taken_at=None)


def _needs(account: Account) -> Iterable[tuple[Right, str]]:
    return [(Right.QUALITY_RESULTS, path) for path in _open(account).order_by().values_list("path", flat=True).distinct()]


def _hand_over(giver: Account, taker: Account, by: Actor, at: datetime) -> int:
    return _open(giver).update(by=taker)


def offer() -> None:
    offer_work(Work("deliveries", _("没有采用的检测报表"), lambda account: _open(account).count(), _needs, _hand_over))
