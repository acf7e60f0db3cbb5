"""Records that report, rectify or check problems: the ledger's own actions, asked as its pages ask them.

The key of the request is the record's own number, so that the same record makes one report and one step. What the phone
saw is its version of the problem: where somebody acted meanwhile and the problem stands in the same state of the same
round, the step is taken on what it is now; else a person decides, and what they accept is taken on what it is then.
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext as _

from wenqu.kit.addresses import number_in
from wenqu.kit.refusal import Refused
from wenqu.ledger import lifecycle
from wenqu.ledger.loop.actions import check_problem, rectify_problem, return_problem
from wenqu.ledger.models import Problem, Step
from wenqu.survey.effects.acting import Act, act_of, earlier_keys, photos_in
from wenqu.survey.effects.photos import proofs_of
from wenqu.survey.effects.reporting import report
from wenqu.survey.effects.sampling import sampled, take_back_sample
from wenqu.survey.effects.visiting import take_back, visit
from wenqu.survey.models import Submission
from wenqu.survey.models.forms import StepTaken


def take_step(row: Submission, at: datetime) -> dict[str, object]:
    """Do what a record says. Returns what came of it; `Refused` where it cannot be."""
    act, answers = act_of(row, at)
    assert row.version is not None
    if row.version.step == StepTaken.NEW_HOUSEHOLD:
        return {"new_household": True}
    if row.version.step == StepTaken.VISIT:
        return visit(act, answers)
    if row.version.step == StepTaken.SAMPLE:
        return sampled(act)
    if row.version.step == StepTaken.REPORT:
        return {"reports": report(act, None, act.said, proofs_of(row, photos_in(act.said)))}
    done = next((step for step in Step.objects.filter(key__in=earlier_keys(row)).select_related("problem")), None)
    if done is not None:
        return {"already": done.problem.number}
    problem = _problem(act)
    take = _rectify if row.version.step == StepTaken.RECTIFY else _check
    step = take(act, problem, _version(act, problem))
    return {"step": step.transition, "problem": problem.number}


def take_back_step(row: Submission, at: datetime) -> dict[str, object]:
    """The record stands no longer, and with it what it told of. Returns what was withdrawn."""
    assert row.version is not None
    return (take_back_sample if row.version.step == StepTaken.SAMPLE else take_back)(row, row.account, at)


def _problem(act: Act) -> Problem:
    kind, _colon, number = act.row.subject.partition(":")
    found = Problem.objects.filter(pk=number_in(number) or 0).first() if kind == "problem" else None
    if found is None:
        raise Refused("no_problem", _("记录没有写明是哪个问题，不能办理"))
    return found


def _version(act: Act, problem: Problem) -> int:
    """The version to act on: that which the phone saw, or the one of now where nothing of weight lies between."""
    seen = number_in(act.said.get("problem_version", ""))
    if seen is None or seen == problem.version or act.row.decided_at is not None:
        return problem.version
    return problem.version if _stood(problem, seen) == (problem.state, problem.round) else seen


def _stood(problem: Problem, version: int) -> tuple[str, int] | None:
    """State and round of a problem at a version."""
    if version == 0:
        return lifecycle.FOUND, 1
    after = Step.objects.filter(problem=problem, version=version).values_list("after", flat=True).first()
    return (after["state"], after["round"]) if after else None


def _rectify(act: Act, problem: Problem, version: int) -> Step:
    return rectify_problem(
        problem=problem, measures=act.said.get("measures", ""), files=proofs_of(act.row, photos_in(act.said)), version=version, key=act.key,
        area=act.area, by=act.row.account, at=act.at)


def _check(act: Act, problem: Problem, version: int) -> Step:
    """A household that says that it is not solved sends the problem back."""
    said, who = act.said, {"version": version, "key": act.key, "area": act.area, "by": act.row.account, "at": act.at}
    if said.get("answer") == "unsatisfied":
        note = "；".join(filter(None, (said.get("note", ""), said.get("answer_note", ""))))
        return return_problem(problem=problem, note=note, **who)  # type: ignore[arg-type]
    return check_problem(
        problem=problem, visited_on=_day(said.get("visited_on", "")) or act.day, answer=said.get("answer", ""), answer_note=said.get("answer_note", ""),
        note=said.get("note", ""), files=proofs_of(act.row, photos_in(said)), **who)  # type: ignore[arg-type]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
