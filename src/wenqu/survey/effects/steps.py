"""Records that report, rectify or check problems: the ledger's own actions, asked as its pages ask them.

The key of the request is the record's own number, so that the same record makes one report and one step. What the phone
saw is its version of the problem: where somebody acted meanwhile and the problem stands in the same state of the same
round, the step is taken on what it is now; else a person decides, and what they accept is taken on what it is then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from wenqu.evidence.actions import attach
from wenqu.evidence.received import Received
from wenqu.facts.models import SubjectKind
from wenqu.households.models import Household
from wenqu.kit.addresses import number_in
from wenqu.kit.refusal import Refused
from wenqu.ledger import lifecycle
from wenqu.ledger.loop.actions import check_problem, rectify_problem, return_problem
from wenqu.ledger.models import Problem, Report, Step, Way
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import Subject, of_household, of_scheme
from wenqu.places.scope import Area, area_of
from wenqu.schemes.models import Scheme
from wenqu.survey.desk.queries import answers_of
from wenqu.survey.effects.photos import proofs_of
from wenqu.survey.effects.settling import observed_on
from wenqu.survey.intake.answers import Answers
from wenqu.survey.models import Submission
from wenqu.survey.models.forms import StepTaken

# Kinds of problems as the check of a scheme calls them -> as the duty packs do. All others are called alike.
KINDS = {
    "little_water": "too_little_water", "disinfection": "no_disinfection", "burst": "pipe_burst", "frozen": "frozen_pipe", "source": "source_damaged",
}


@dataclass(frozen=True)
class Act:
    """A record that acts: its answers by the name of the question, and its person as of the day on which it was filled."""

    row: Submission
    said: Mapping[str, str]
    area: Area
    day: date
    at: datetime

    @property
    def key(self) -> str:
        return key_of(self.row.instance_id)


def act_of(row: Submission, at: datetime) -> tuple[Act, Answers]:
    answers = answers_of(row)
    day, _clock = observed_on(row)
    return Act(row, by_name(answers), area_of(row.account, day), day, at), answers


def by_name(answers: Answers) -> dict[str, str]:
    """Questions outside repeats."""
    return {path.rpartition("/")[2]: text for path, text in answers.values.items() if "[" not in path}


def key_of(instance_id: str, number: int | None = None) -> str:
    """The key of a record's request, and of the n-th problem that it tells of; as long as the ledger keeps keys."""
    key = instance_id.removeprefix("uuid:") + (f"#{number}" if number is not None else "")
    return key if len(key) <= 40 else hashlib.sha256(key.encode()).hexdigest()[:40]


def take_step(row: Submission, at: datetime) -> dict[str, object]:
    """Do in the ledger what a record says. Returns what came of it; `Refused` where it cannot be."""
    act, _answers = act_of(row, at)
    assert row.version is not None
    if row.version.step == StepTaken.NEW_HOUSEHOLD:
        return {"new_household": True}
    if row.version.step == StepTaken.REPORT:
        return {"reports": report(act, None, act.said, proofs_of(row, photos_in(act.said)))}
    done = next((step for step in Step.objects.filter(key__in=_earlier(row)).select_related("problem")), None)
    if done is not None:
        return {"already": done.problem.number}
    problem = _problem(act)
    take = _rectify if row.version.step == StepTaken.RECTIFY else _check
    step = take(act, problem, _version(act, problem))
    return {"step": step.transition, "problem": problem.number}


def report(act: Act, number: int | None, said: Mapping[str, str], files: Sequence[Received]) -> list[str]:
    """Write down one report with its photos. Returns the numbers of the problem that it tells of; what an earlier version of the record reported stays."""
    kind, words = KINDS.get(said.get("kind", ""), said.get("kind", "")), said.get("words", "")
    subject = _subject(act.row)
    before = Report.objects.filter(key__in=_earlier(act.row, number), kind=kind, subject_kind=subject.kind, subject_id=subject.pk).select_related("problem").first()
    if before is not None:
        return [before.problem.number]
    way = said.get("way", "")
    made = report_problem(
        subject=subject, kind=kind, way=way if way in Way.values else Way.SURVEY.value, words=_words(words, said.get("severity", "")),
        key=key_of(act.row.instance_id, number), area=act.area, by=act.row.account, at=act.at, reporter=said.get("reporter", ""),
    )
    if made.at == act.at:
        # The step by which the ledger wrote it down a moment ago.
        step = made.problem.steps.filter(transition="report", by=act.row.account).latest("pk")
        for received in files:
            attach(
                received=received, subject=f"problem:{made.problem_id}", path=made.problem.path, division_id=made.problem.division_id,
                about=step.about, by=act.row.account, at=act.at)
    return [made.problem.number]


def photos_in(said: Mapping[str, str]) -> list[str]:
    """The files that show something; a signature shows nothing."""
    return [text for name, text in said.items() if "photo" in name]


def _words(words: str, severity: str) -> str:
    """How bad the surveyor took it to be; how bad it is, is said when it is verified."""
    told = {"small": _("轻微"), "ordinary": _("一般"), "major": _("严重")}.get(severity, "")
    return _("%(words)s（调查员判断：%(severity)s）") % {"words": words.strip(), "severity": told} if told and words.strip() else words


def _earlier(row: Submission, number: int | None = None) -> list[str]:
    """The keys of the records that this one corrects, and of their n-th problems."""
    keys, seen = [], row.replaces
    while seen is not None:
        keys.append(key_of(seen.instance_id, number))
        seen = seen.replaces
    return keys


def _subject(row: Submission) -> Subject:
    kind, _colon, number = row.subject.partition(":")
    if kind == "household":
        return of_household(Household.objects.get(pk=number))
    if kind == "scheme":
        return of_scheme(Scheme.objects.get(pk=number))
    raise Refused("no_subject", _("记录没有写明是哪一户或哪处工程，不能登记反映"))


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


def entries_of(answers: Answers, repeat: str) -> Iterator[tuple[int, dict[str, str]]]:
    """The entries of a repeat by its name: (number, answers by name)."""
    found: dict[int, dict[str, str]] = {}
    for path, text in answers.values.items():
        head, bracket, rest = path.partition("[")
        number, _close, inner = rest.partition("]")
        if bracket and head.rpartition("/")[2] == repeat and "[" not in inner:
            found.setdefault(int(number), {})[inner.rpartition("/")[2]] = text
    yield from sorted(found.items())


def is_subject(row: Submission, kind: int, pk: int) -> bool:
    """Whether a record is about this subject."""
    names = {SubjectKind.HOUSEHOLD: "household", SubjectKind.SCHEME: "scheme"}
    return row.subject == f"{names.get(SubjectKind(kind), '')}:{pk}"
