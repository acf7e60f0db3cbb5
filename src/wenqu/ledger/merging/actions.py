"""Merge problems that are one, split one that is several, open one again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.kit import audit
from wenqu.kit.days import day_of
from wenqu.kit.refusal import Refused
from wenqu.ledger import lifecycle
from wenqu.ledger.deadlines.queries import pack_for, start_clock
from wenqu.ledger.loop.permissions import check_can
from wenqu.ledger.loop.taking import done_before, take
from wenqu.ledger.models import Problem, ProblemHousehold, Report, Step
from wenqu.ledger.numbers import problem_numbers
from wenqu.places import paths
from wenqu.places.models import Account
from wenqu.places.permissions import check_may
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.rulebook.duties import DutyPack


@transaction.atomic
def merge_problem(*, problem: Problem, into: Problem, note: str, version: int, key: str, area: Area, by: Account, at: datetime) -> Step:
    """Let a problem go on in another one: its reports and its households go there, its number points there."""
    # Both in one order, or two who merge crosswise would wait for each other for ever.
    locked = {row.pk: row for row in Problem.objects.select_for_update().filter(pk__in=[problem.pk, into.pk]).order_by("pk")}
    gone, stays = locked[problem.pk], locked[into.pk]
    done = done_before("merge", gone, key, area)
    if done is not None:
        return done
    check_can("merge", gone, area, by)
    check_may(Right.ASSIGN, stays.path, area)
    _check_mergeable(gone, stays)
    households = _households_of(gone, stays)

    def leave(row: Problem, _moment: datetime, _pack: DutyPack) -> None:
        row.merged_into = stays

    step = take("merge", problem=gone, version=version, key=key, area=area, by=by, at=at, note=note, detail={"into": stays.number}, change=leave)
    moved = Report.objects.filter(problem=gone)
    count = moved.count()
    moved.update(came_with=Coalesce(F("came_with"), F("problem")), problem=stays)

    def absorb(row: Problem, moment: datetime, _pack: DutyPack) -> None:
        known = set(ProblemHousehold.objects.filter(problem=row, household__in=households).values_list("household_id", flat=True))
        ProblemHousehold.objects.bulk_create([
            ProblemHousehold(problem=row, household_id=household, named_at=moment) for household in households if household not in known
        ])
        row.households_named = ProblemHousehold.objects.filter(problem=row).count()
        row.reports_count += count

    take("absorb", problem=stays, version=None, key=None, area=area, by=by, at=at, detail={"number": gone.number}, change=absorb)
    return step


def _check_mergeable(gone: Problem, stays: Problem) -> None:
    if gone.pk == stays.pk:
        raise Refused("merge_itself", _("不能并入自己"))
    if paths.county_of(gone.path) != paths.county_of(stays.path):
        raise Refused("merge_elsewhere", _("只能并入同一个县的问题"))
    if stays.state not in lifecycle.TRANSITIONS["absorb"].sources:
        raise Refused("merge_into_closed", _("要并入的问题 %(number)s 已整改或已关闭，不能再并入") % {"number": stays.number})
    own = (gone.subject_kind, gone.subject_id) == (stays.subject_kind, stays.subject_id)
    if not own and stays.subject_kind == SubjectKind.HOUSEHOLD:
        raise Refused("merge_into_household", _("别的对象的问题不能并入一户的问题；请并入供水工程或村的问题"))


def _households_of(gone: Problem, stays: Problem) -> list[int]:
    if stays.subject_kind == SubjectKind.HOUSEHOLD:
        return []
    own = [gone.subject_id] if gone.subject_kind == SubjectKind.HOUSEHOLD else []
    return [*own, *ProblemHousehold.objects.filter(problem=gone).values_list("household_id", flat=True)]


@transaction.atomic
def split_problem(
    *, problem: Problem, reports: Sequence[int], kind: str, note: str, version: int, key: str, area: Area, by: Account, at: datetime,
) -> Problem:
    """Take some reports out of a problem into a new one of a kind: it begins as found, nothing of it is skipped."""
    locked = Problem.objects.select_for_update().get(pk=problem.pk)
    done = done_before("split", locked, key, area)
    if done is not None:
        return Problem.objects.get(number=done.detail["number"])
    check_can("split", locked, area, by)
    if kind not in pack_for(locked.path, day_of(at)).kinds:
        raise Refused("unknown_kind", _("没有这个问题类别，请从列表中选择"))
    chosen = list(Report.objects.filter(problem=problem, pk__in=reports).order_by("pk"))
    if not chosen or len(chosen) != len(set(reports)):
        raise Refused("split_without_reports", _("请选择要拆分出去的反映记录"))
    subjects = {(row.subject_kind, row.subject_id) for row in chosen}
    if len(subjects) != 1:
        raise Refused("split_subjects", _("一次拆分只能包含同一对象的反映，请分几次拆分"))
    first = chosen[0]
    other = Problem.objects.live().filter(subject_kind=first.subject_kind, subject_id=first.subject_id, kind=kind).first()
    if other is not None:
        raise Refused("already_live", _("%(subject)s已有同类未关闭问题 %(number)s，请并入该问题") % {"subject": first.subject_name, "number": other.number})
    number = problem_numbers(day_of(at))[0]

    def leave(row: Problem, _moment: datetime, _pack: DutyPack) -> None:
        row.reports_count -= len(chosen)

    step = take("split", problem=problem, version=version, key=key, area=area, by=by, at=at, note=note, detail={"number": number}, change=leave)
    return _split_off(step, chosen, kind, number, by, at)


def _split_off(step: Step, chosen: list[Report], kind: str, number: str, by: Account, at: datetime) -> Problem:
    from_problem, first = step.problem, chosen[0]
    part = Problem(
        division=first.division, path=first.path, number=number, kind=kind, subject_kind=first.subject_kind, subject_id=first.subject_id,
        subject_name=first.subject_name, source=from_problem.source, reason=from_problem.reason, explanation=first.words,
        severity=from_problem.severity, reports_count=len(chosen), opened_on=day_of(step.at), opened_at=step.at,
        seen_on=day_of(step.at), split_from=from_problem,
    )
    start_clock(part, pack_for(part.path, part.opened_on), step.at)
    part.save()
    for row in chosen:
        row.came_with_id = row.came_with_id or row.problem_id
        row.problem = part
    Report.objects.bulk_update(chosen, ["came_with", "problem"])
    audit.record(by=by, verb="split_off_problem", at=at, subject=f"problem:{number}", path=part.path, detail={"from": from_problem.number})
    return part


@transaction.atomic
def reopen_problem(
    *, problem: Problem, note: str, version: int | None, key: str | None, area: Area | None, by: Account | audit.Actor, at: datetime, clue: bool = False,
) -> Step:
    """Begin a new round of a closed problem. Without an area: the same subject failed again and the source opens it."""
    if not note.strip():
        raise Refused("note_missing", _("请写明重新打开的原因"))

    def begin_again(row: Problem, _moment: datetime, _pack: DutyPack) -> None:
        twin = Problem.objects.live().filter(subject_kind=row.subject_kind, subject_id=row.subject_id, kind=row.kind).exclude(pk=row.pk).first()
        if twin is not None:
            raise Refused("already_live", _("%(subject)s已有同类未关闭问题 %(number)s，请并入该问题") % {"subject": row.subject_name, "number": twin.number})
        row.round += 1
        row.clue = clue
        row.holder, row.unit, row.level, row.outcome, row.escalations = None, "", "", "", 0

    return take("reopen", problem=problem, version=version, key=key, area=area, by=by, at=at, note=note, change=begin_again)
