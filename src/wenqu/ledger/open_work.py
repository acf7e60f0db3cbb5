"""The open work that this room offers for hand-over: problems that a person holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.kit.audit import Actor
from wenqu.kit.refusal import Refused
from wenqu.kit.registry import Work, offer_work
from wenqu.ledger.loop.actions import take_over_problem
from wenqu.ledger.loop.hands import givers_of
from wenqu.ledger.models import Problem
from wenqu.places.models import Account
from wenqu.places.rights import Right


def _held(account: Account) -> QuerySet[Problem]:
    return Problem.objects.live().filter(holder=account)


def _needs(account: Account) -> Iterable[tuple[Right, str]]:
    return [(Right.RECTIFY, path) for path in _held(account).values_list("path", flat=True).distinct()]


def _check(giver: Account, taker: Account) -> None:
    """Whoever gave a problem away in this round does not rectify it: it would lie in their hands for ever."""
    own = givers_of(OuterRef("pk"), OuterRef("round")).filter(by=taker)
    barred = list(_held(giver).filter(Exists(own)).order_by("pk").values_list("number", flat=True)[:5])
    if barred:
        raise Refused("same_person", _("%(name)s在本轮交办或转办过 %(numbers)s，不能接手整改：请先转办这些问题，或另选一人接手") % {
            "name": taker, "numbers": _("、").join(barred),
        })


def _hand_over(giver: Account, taker: Account, by: Actor, at: datetime) -> int:
    held = list(_held(giver).order_by("pk"))
    for problem in held:
        take_over_problem(problem=problem, holder=taker, note=_("%(giver)s离岗交接") % {"giver": giver.name}, by=by, at=at)
    return len(held)


def offer() -> None:
    offer_work(Work("problems", gettext_lazy("交办给本人的问题"), lambda account: _held(account).count(), _needs, _hand_over, _check))
