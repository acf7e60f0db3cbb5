"""Into whose hands a problem may be given."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.ledger import lifecycle
from wenqu.ledger.models import Problem, Step
from wenqu.people.notices import notify
from wenqu.places import paths
from wenqu.places.models import Account, Duty
from wenqu.places.rights import OF_A_UNIT, Right, Role, roles_with
from wenqu.places.scope import Area, within


def people_for(problem: Problem, area: Area, on: date) -> list[Account]:
    """Into whose hands a problem may be given: who rectifies there and did not give it away themselves in this round."""
    return _named(_rectifying(problem.path, area, on).filter(~Exists(givers_of(problem.pk, problem.round).filter(by=OuterRef("account")))))


def givers_of(problem: Any, of_round: Any) -> QuerySet[Step]:
    """The steps of a round (or of each problem of a query) whose people may not rectify: it would lie in their hands for ever."""
    return Step.objects.filter(problem=problem, round=of_round, transition__in=lifecycle.TRANSITIONS["rectify"].others)


def people_at(path: str, area: Area, on: date) -> list[Account]:
    """Who may rectify what lies at a path, the nearest first; only people of the area of whoever assigns: upwards a
    problem is escalated, and a town does not read the names of its county's people here."""
    return _named(_rectifying(path, area, on))


def _rectifying(path: str, area: Area, on: date) -> QuerySet[Duty]:
    held = Duty.objects.held_on(on).filter(role__in=roles_with(Right.RECTIFY), division__path__in=paths.ancestors(path), account__is_active=True)
    return within(held, area.whole.may(Right.ASSIGN), "division__path")


def _named(duties: QuerySet[Duty]) -> list[Account]:
    found: dict[int, Account] = {}
    for duty in duties.select_related("account", "division").order_by("-division__path", "account__name"):
        duty.account.held_as = f"{duty.division.name} {Role(duty.role).label}"  # type: ignore[attr-defined]
        found.setdefault(duty.account_id, duty.account)
    return list(found.values())


def units_for(path: str, area: Area, on: date) -> list[str]:
    """The bodies outside the water service that serve where a path lies, of the area of whoever assigns."""
    held = Duty.objects.held_on(on).filter(Q(role__in=OF_A_UNIT), role__in=roles_with(Right.UNIT_WORK), division__path__in=paths.ancestors(path))
    found = within(held, area.whole.may(Right.ASSIGN), "division__path")
    return sorted(set(found.exclude(unit="").values_list("unit", flat=True)))


def check_holder_for(problem: Problem, holder: Account | None, unit: str, area: Area, by: Account, on: date) -> None:
    """One person or one body of one's own area; a person who may rectify there and does not assign in this round."""
    if (holder is None) == (not unit):
        raise Refused("holder_missing", _("请选择一名责任人，或者一个责任单位，只选其一"))
    if unit and unit not in units_for(problem.path, area, on):
        raise Refused("unit_unknown", _("“%(unit)s”在这里没有登记人员，不能交办") % {"unit": unit})
    if holder is None:
        return
    if holder.pk == by.pk:
        raise Refused("same_person", _("不能交办给自己：交办和整改须是两个人"))
    if givers_of(problem.pk, problem.round).filter(by=holder).exists():
        raise Refused("same_person", _("%(holder)s在本轮交办或转办过这个问题，不能由其整改，请另选一人") % {"holder": holder})
    if holder not in people_at(problem.path, area, on):
        raise Refused("holder_without_right", _("%(holder)s在这里没有“整改问题”的职责，或者不是您管辖区域内的人员，不能交办；需要上级办理的请上提") % {"holder": holder})


def tell_holder(step: Step, by: Account, at: datetime) -> None:
    """Tell whoever holds the problem now that it has come, or come back, to them."""
    problem = step.problem
    if problem.holder is not None and problem.holder_id != by.pk:
        notify(
            accounts=[problem.holder], kind=f"problem_{step.transition}", at=at, url=reverse("ledger:problem", args=[problem.pk]),
            detail={"number": problem.number, "giver": by.name},
        )
