"""Who may do what to a problem. The button, the page and the action ask here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused
from wenqu.ledger.models import Problem, ProblemState
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area


def check_can_close(problem: Problem, area: Area) -> None:
    check_may(Right.CLOSE, problem.path, area)
    if problem.state == ProblemState.CLOSED:
        raise Refused("already_closed", _("该问题已经关闭"))
