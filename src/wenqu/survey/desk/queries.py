"""Reads of records: what one is about, its answers, and the others of the same subject."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from wenqu.households.models import Household
from wenqu.households.showing import showing
from wenqu.kit.addresses import number_in
from wenqu.ledger.models import Problem
from wenqu.places.scope import Area, within
from wenqu.schemes.models import Scheme
from wenqu.survey.intake.answers import Answers, Shape, read_answers
from wenqu.survey.intake.placing import shape_of
from wenqu.survey.intake.reading import parsed
from wenqu.survey.models import Doubled, Submission


def subject_of(submission: Submission, area: Area) -> Household | Scheme | None:
    """The household or scheme that a record is about, where somebody with this area sees it."""
    kind, _colon, number = submission.subject.partition(":")
    if kind not in {"household", "scheme"}:
        return None
    rows: QuerySet[Any] = Household.ever.all() if kind == "household" else Scheme.objects.all()
    found: Household | Scheme | None = within(rows.filter(pk=number), area).first()
    return found


def subject_names(rows: Iterable[Submission | Doubled], area: Area, *, numbers: bool = True) -> dict[int, str]:
    """row -> what its subject is called, as somebody with this area is shown it; none where they do not see it. Two queries."""
    rows = list(rows)
    found = called_in({row.subject for row in rows}, area, numbers=numbers)
    return {row.pk: found[row.subject] for row in rows if row.subject in found}


def called_in(subjects: Iterable[str], area: Area, *, numbers: bool = True) -> dict[str, str]:
    """The same by «household:12»."""
    names, subjects = showing(area), set(subjects)
    homes, schemes = _subjects(subjects, area)
    found = {f"household:{home.pk}": names.kept_name(str(home), home.path) if numbers else names.name(home.head_name, home.path) for home in homes}
    return {**found, **{f"scheme:{each.pk}": each.name for each in schemes}, **_problems_called(subjects, area)}


def _problems_called(subjects: Iterable[str], area: Area) -> dict[str, str]:
    """Records that rectify or check are about a problem: its number and kind."""
    keys = {number for subject in subjects if subject.startswith("problem:") and (number := number_in(subject.partition(":")[2])) is not None}
    rows = within(Problem.objects.filter(pk__in=keys), area.whole) if keys else []
    return {f"problem:{each.pk}": f"{each.number} {each.get_kind_display()}" for each in rows}


def numbers_of(rows: Iterable[Submission], area: Area) -> dict[int, str]:
    """row -> the number of its household or scheme. Two queries."""
    rows = list(rows)
    homes, schemes = _subjects({row.subject for row in rows}, area)
    found = {**{f"household:{each.pk}": each.number for each in homes}, **{f"scheme:{each.pk}": each.number for each in schemes}}
    return {row.pk: found[row.subject] for row in rows if row.subject in found}


def _subjects(subjects: Iterable[str], area: Area) -> tuple[list[Household], list[Scheme]]:
    wanted: dict[str, set[int]] = {"household": set(), "scheme": set()}
    for subject in subjects:
        kind, _colon, text = subject.partition(":")
        number = number_in(text)
        if kind in wanted and number is not None:
            wanted[kind].add(number)
    homes = within(Household.ever.filter(pk__in=wanted["household"]), area.whole) if wanted["household"] else []
    schemes = within(Scheme.objects.filter(pk__in=wanted["scheme"]), area.whole) if wanted["scheme"] else []
    return list(homes), list(schemes)


def others_of(submission: Submission, area: Area) -> list[Submission]:
    """Other records of the same household or scheme in the same round, and under the same number: what a decision is made beside."""
    about = Q(subject=submission.subject, round_id=submission.round_id) if submission.subject else Q(pk=None)
    rows = within(Submission.objects.filter(about | Q(instance_id=submission.instance_id)), area).exclude(pk=submission.pk)
    return list(rows.select_related("account", "device").defer("xml").order_by("-pk")[:20])


def answers_of(submission: Submission) -> Answers:
    """The answers of a record, read from what was received."""
    return read_answers(parsed(submission.xml.open().encode()), shape_for(submission))


def shape_for(submission: Submission) -> Shape | None:
    """The shape of the version that a record was filled with, None where it is not ours."""
    version = submission.version
    return shape_of(version.pk, version.xform_hash) if version is not None else None
