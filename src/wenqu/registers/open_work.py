"""The open work of imports: batches on their way and saved column mappings. Offered for hand-over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wenqu.importing.models import Batch, BatchState, Mapping
from wenqu.kit.audit import Actor
from wenqu.kit.registry import Work, offer_work
from wenqu.places.models import Account
from wenqu.places.rights import Right

OPEN = (BatchState.UPLOADED, BatchState.CHECKED, BatchState.IMPORTING, BatchState.UNDOING)


def _batches(account: Account) -> QuerySet[Batch]:
    return Batch.objects.filter(by=account, state__in=OPEN)


def _mappings(account: Account) -> QuerySet[Mapping]:
    return Mapping.objects.filter(by=account)


def _needs(rows: QuerySet[Batch] | QuerySet[Mapping]) -> Iterable[tuple[Right, str]]:
    return [(Right.IMPORT, path) for path in rows.order_by().values_list("path", flat=True).distinct()]


def _hand_over_batches(giver: Account, taker: Account, by: Actor, at: datetime) -> int:
    return _batches(giver).update(by=taker)


def _hand_over_mappings(giver: Account, taker: Account, by: Actor, at: datetime) -> int:
    return _mappings(giver).update(by=taker)


def offer() -> None:
    offer_work(Work(
        "batches", _("没有完成的导入批次"), lambda account: _batches(account).count(), lambda account: _needs(_batches(account)), _hand_over_batches))
    offer_work(Work(
        "mappings", _("保存的列对应关系"), lambda account: _mappings(account).count(), lambda account: _needs(_mappings(account)), _hand_over_mappings))
