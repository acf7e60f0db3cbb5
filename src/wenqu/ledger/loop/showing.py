"""The steps of a problem as its page shows them: what was done, and what this person may do now or why not."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from wenqu.evidence.models import Evidence
from wenqu.kit.refusal import why_not
from wenqu.ledger import lifecycle
from wenqu.ledger.forms import FORMS, LABELS
from wenqu.ledger.loop.permissions import check_can
from wenqu.ledger.models import Problem, ProblemState, Step
from wenqu.ledger.words import STEP_LABELS
from wenqu.places.models import Account
from wenqu.places.scope import Area


def step_forms(problem: Problem, area: Area, account: Account, bound: tuple[str, Any] | None) -> list[dict[str, Any]]:
    """The steps that begin here, the loop's own next one first: each with its form, or with the reason why it is refused."""
    following = lifecycle.NEXT_STEP.get(problem.state)
    names = sorted((each.name for each in lifecycle.from_here(problem.state) if each.name in FORMS), key=lambda name: name != following)
    return [_one(name, problem, area, account, bound) for name in names]


def _one(name: str, problem: Problem, area: Area, account: Account, bound: tuple[str, Any] | None) -> dict[str, Any]:
    refusal = why_not(check_can, name, problem, area, account)
    form = None
    if refusal is None:
        given = bound[1] if bound and bound[0] == name else None
        form = given or FORMS[name](
            problem=problem, on=timezone.localdate(), initial={"version": problem.version, "key": uuid.uuid4().hex}, auto_id=f"{name}-%s",
        )
    return {
        "name": name, "label": LABELS[name], "refusal": refusal, "form": form, "open": bool(bound and bound[0] == name),
        "next": name == lifecycle.NEXT_STEP.get(problem.state),
    }


def shown_steps(steps: Sequence[Step], evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    """What was done, newest first, each with what proves it."""
    return [
        {
            "step": step, "label": STEP_LABELS[step.transition], "to": ProblemState(step.target).label,
            "evidence": [each for each in evidence if each.about == f"{step.transition}:{step.round}" and each.at == step.at],
        }
        for step in reversed(steps)
    ]
