"""The open work of whoever leaves: the villages that they were sent to in rounds that go on. Offered for hand-over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wenqu.kit.audit import Actor
from wenqu.kit.registry import Work, offer_work
from wenqu.places.models import Account
from wenqu.places.rights import Right
from wenqu.survey.models import Assignment


def _open(account: Account) -> QuerySet[Assignment]:
    return Assignment.objects.filter(account=account, round__closed_at=None)


def _needs(account: Account) -> Iterable[tuple[Right, str]]:
    return [(Right.FIELD, path) for path in _open(account).order_by().values_list("path", flat=True).distinct()]


def _hand_over(giver: Account, taker: Account, by: Actor, at: datetime) -> int:
    """Where the taker was sent already, the giver's task just ends."""
    rows = list(_open(giver))
    there = set(_open(taker).values_list("round_id", "division_id"))
    double = [row.pk for row in rows if (row.round_id, row.division_id) in there]
    Assignment.objects.filter(pk__in=double).delete()
    _open(giver).update(account=taker)
    return len(rows)


def offer() -> None:
    offer_work(Work("survey_tasks", _("没有结束的调查任务"), lambda account: _open(account).count(), _needs, _hand_over))
