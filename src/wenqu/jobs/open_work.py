"""The open work of the queue: jobs that wait or run. Offered for hand-over: a job acts as whoever it is `by`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wenqu.jobs.kinds import right_of
from wenqu.jobs.models import Job, State
from wenqu.kit.audit import Actor
from wenqu.kit.registry import Work, offer_work
from wenqu.places.models import Account
from wenqu.places.rights import Right


def _waiting(account: Account) -> QuerySet[Job]:
    return Job.objects.filter(by=account, state__in=[State.QUEUED, State.RUNNING])


def _needs(account: Account) -> Iterable[tuple[Right, str]]:
    return [(right_of(kind), path) for kind, path in _waiting(account).order_by().values_list("kind", "path").distinct()]


def _hand_over(giver: Account, taker: Account, by: Actor, at: datetime) -> int:
    return _waiting(giver).update(by=taker)


def offer() -> None:
    offer_work(Work("jobs", _("排队中或进行中的任务"), lambda account: _waiting(account).count(), _needs, _hand_over))
