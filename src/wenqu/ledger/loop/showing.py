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
from wenqu.ledger.loop.tried import Tried
from wenqu.ledger.models import Problem, ProblemState, Step
from wenqu.ledger.words import STEP_LABELS
from wenqu.places.models import Account
from wenqu.places.scope import Area


def step_forms(problem: Problem, area: Area, account: Account, tried: Tried | None) -> list[dict[str, Any]]:
    """The steps that begin here, the loop's own next one first: each with its form, or with the reason why it is refused."""
    following = lifecycle.NEXT_STEP.get(problem.state)
    names = sorted((each.name for each in lifecycle.from_here(problem.state) if each.name in FORMS), key=lambda name: name != following)
    return [_one(name, problem, area, account, tried) for name in names]


def _one(name: str, problem: Problem, area: Area, account: Account, tried: Tried | None) -> dict[str, Any]:
    refusal = why_not(check_can, name, problem, area, account)
    mine = tried is not None and tried.name == name
    # One form is open: the one that was tried, else the loop's next.
    elsewhere = tried is not None and not mine and problem.state in lifecycle.TRANSITIONS[tried.name].sources
    form = None
    if refusal is None and tried is not None and mine:
        form = tried.offer_again(problem)
    elif refusal is None:
        form = FORMS[name](
            problem=problem, area=area, on=timezone.localdate(), initial={"version": problem.version, "key": uuid.uuid4().hex}, auto_id=auto_id(name),
        )
    following = name == lifecycle.NEXT_STEP.get(problem.state)
    return {
        "name": name, "label": LABELS[name], "refusal": refusal, "form": form, "next": following,
        "open": mine or (following and not elsewhere), "tried": tried if mine else None,
    }


def auto_id(name: str) -> str:
    """Several forms stand on one page: the fields of each have ids of their own."""
    return f"{name}-%s"


def shown_steps(steps: Sequence[Step], evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    """What was done, newest first, each with what proves it. The report with which a problem began is no step of its own;
    what one act took in at once is told together."""
    shown: list[dict[str, Any]] = []
    for step in steps:
        if (step.transition, step.version) == ("report", 1):
            continue
        if step.transition == "absorb" and shown and _of_one_act(shown[-1]["step"], step):
            shown[-1]["numbers"].append(step.detail["number"])
            continue
        shown.append({
            "step": step, "label": STEP_LABELS[step.transition], "to": ProblemState(step.target).label if step.source != step.target else "",
            "numbers": [step.detail["number"]] if "number" in step.detail else [],
            "evidence": step.proofs_among(evidence),
        })
    return shown[::-1]


def _of_one_act(last: Step, step: Step) -> bool:
    return (last.transition, last.by_id, last.at) == (step.transition, step.by_id, step.at)
