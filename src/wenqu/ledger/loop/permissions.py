"""Who may take which step. The button, the page, the API and the action ask here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.ledger import lifecycle
from wenqu.ledger.models import Problem, ProblemState
from wenqu.ledger.models.problem import Level
from wenqu.ledger.seeing import is_of_unit
from wenqu.ledger.words import STEP_LABELS
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right

if TYPE_CHECKING:
    from wenqu.places.models import Account
    from wenqu.places.scope import Area

RIGHT_OF = {
    "verify": Right.VERIFY, "dismiss": Right.VERIFY, "assign": Right.ASSIGN, "transfer": Right.ASSIGN, "escalate": Right.ASSIGN,
    "suspend": Right.ASSIGN, "resume": Right.ASSIGN, "rectify": Right.RECTIFY, "check": Right.CHECK, "sign_off": Right.SIGN_OFF,
    "file": Right.FILE, "merge": Right.ASSIGN, "absorb": Right.ASSIGN, "split": Right.ASSIGN, "reopen": Right.REOPEN,
}


def check_can(name: str, problem: Problem, area: Area, account: Account) -> None:
    """Refuse with `outside_area`, `wrong_role`, `wrong_state`, `top_level`, `not_holder` or `same_person`, in this order."""
    check_right(name, problem, area)
    check_state(name, problem)
    if name == "escalate" and problem.level == Level.COUNTY:
        raise Refused("top_level", _("问题已在最高层级，不能再上提"))
    if name == "rectify":
        _check_holder(problem, area, account)
    _check_parties(name, problem, account)


def check_right(name: str, problem: Problem, area: Area) -> None:
    if name == "rectify" and is_of_unit(problem, area):
        return
    right = RIGHT_OF.get(name)
    if name == "return":
        right = Right.SIGN_OFF if problem.state == lifecycle.CHECKED else Right.CHECK
    assert right is not None, name
    check_may(right, problem.path, area)


def check_state(name: str, problem: Problem) -> None:
    """A step begins only where the loop lets it begin: none is skipped."""
    if problem.state not in lifecycle.TRANSITIONS[name].sources:
        raise Refused("wrong_state", _("问题现在是“%(state)s”，不能%(step)s") % {
            "state": ProblemState(problem.state).label, "step": STEP_LABELS[name],
        })


def _check_holder(problem: Problem, area: Area, account: Account) -> None:
    if problem.holder_id is not None and problem.holder_id != account.pk:
        raise Refused("not_holder", _("问题已交办给%(holder)s，由其整改") % {"holder": problem.holder})
    if problem.holder_id is None and problem.unit and not is_of_unit(problem, area):
        raise Refused("not_holder", _("问题已交办给%(holder)s，由其整改") % {"holder": problem.unit})


def _check_parties(name: str, problem: Problem, account: Account) -> None:
    """In one round the parties are different people: who assigned does not rectify, who rectified does not check."""
    others = lifecycle.TRANSITIONS[name].others
    if not others:
        return
    own = _own_among(problem, account, others)
    if own is not None:
        raise Refused("same_person", _("您在本轮已经%(done)s了这个问题，%(step)s须由另一人办理") % {"done": STEP_LABELS[own], "step": STEP_LABELS[name]})


def _own_among(problem: Problem, account: Account, others: tuple[str, ...]) -> str | None:
    """Which of these steps of the round somebody took. Steps that were loaded with many problems are not asked for again."""
    if "steps" in getattr(problem, "_prefetched_objects_cache", {}):
        loaded = (step for step in problem.steps.all() if step.round == problem.round and step.by_id == account.pk)
        return next((step.transition for step in loaded if step.transition in others), None)
    found: str | None = problem.steps.filter(round=problem.round, transition__in=others, by_id=account.pk).values_list("transition", flat=True).first()
    return found
