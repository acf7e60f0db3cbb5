"""What follows from a verdict: the fact of quality, a problem where the water is unfit, and the grades of whoever is served."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.judging.spot import judge_again
from wenqu.kit.audit import Actor
from wenqu.kit.days import day_of
from wenqu.ledger.models import Problem
from wenqu.ledger.opening.actions import open_problems
from wenqu.ledger.opening.finding import Finding
from wenqu.ledger.opening.informing import inform_problem, live_problem
from wenqu.places.paths import county_of
from wenqu.quality.effects.facts import settle_facts, value_of
from wenqu.quality.effects.subjects import BAD_WATER, name_of, place_of, served_by, subject_of
from wenqu.quality.effects.words import UNFIT, judged_words, unfit_words, withdrawn_words
from wenqu.quality.models import Point, Sample, Verdict

# The reason under which a run of judging finds the same.
REASON = "quality_failed_lab"


def take_effect(*, sample: Sample, was: Verdict | None, now: Verdict | None, by: Actor, at: datetime) -> None:
    """Let what follows from a verdict follow, inside the transaction of whoever judged. `was` counted until now."""
    point = sample.point
    assert point is not None and sample.taken_at is not None
    changed = settle_facts(point=point, since=day_of(sample.taken_at), retired=was, by=by, at=at)
    if now is not None:
        now.refresh_from_db(fields=["told", "record"])
    if now is not None and now.verdict == UNFIT:
        _open(sample, point, now, by, at)
    elif now is None or now.verdict != "not_judged":
        _tell(sample, point, was, now, by, at)
    if changed:
        kind, subject = subject_of(point)
        homes, schemes = ((subject,), ()) if kind == SubjectKind.HOUSEHOLD else ((), (subject,))
        judge_again(households=homes, schemes=schemes, source=_("水质检测"), by=by, at=at)


def _open(sample: Sample, point: Point, verdict: Verdict, by: Actor, at: datetime) -> None:
    kind, subject = subject_of(point)
    identity = (int(kind), subject, BAD_WATER)
    served = served_by(point, day_of(sample.taken_at or at))
    words = unfit_words(sample, point, verdict, served)
    division, path = place_of(point)
    finding = Finding(
        kind=BAD_WATER, clue=False, subject_kind=int(kind), subject_id=subject, subject_name=name_of(point), division_id=division, path=path, reason=REASON,
        explanation=words, households=served.households if kind == SubjectKind.SCHEME else ())
    before = live_problem(identity)
    open_problems(findings=[finding], source=_("水质检测"), path=county_of(path), on=day_of(at), by=by, at=at, only_these=True)
    problem = live_problem(identity)
    if problem is None:
        return
    if before is not None or problem.opened_at != at:
        _inform(problem, words, sample, verdict, by, at)
    verdict.problem = problem
    verdict.save(update_fields=["problem"])


def _tell(sample: Sample, point: Point, was: Verdict | None, now: Verdict | None, by: Actor, at: datetime) -> None:
    """A problem that is worked on is told what was found since. Closing it stays a person's act."""
    kind, subject = subject_of(point)
    problem = live_problem((int(kind), subject, BAD_WATER))
    if problem is None:
        return
    verdict = now or was
    assert verdict is not None
    _inform(problem, judged_words(sample, point, now, value_of(point, now)) if now is not None else withdrawn_words(sample, point), sample, verdict, by, at)


def _inform(problem: Problem, words: str, sample: Sample, verdict: Verdict, by: Actor, at: datetime) -> None:
    # Whatever is told of the same verdict once more is another story: it counts again, or no more.
    key = f"water:{verdict.pk}:{'on' if verdict.newest else 'off'}:{problem.steps.filter(transition='inform').count()}"
    inform_problem(problem=problem, words=words, key=key, by=by, at=at, detail={"sample": sample.number, "verdict": verdict.pk})
