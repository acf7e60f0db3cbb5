"""The open work that this room offers for hand-over: requests for rights that still wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wenqu.kit.audit import Actor
from wenqu.kit.registry import Work, offer_work
from wenqu.people.models import Decision, RightsRequest
from wenqu.places.models import Account
from wenqu.places.rights import Right


def _waiting(account: Account) -> QuerySet[RightsRequest]:
    """The requests that somebody asked for others. What they asked for themselves is nobody else's to go on with."""
    return RightsRequest.objects.filter(asked_by=account, decision=Decision.WAITING).exclude(account=account)


def _needs(account: Account) -> Iterable[tuple[Right, str]]:
    return [(Right.PEOPLE, path) for path in _waiting(account).values_list("path", flat=True).distinct()]


def _hand_over(giver: Account, taker: Account, by: Actor, at: datetime) -> int:
    """The taker asks from now on; who began it still cannot decide it. What is asked about the taker stays where it is:
    who asks can take a request back, and nobody takes back what is asked about themselves."""
    return _waiting(giver).exclude(account=taker).update(asked_by=taker)


def offer() -> None:
    offer_work(Work("requests", _("待审批的权限变更申请"), lambda account: _waiting(account).count(), _needs, _hand_over))
