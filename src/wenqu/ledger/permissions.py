"""Who may do what to a problem. The button, the page and the action ask here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.ledger.models import Problem, ProblemState
from wenqu.places.models import Role
from wenqu.places.scope import Area


def check_can_close(problem: Problem, area: Area) -> None:
    if not area.covers(problem.path):
        raise Refused("outside_area", _("该问题不在您的管辖区域内"))
    if not area.held_as(Role.COUNTY, Role.TOWN).covers(problem.path):
        raise Refused("wrong_role", _("关闭问题需要乡镇或县级职责"))
    if problem.state == ProblemState.CLOSED:
        raise Refused("already_closed", _("该问题已经关闭"))


def can_close(problem: Problem, area: Area) -> bool:
    try:
        check_can_close(problem, area)
    except Refused:
        return False
    return True
