"""Live problems of the villages of a phone, and those that lie in its owner's hands, with what the owner may do."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q

from wenqu.facts.models import SubjectKind
from wenqu.households.showing import showing
from wenqu.kit.refusal import why_not
from wenqu.ledger.loop.permissions import check_can
from wenqu.ledger.models import Problem, Step
from wenqu.ledger.seeing import seen
from wenqu.places.models import Account
from wenqu.places.paths import county_of, village_of
from wenqu.places.scope import below
from wenqu.survey.phone.reach import Reach

MINE = "mine"
# The steps that a form on the phone takes of a problem.
_STEPS = ("rectify", "check")
_SUBJECTS = {SubjectKind.HOUSEHOLD: "household", SubjectKind.SCHEME: "scheme", SubjectKind.DIVISION: "division"}


def problems_of(reach: Reach, account: Account, home: str) -> dict[str, list[dict[str, Any]]]:
    """village, or «mine» -> problems by their keys. `home`: where the phone belongs; nothing of another county is given. Two queries."""
    wanted = Q(holder=account.pk)
    for village in reach.villages:
        wanted |= below(village)
    own = Prefetch("steps", Step.objects.filter(by_id=account.pk).only("problem", "round", "transition", "by"))
    rows = seen(Problem.objects.live(), reach.area).filter(wanted).filter(below(county_of(home))).order_by("pk")
    out: dict[str, list[dict[str, Any]]] = {village: [] for village in (*reach.villages, MINE)}
    for problem in rows.select_related("holder").prefetch_related(own):
        told = _told(problem, reach, account)
        for bucket in (village_of(problem.path), MINE if problem.holder_id == account.pk else ""):
            if bucket in out:
                out[bucket].append(told)
    return out


def _told(problem: Problem, reach: Reach, account: Account) -> dict[str, Any]:
    of_household = problem.subject_kind == SubjectKind.HOUSEHOLD
    return {
        "k": problem.pk, "n": problem.number, "kind": problem.get_kind_display(), "state": problem.state, "state_label": problem.get_state_display(),
        "severity": problem.get_severity_display(), "subject": f"{_SUBJECTS[SubjectKind(problem.subject_kind)]}:{problem.subject_id}",
        "name": showing(reach.area).kept_name(problem.subject_name, problem.path) if of_household else problem.subject_name,
        "words": problem.explanation, "due": problem.due_at.isoformat(timespec="minutes") if problem.due_at else "", "version": problem.version,
        "round": problem.round, "may": [step for step in _STEPS if why_not(check_can, step, problem, reach.area, account) is None],
    }
