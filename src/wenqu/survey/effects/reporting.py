"""Problems that records tell of, reported to the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from wenqu.evidence.actions import attach
from wenqu.evidence.received import Received
from wenqu.households.models import Household
from wenqu.kit.refusal import Refused
from wenqu.ledger.models import Report, Way
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import Subject, of_household, of_scheme
from wenqu.schemes.models import Scheme
from wenqu.survey.effects.acting import Act, earlier_keys, key_of
from wenqu.survey.models import Submission

# Kinds of problems as the check of a scheme calls them -> as the duty packs do. All others are called alike.
KINDS = {
    "little_water": "too_little_water", "disinfection": "no_disinfection", "burst": "pipe_burst", "frozen": "frozen_pipe", "source": "source_damaged",
}


def report(act: Act, number: int | None, said: Mapping[str, str], files: Sequence[Received]) -> list[str]:
    """Write down one report with its photos. Returns the numbers of the problem that it tells of; what an earlier version of the record reported stays."""
    kind, words = KINDS.get(said.get("kind", ""), said.get("kind", "")), said.get("words", "")
    subject = _subject(act.row)
    before = Report.objects.filter(key__in=earlier_keys(act.row, number), kind=kind, subject_kind=subject.kind, subject_id=subject.pk).select_related("problem").first()
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


def _words(words: str, severity: str) -> str:
    """How bad the surveyor took it to be; how bad it is, is said when it is verified."""
    told = {"small": _("轻微"), "ordinary": _("一般"), "major": _("严重")}.get(severity, "")
    return _("%(words)s（调查员判断：%(severity)s）") % {"words": words.strip(), "severity": told} if told and words.strip() else words


def _subject(row: Submission) -> Subject:
    kind, _colon, number = row.subject.partition(":")
    if kind == "household":
        return of_household(Household.ever.get(pk=number))
    if kind == "scheme":
        return of_scheme(Scheme.objects.get(pk=number))
    raise Refused("no_subject", _("记录没有写明是哪一户或哪处工程，不能登记反映"))
