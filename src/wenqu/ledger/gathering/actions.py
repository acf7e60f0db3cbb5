"""Gather the problems of an alarm."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.kit.refusal import Refused
from wenqu.ledger.gathering.permissions import check_can_gather
from wenqu.ledger.gathering.queries import ever_of, survivor_of
from wenqu.ledger.merging.actions import merge_problem
from wenqu.ledger.models import Alarm, Problem, Way
from wenqu.ledger.reporting.actions import report_problem
from wenqu.ledger.reporting.subjects import Subject, hold_subject, of_scheme, of_village
from wenqu.places.models import Account, Division
from wenqu.places.scope import Area
from wenqu.schemes.models import Scheme


@transaction.atomic
def gather_problems(
    *, alarm: Alarm, kind: str, chosen: Mapping[int, int], note: str, key: str, area: Area, by: Account, at: datetime,
) -> Problem:
    """Merge the chosen problems of an alarm (problem -> the version that the page showed) into the one of its scheme or
    village, which is reported first where there is none. All of them or none; the same request again changes nothing."""
    check_can_gather(alarm, area)
    if not note.strip():
        raise Refused("note_missing", _("请写明为什么是同一个问题"))
    if not chosen or not set(chosen) <= ever_of(alarm):
        raise Refused("gather_nothing", _("请选择要并入的问题；只能选择这个告警的问题"))
    subject = _subject_of(alarm)
    hold_subject(subject)
    survivor = survivor_of(alarm, kind)
    # All at once and in the order of everybody else: two who lock crosswise would wait for each other for ever.
    concerned = {*chosen, survivor.pk} if survivor else set(chosen)
    problems = list(Problem.objects.select_for_update().filter(pk__in=concerned).order_by("pk"))
    if survivor is None:
        survivor = report_problem(
            subject=subject, kind=kind, way=Way.SURVEY, words=note, key=_key(key, "report"), area=area, by=by, at=at,
        ).problem
    for problem in problems:
        if problem.pk != survivor.pk:
            merge_problem(
                problem=problem, into=survivor, note=note, version=chosen[problem.pk], key=_key(key, problem.pk), area=area, by=by, at=at,
            )
    survivor.refresh_from_db()
    return survivor


def _subject_of(alarm: Alarm) -> Subject:
    if alarm.subject_kind == SubjectKind.SCHEME:
        return of_scheme(Scheme.objects.get(pk=alarm.subject_id))
    return of_village(Division.objects.get(pk=alarm.subject_id))


def _key(key: str, what: object) -> str:
    """A key of its own for each step that one request asks for."""
    return f"{key[:24]}-{what}"
