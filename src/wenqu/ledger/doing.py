"""From the form of a step to its action: the one place that knows which is whose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from wenqu.evidence.receiving import receive_all
from wenqu.kit.refusal import Refused
from wenqu.ledger.loop import actions as loop
from wenqu.ledger.merging import actions as merging
from wenqu.ledger.models import Problem
from wenqu.ledger.seeing import seen
from wenqu.places.models import Account
from wenqu.places.scope import Area

_ACTIONS: dict[str, Callable[..., Any]] = {
    "verify": loop.verify_problem, "dismiss": loop.dismiss_problem, "assign": loop.assign_problem, "transfer": loop.transfer_problem,
    "escalate": loop.escalate_problem, "suspend": loop.suspend_problem, "resume": loop.resume_problem, "rectify": loop.rectify_problem,
    "return": loop.return_problem, "check": loop.check_problem, "sign_off": loop.sign_off_problem, "file": loop.file_problem,
    "merge": merging.merge_problem, "split": merging.split_problem, "reopen": merging.reopen_problem,
}


def do(name: str, problem: Problem, given: dict[str, Any], *, area: Area, by: Account, at: datetime) -> Any:
    """Take the step `name` with what its form gave (cleaned). Files are taken in before the action's transaction begins."""
    values = dict(given)
    if "evidence" in values:
        values["files"] = receive_all(values.pop("evidence"))
    if name == "rectify":
        values["measures"] = values.pop("note")
    if name == "assign" or name == "transfer":
        values["holder"] = values["holder"] or None
    if name == "merge":
        values["into"] = _survivor(values["into"], area)
    if name == "split":
        values["reports"] = [row.pk for row in values["reports"]]
    return _ACTIONS[name](problem=problem, area=area, by=by, at=at, **values)


def _survivor(number: str, area: Area) -> Problem:
    found = seen(Problem.objects.filter(number=number.strip()), area).first()
    if found is None:
        raise Refused("merge_unknown", _("您的区域内没有编号为 %(number)s 的问题，请核对编号") % {"number": number.strip()})
    return found
