"""A check that finds again what stands as found: whoever may verify problems there has verified it by looking."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.facts.models import Fact, Key
from wenqu.kit.refusal import Refused
from wenqu.ledger import lifecycle
from wenqu.ledger.loop.actions import verify_problem
from wenqu.ledger.models import Problem
from wenqu.ledger.opening.finding import Finding, Identity
from wenqu.places.scope import area_of
from wenqu.survey.effects.acting import is_subject, key_of
from wenqu.survey.effects.settling import observed_on
from wenqu.survey.models import Submission

# What somebody must have found out on the spot to have seen the problem.
SEEN_BY = {
    "too_little_water": {Key.LITRES}, "bad_water": {Key.LAB_RESULT, Key.SENSORY_OK}, "too_far": {Key.ROUND_TRIP, Key.HORIZONTAL, Key.VERTICAL},
    "interrupted": {Key.SHORT_DAYS, Key.LONGEST_SPELL},
}


def standing_problems(subjects: Mapping[int, Collection[int]]) -> dict[Identity, int]:
    """The problems of these subjects that stand as found and are no clues: identity -> problem."""
    out: dict[Identity, int] = {}
    for kind, keys in subjects.items():
        rows = Problem.objects.filter(subject_kind=kind, subject_id__in=keys, state=lifecycle.FOUND, clue=False)
        out |= {(int(kind), subject, word): pk for pk, subject, word in rows.values_list("pk", "subject_id", "kind")}
    return out


def verify_seen(rows: Iterable[Submission], findings: Iterable[Finding], standing: Mapping[Identity, int], at: datetime) -> None:
    """Verify what stood and was found again, by the surveyors who saw it themselves; the others have seen it again, which is noted with it."""
    records = list(rows)
    for finding in findings:
        pk = standing.get(finding.identity)
        if pk is None or finding.clue:
            continue
        for row in records:
            if is_subject(row, finding.subject_kind, finding.subject_id) and _saw(row, finding.kind):
                _verify(row, pk, at)


def _saw(row: Submission, kind: str) -> bool:
    return row.facts is not None and Fact.objects.filter(record=row.facts, key__in=SEEN_BY.get(kind, ())).exclude(value="").exists()


def _verify(row: Submission, pk: int, at: datetime) -> None:
    problem = Problem.objects.get(pk=pk)
    told = "seen"
    if problem.state == lifecycle.FOUND:
        day, _clock = observed_on(row)
        note = _("%(day)s 现场核查再次发现，见调查记录 #%(number)d") % {"day": day, "number": row.pk}
        try:
            with transaction.atomic():
                verify_problem(
                    problem=problem, severity=problem.severity, note=note, version=problem.version, key=key_of(f"{row.instance_id}-{problem.pk}"),
                    area=area_of(row.account, day), by=row.account, at=at)
            told = "verified"
        except Refused:
            # Who may not verify has seen it again: `open_problems` has noted the day.
            pass
    row.effect = {**row.effect, told: sorted({*row.effect.get(told, ()), problem.number})}
    row.save(update_fields=["effect"])
