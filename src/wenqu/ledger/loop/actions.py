"""The steps of a problem. Every one is asked, taken and written down in the same way (`loop.taking`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.evidence.actions import attach
from wenqu.evidence.receiving import Received
from wenqu.kit.audit import Actor
from wenqu.kit.days import day_of
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused
from wenqu.ledger.deadlines.queries import go_on, stop_clock
from wenqu.ledger.loop.hands import check_holder_for, tell_holder
from wenqu.ledger.loop.taking import take
from wenqu.ledger.models import Problem, Step
from wenqu.ledger.models.problem import Level, Outcome, Severity
from wenqu.places.models import Account
from wenqu.places.scope import Area
from wenqu.rulebook.duties import DutyPack

ANSWERS = ("satisfied", "unsatisfied", "none")


@transaction.atomic
def verify_problem(*, problem: Problem, severity: str, note: str, version: int, key: str, area: Area, by: Account, at: datetime) -> Step:
    """Say that a problem is real and how bad it is. The deadlines that follow go by the severity."""
    _need(severity in Severity.values, "severity_missing", _("请选择严重程度"))
    _need_note(note, _("请写明怎样核实的：谁、什么时候、看到什么"))

    def change(row: Problem, _moment: datetime, pack: DutyPack) -> None:
        row.severity, row.clue = severity, False
        row.level = pack.severities[severity].level

    return take("verify", problem=problem, version=version, key=key, area=area, by=by, at=at, note=note, detail={"severity": severity}, change=change)


@transaction.atomic
def dismiss_problem(*, problem: Problem, note: str, version: int, key: str, area: Area, by: Account, at: datetime) -> Step:
    """Say that what was found is no problem. It is closed, and never counted as fixed."""
    _need_note(note, _("请写明为什么不属实：谁、什么时候、怎样核实的"))
    return take("dismiss", problem=problem, version=version, key=key, area=area, by=by, at=at, note=note)


@transaction.atomic
def assign_problem(
    *, problem: Problem, level: str, holder: Account | None, unit: str, note: str, version: int, key: str, area: Area, by: Account, at: datetime,
) -> Step:
    """Give a problem to a person or a body, at a level. The time to rectify begins."""
    return _hand("assign", problem, level, holder, unit, note, version, key, area, by, at)


@transaction.atomic
def transfer_problem(
    *, problem: Problem, level: str, holder: Account | None, unit: str, note: str, version: int, key: str, area: Area, by: Account, at: datetime,
) -> Step:
    """Give an assigned problem to somebody else. The clock runs on."""
    _need_note(note, _("请写明转办的原因"))
    return _hand("transfer", problem, level, holder, unit, note, version, key, area, by, at)


def _hand(
    name: str, problem: Problem, level: str, holder: Account | None, unit: str, note: str, version: int, key: str, area: Area, by: Account, at: datetime,
) -> Step:
    _need(level in Level.values, "level_missing", _("请选择责任层级"))

    def change(row: Problem, _moment: datetime, _pack: DutyPack) -> None:
        check_holder_for(row, holder, unit, area, by, day_of(at))
        row.level, row.holder, row.unit = level, holder, unit

    detail = {"level": level, "holder": holder.name if holder else "", "unit": unit}
    return take(
        name, problem=problem, version=version, key=key, area=area, by=by, at=at, note=note, detail=detail, change=change,
        afterwards=lambda step: tell_holder(step, by, at),
    )


@transaction.atomic
def take_over_problem(*, problem: Problem, holder: Account, note: str, by: Account | Actor, at: datetime) -> Step:
    """Give a problem of somebody who leaves to whoever takes their work over; the hand-over as a whole was asked for
    and allowed before. Whatever its state: a clock goes on as it went."""

    def change(row: Problem, _moment: datetime, _pack: DutyPack) -> None:
        row.holder, row.unit = holder, ""

    return take("hand_over", problem=problem, version=None, key=None, area=None, by=by, at=at, note=note, detail={"holder": holder.name}, change=change)


@transaction.atomic
def suspend_problem(*, problem: Problem, until: datetime, note: str, version: int, key: str, area: Area, by: Account, at: datetime) -> Step:
    """Stop the clock, with a reason and until a day that is named. It runs on by itself then."""
    _need_note(note, _("请写明挂起的原因"))
    _need(until.year <= at.year + 5, "suspension_too_long", _("挂起最多五年，请改一个较近的日期"))

    def change(row: Problem, moment: datetime, _pack: DutyPack) -> None:
        _need(until > at, "suspension_over", _("挂起的结束时间必须晚于现在"))
        stop_clock(row, moment)
        row.suspended_until = until

    return take("suspend", problem=problem, version=version, key=key, area=area, by=by, at=at, note=note, detail={"until": until.isoformat()}, change=change)


@transaction.atomic
def resume_problem(*, problem: Problem, note: str, version: int | None, key: str | None, area: Area | None, by: Account | Actor, at: datetime) -> Step:
    """Let the clock run on. Without an area: the suspension has ended by itself."""

    def change(row: Problem, moment: datetime, _pack: DutyPack) -> None:
        go_on(row, moment)
        row.suspended_until = None

    return take("resume", problem=problem, version=version, key=key, area=area, by=by, at=at, note=note, change=change)


@transaction.atomic
def escalate_problem(
    *, problem: Problem, note: str, version: int | None, key: str | None, area: Area | None, by: Account | Actor, at: datetime,
) -> Step:
    """Lift a problem to the desk of the level above; the deadline stays. Without an area: it is overdue and goes up by itself."""
    if area is not None:
        _need_note(note, _("请写明上提的原因"))

    def change(row: Problem, _moment: datetime, pack: DutyPack) -> None:
        above = pack.level_above(row.level or Level.VILLAGE)
        if above is None:
            raise Refused("top_level", _("问题已在最高层级，不能再上提"))
        row.level = above
        row.escalations += 1

    return take("escalate", problem=problem, version=version, key=key, area=area, by=by, at=at, note=note, change=change)


@transaction.atomic
def rectify_problem(
    *, problem: Problem, measures: str, files: Sequence[Received], version: int, key: str, area: Area, by: Account, at: datetime,
) -> Step:
    """Say what was done, with a photo or a document as evidence."""
    _need_note(measures, _("请写明采取的整改措施"))
    _need(bool(files), "evidence_missing", _("请至少附一张照片或一份文件作为整改证据"))
    return take(
        "rectify", problem=problem, version=version, key=key, area=area, by=by, at=at, note=measures, afterwards=lambda step: _attach(step, files, by),
    )


@transaction.atomic
def return_problem(*, problem: Problem, note: str, version: int, key: str, area: Area, by: Account, at: datetime) -> Step:
    """Send a problem back to be rectified again, with what is missing."""
    _need_note(note, _("请写明退回的原因和要求"))
    return take(
        "return", problem=problem, version=version, key=key, area=area, by=by, at=at, note=note, afterwards=lambda step: tell_holder(step, by, at),
    )


@transaction.atomic
def check_problem(
    *, problem: Problem, visited_on: date | None, answer: str, answer_note: str, note: str, files: Sequence[Received],
    version: int, key: str, area: Area, by: Account, at: datetime,
) -> Step:
    """A second person was on site and asked the household. `answer` is satisfied, unsatisfied or none; the last takes a reason.

    Where the household says that it is not solved, the problem is returned, not checked.
    """
    _need(visited_on is not None, "visit_missing", _("请填写到现场复核的日期"))
    assert visited_on is not None
    _need(visited_on <= day_of(at), "visit_in_future", _("到现场复核的日期不能晚于今天"))
    _need(answer in ANSWERS, "answer_missing", _("请填写农户意见"))
    _need(answer != "unsatisfied", "household_unsatisfied", _("农户认为没有解决，请退回整改"))
    _need(answer != "none" or bool(answer_note.strip()), "no_answer_reason", _("没有取得农户意见时，必须写明原因"))
    _need_note(note, _("请写明复核情况：现场看到什么、水是否正常"))
    check_no_number(answer_note)
    detail = {"visited_on": visited_on.isoformat(), "answer": answer, "answer_note": answer_note.strip()}

    def change(row: Problem, _moment: datetime, _pack: DutyPack) -> None:
        rectified = row.steps.filter(round=row.round, transition="rectify").latest("pk")
        _need(visited_on >= day_of(rectified.at), "visit_before_rectified", _("到现场复核的日期早于整改完成的日期，请重新到现场复核"))

    return take(
        "check", problem=problem, version=version, key=key, area=area, by=by, at=at, note=note, detail=detail, change=change,
        afterwards=lambda step: _attach(step, files, by),
    )


@transaction.atomic
def sign_off_problem(*, problem: Problem, outcome: str, note: str, version: int, key: str, area: Area, by: Account, at: datetime) -> Step:
    """Sign a checked problem off, as fixed or as closed without being fixed (which takes its reason)."""
    _need(outcome in Outcome.values, "outcome_missing", _("请选择办理结果：已解决，或未解决、按说明关闭"))
    _need_note(note, _("请写明销号意见"))

    def change(row: Problem, _moment: datetime, _pack: DutyPack) -> None:
        row.outcome = outcome

    return take("sign_off", problem=problem, version=version, key=key, area=area, by=by, at=at, note=note, change=change)


@transaction.atomic
def file_problem(*, problem: Problem, note: str, version: int, key: str, area: Area, by: Account, at: datetime) -> Step:
    """Put a signed problem on file. Its step was the last."""
    return take("file", problem=problem, version=version, key=key, area=area, by=by, at=at, note=note)


def _attach(step: Step, files: Sequence[Received], by: Account) -> None:
    problem = step.problem
    for received in files:
        attach(
            received=received, subject=f"problem:{problem.pk}", path=problem.path, division_id=problem.division_id,
            about=step.about, by=by, at=step.at,
        )


def _need(held: bool, code: str, message: str) -> None:
    if not held:
        raise Refused(code, message)


def _need_note(note: str, message: str) -> None:
    _need(bool(note.strip()), "note_missing", message)
