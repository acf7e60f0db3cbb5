"""What follows from a verdict: the fact of quality, a problem where the water is unfit, and the grades of whoever is served."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

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
from wenqu.quality.effects.facts import known_since, settle_facts
from wenqu.quality.effects.subjects import BAD_WATER, is_there, name_of, place_of, served_by, subject_of
from wenqu.quality.effects.words import UNFIT, judged_words, more_unfit, unfit_words, withdrawn_words
from wenqu.quality.models import Point, Sample, Verdict
from wenqu.rulebook.model import LabResult

# The reason under which a run of judging finds the same.
REASON = "quality_failed_lab"


@dataclass(frozen=True, slots=True)
class Change:
    """That another verdict of a sample counts: `was` did until now, `now` does; either may be none."""

    sample: Sample
    was: Verdict | None
    now: Verdict | None

    @property
    def point(self) -> Point:
        """Where its water was taken."""
        assert self.sample.point is not None
        return self.sample.point

    @property
    def day(self) -> date:
        """The day of sampling."""
        assert self.sample.taken_at is not None
        return day_of(self.sample.taken_at)


def take_effects(*, changes: Sequence[Change], by: Actor, at: datetime) -> None:
    """Let what follows from verdicts follow, inside the transaction of whoever judged: the facts and the problem of every subject once,
    and one judging of all that changed. `changes` are in the order of sampling."""
    by_subject: dict[tuple[int, int], list[Change]] = defaultdict(list)
    for one in changes:
        kind, subject = subject_of(one.point)
        by_subject[int(kind), subject].append(one)
    moved = []
    for identity, several in by_subject.items():
        retired = [one.was for one in several if one.was is not None]
        if settle_facts(point=several[0].point, since=min(one.day for one in several), retired=retired, by=by, at=at):
            moved.append(identity)
    told = {verdict.pk: verdict for verdict in Verdict.objects.filter(pk__in=[one.now.pk for one in changes if one.now is not None]).select_related("record")}
    for one in changes:
        if one.now is not None:
            one.now.told, one.now.record = told[one.now.pk].told, told[one.now.pk].record
    for several in by_subject.values():
        _tell(several, by, at)
    homes = [subject for kind, subject in moved if kind == SubjectKind.HOUSEHOLD]
    schemes = [subject for kind, subject in moved if kind == SubjectKind.SCHEME]
    if moved:
        judge_again(households=homes, schemes=schemes, source=_("水质检测"), by=by, at=at)


def _tell(several: Sequence[Change], by: Actor, at: datetime) -> None:
    """The problem of a subject: opened by what is unfit, told of what was found after it."""
    unfit = [one for one in several if one.now is not None and one.now.verdict == UNFIT]
    if unfit:
        _open(unfit, by, at)
    last = unfit[-1].sample.taken_at if unfit else None
    others = [one for one in several if (one.now is None or one.now.verdict not in (UNFIT, "not_judged"))
              and (last is None or one.sample.taken_at is None or one.sample.taken_at >= last)]
    if others:
        _say(others, by, at)
    elif unfit:
        _say_newer(unfit[-1], by, at)


def _open(unfit: Sequence[Change], by: Actor, at: datetime) -> None:
    last = unfit[-1]
    point, (kind, subject) = last.point, subject_of(last.point)
    assert last.now is not None
    if not is_there(point):
        return
    identity = (int(kind), subject, BAD_WATER)
    words = unfit_words(last.sample, point, last.now) + (more_unfit([one.sample for one in unfit[:-1]]) if len(unfit) > 1 else "")
    division, path = place_of(point)
    finding = Finding(
        kind=BAD_WATER, clue=False, subject_kind=int(kind), subject_id=subject, subject_name=name_of(point), division_id=division, path=path, reason=REASON,
        explanation=words, households=served_by(point, last.day))
    before = live_problem(identity)
    open_problems(findings=[finding], source=_("水质检测"), path=county_of(path), on=day_of(at), by=by, at=at, only_these=True)
    problem = live_problem(identity)
    if problem is None:
        return
    if before is not None or problem.opened_at != at:
        _inform(problem, words, last.sample, last.now, by, at)
    for one in unfit:
        assert one.now is not None
        one.now.problem = problem
    Verdict.objects.filter(pk__in=[one.now.pk for one in unfit if one.now is not None]).update(problem=problem)


def _say_newer(change: Change, by: Actor, at: datetime) -> None:
    """What was reviewed later than a newer sample opens a problem that is over already: what is known by now is told with it."""
    kind, subject = subject_of(change.point)
    problem = live_problem((int(kind), subject, BAD_WATER))
    latest, known = list(known_since(change.point, change.day))[-1]
    if problem is not None and known == LabResult.PASS and latest.sample.point is not None:
        _inform(problem, judged_words(latest.sample, latest.sample.point, latest, clear=True), latest.sample, latest, by, at)


def _say(others: Sequence[Change], by: Actor, at: datetime) -> None:
    """A problem that is worked on is told what was found since, of several the last. Closing it stays a person's act."""
    last = others[-1]
    kind, subject = subject_of(last.point)
    problem = live_problem((int(kind), subject, BAD_WATER))
    if problem is None:
        return
    verdict = last.now or last.was
    assert verdict is not None
    known = {row.pk: value for row, value in known_since(last.point, last.day)}
    words = withdrawn_words(last.sample, last.point) if last.now is None else judged_words(last.sample, last.point, last.now, clear=known.get(last.now.pk) == LabResult.PASS)
    _inform(problem, words, last.sample, verdict, by, at)


def _inform(problem: Problem, words: str, sample: Sample, verdict: Verdict, by: Actor, at: datetime) -> None:
    # Whatever is told of the same verdict once more is another story: it counts again, or no more.
    key = f"water:{verdict.pk}:{'on' if verdict.newest else 'off'}:{problem.steps.filter(transition='inform').count()}"
    inform_problem(problem=problem, words=words, key=key, by=by, at=at, detail={"sample": sample.number, "verdict": verdict.pk})
