"""The open work of comparisons: those that are not closed. Offered for hand-over."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from wenqu.books.models import BookMapping, Comparison, ComparisonState
from wenqu.kit.audit import Actor
from wenqu.kit.registry import Work, offer_work
from wenqu.places.models import Account
from wenqu.places.rights import Right


def _open(account: Account) -> QuerySet[Comparison]:
    return Comparison.objects.filter(by=account).exclude(state=ComparisonState.CLOSED)


def _mappings(account: Account) -> QuerySet[BookMapping]:
    return BookMapping.objects.filter(by=account)


def _needs(rows: QuerySet[Comparison] | QuerySet[BookMapping]) -> Iterable[tuple[Right, str]]:
    return [(Right.COMPARE, path) for path in rows.order_by().values_list("path", flat=True).distinct()]


def _hand_over(giver: Account, taker: Account, by: Actor, at: datetime) -> int:
    return _open(giver).update(by=taker)


def _hand_over_mappings(giver: Account, taker: Account, by: Actor, at: datetime) -> int:
    return _mappings(giver).update(by=taker)


def offer() -> None:
    offer_work(Work("comparisons", _("没有销号的双台账比对"), lambda account: _open(account).count(), lambda account: _needs(_open(account)), _hand_over))
    offer_work(Work("book_mappings", _("比对用的列对应关系"), lambda account: _mappings(account).count(),
                    lambda account: _needs(_mappings(account)), _hand_over_mappings))
