"""Take a report: it joins the problem that it tells of, opens it again, or begins a new one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from wenqu.facts.models import SubjectKind
from wenqu.kit import audit
from wenqu.kit.days import day_of
from wenqu.kit.plain_words import check_no_number
from wenqu.kit.refusal import Refused
from wenqu.ledger import lifecycle
from wenqu.ledger.alarms.actions import watch_reports
from wenqu.ledger.deadlines.queries import pack_for, start_clock
from wenqu.ledger.loop.taking import take
from wenqu.ledger.merging.actions import reopen_problem
from wenqu.ledger.models import Problem, ProblemHousehold, Report, Way
from wenqu.ledger.numbers import problem_numbers
from wenqu.ledger.opening.merged import survivors
from wenqu.ledger.reporting.permissions import check_can_report
from wenqu.ledger.reporting.subjects import Subject, hold_subject
from wenqu.places.models import Account
from wenqu.places.scope import Area
from wenqu.rulebook.duties import DutyPack


@transaction.atomic
def report_problem(
    *, subject: Subject, kind: str, way: str, words: str, key: str, area: Area, by: Account, at: datetime,
    reporter: str = "", reporter_phone: str = "", happened_at: datetime | None = None,
) -> Report:
    """Write down one report. The same request (`key`) again gives the report that it made.

    It joins a live problem of the same kind of its subject or, for a household, of the scheme that serves it; a problem
    closed within the days of the duty pack is opened again; else a new one begins as found. Alarms are looked at in the
    same transaction: nobody waits a minute for them.
    """
    check_can_report(subject.path, area)
    hold_subject(subject)
    done = Report.objects.filter(key=key).first()
    if done is not None:
        if (done.by_id, done.kind, done.subject_kind, done.subject_id) != (by.pk, kind, subject.kind, subject.pk):
            raise Refused("key_used", _("这个请求编号已用于另一次登记，请刷新页面后重新提交"))
        return done
    pack = pack_for(subject.path, day_of(at))
    _check(kind, way, words, happened_at, pack, at)
    check_no_number(reporter)
    problem = _live(subject, kind) or _closed_lately(subject, kind, pack, words, by, at) or _begin(subject, kind, way, words, pack, at)
    report = Report.objects.create(
        problem=problem, way=way, kind=kind, subject_kind=subject.kind, subject_id=subject.pk, subject_name=subject.name[:160],
        division_id=subject.division_id, path=subject.path, scheme_id=subject.scheme_id, words=words.strip(), reporter=reporter.strip()[:80],
        reporter_phone=reporter_phone.strip(), happened_at=happened_at, at=at, by=by, key=key,
    )
    _join(problem, subject, way, by, at)
    audit.record(by=by, verb="report_problem", at=at, subject=f"problem:{problem.number}", path=subject.path, detail={"kind": kind, "way": way, "report": report.pk})
    watch_reports(report=report, pack=pack, by=by, at=at)
    return report


def _check(kind: str, way: str, words: str, happened_at: datetime | None, pack: DutyPack, at: datetime) -> None:
    if kind not in pack.kinds:
        raise Refused("unknown_kind", _("没有这个问题类别，请从列表中选择"))
    if way not in Way.values:
        raise Refused("unknown_way", _("请选择来源途径：农户申报、自主排查、数据比对或社会监督"))
    if not words.strip():
        raise Refused("note_missing", _("请写明反映的情况"))
    check_no_number(words)
    if happened_at is not None and happened_at.year < 2000:
        raise Refused("happened_too_early", _("发生时间太早，请核对年份"))
    if happened_at is not None and happened_at > at:
        raise Refused("happened_in_future", _("发生时间不能晚于现在"))


def _live(subject: Subject, kind: str) -> Problem | None:
    """The live problem that tells of the same: of the subject itself, else of the scheme that serves the household."""
    live = Problem.objects.live().select_for_update()
    own = live.filter(subject_kind=subject.kind, subject_id=subject.pk, kind=kind).first() or _taken_in(subject, kind)
    if own is not None or subject.kind != SubjectKind.HOUSEHOLD or subject.scheme_id is None:
        return own
    return live.filter(subject_kind=SubjectKind.SCHEME, subject_id=subject.scheme_id, kind=kind).first()


def _taken_in(subject: Subject, kind: str) -> Problem | None:
    """The live problem in which the subject's own was merged."""
    identity = (subject.kind, subject.pk, kind)
    end = survivors(Q(subject_kind=subject.kind, subject_id=subject.pk, kind=kind), {identity}).get(identity)
    return Problem.objects.select_for_update().get(pk=end) if end else None


def _closed_lately(subject: Subject, kind: str, pack: DutyPack, words: str, by: Account, at: datetime) -> Problem | None:
    since = at - timedelta(days=pack.reopen_days)
    closed = Problem.objects.filter(
        subject_kind=subject.kind, subject_id=subject.pk, kind=kind, state__in=lifecycle.REOPENED_FROM, closed_at__gte=since,
    ).order_by("-closed_at").first()
    if closed is None:
        return None
    return reopen_problem(problem=closed, note=_("又有反映：%(words)s") % {"words": words.strip()}, version=None, key=None, area=None, by=by, at=at).problem


def _begin(subject: Subject, kind: str, way: str, words: str, pack: DutyPack, at: datetime) -> Problem:
    on = day_of(at)
    number = problem_numbers(on)[0]
    # Whoever begins a problem takes its number first and waits there for others: what they found meanwhile is seen only now.
    found = Problem.objects.live().filter(subject_kind=subject.kind, subject_id=subject.pk, kind=kind).first()
    if found is not None:
        return found
    problem = Problem(
        number=number, kind=kind, severity=pack.kinds[kind].severity, subject_kind=subject.kind, subject_id=subject.pk,
        subject_name=subject.name[:160], division_id=subject.division_id, path=subject.path, source=str(Way(way).label), reason=way,
        explanation=words.strip(), opened_on=on, opened_at=at, seen_on=on, state=lifecycle.FOUND,
    )
    start_clock(problem, pack, at)
    problem.save()
    return problem


def _join(problem: Problem, subject: Subject, way: str, by: Account, at: datetime) -> None:
    """Count the report on its problem, and name the household that told of its scheme's."""
    def change(row: Problem, moment: datetime, _pack: DutyPack) -> None:
        row.reports_count += 1
        row.seen_on = max(row.seen_on, day_of(moment))
        if subject.kind == SubjectKind.HOUSEHOLD and row.subject_kind != SubjectKind.HOUSEHOLD:
            _named, fresh = ProblemHousehold.objects.get_or_create(problem=row, household_id=subject.pk, defaults={"named_at": moment})
            row.households_named += fresh

    take("report", problem=problem, version=None, key=None, area=None, by=by, at=at, detail={"way": way}, change=change)
