"""Export a ledger, and queue an export."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from wenqu.jobs.actions import submit_job
from wenqu.jobs.models import Job
from wenqu.jobs.results import making
from wenqu.kit import audit
from wenqu.kit.counters import take_numbers
from wenqu.kit.days import day_of
from wenqu.kit.refusal import Refused
from wenqu.places.models import Account, Division
from wenqu.places.scope import Area
from wenqu.reports.ledgers.kinds import EXPORT_JOB, offer_of
from wenqu.reports.ledgers.ledger import Progress, Written, write_ledgers
from wenqu.reports.ledgers.permissions import check_can_export, holding_path, result_right, sees_whole_phones
from wenqu.reports.ledgers.proof import MOST_SHOWN, differences, digest_of
from wenqu.reports.ledgers.scope import Scope, make_scope
from wenqu.reports.ledgers.sheets import ROW_LIMIT
from wenqu.reports.ledgers.wanted import NOW, Wanted
from wenqu.reports.models import Snapshot


@dataclass(frozen=True)
class Issued:
    """A snapshot that was issued again: whether its figures came out the same, and what differs."""

    snapshot: Snapshot
    written: Written
    same: bool
    same_rows: bool
    differs: list[str]

    @property
    def words(self) -> str:
        """What came of issuing again, in one sentence."""
        if not self.same:
            return f"与原导出的数字不同 {len(self.differs)} 处，见表内附注：{self.differs[0]}"
        if not self.same_rows:
            return "数字与原导出相同；明细中只有现在值的登记项（姓名、电话、地址等）或其遮盖有变化"
        return "数字和明细与原导出完全相同"


@transaction.atomic
def submit_export(*, kind: str, division: Division, area: Area, by: Account, at: datetime, wanted: Wanted = NOW) -> Job:
    """Queue an export. `Refused` outside the area, for a kind that there is not, or as of an instant that lies ahead."""
    check_can_export(division, area)
    _check_wanted(wanted, at)
    title = f"{division.name}{offer_of(kind).title}"
    args = {"kind": kind, "division": division.pk, **wanted.as_args()}
    return submit_job(
        kind=EXPORT_JOB, args=args, title=title, path=holding_path(division, area), by=by, at=at, result_right=result_right(division, area),
    )


def export_ledger(
    *, kind: str, division: Division, area: Area, target: Path, by: Account | audit.Actor, at: datetime,
    progress: Progress | None = None, limit: int = ROW_LIMIT, wanted: Wanted = NOW,
) -> Written:
    """Write a ledger to `target` (whole or not at all), keep its figures as a snapshot whose number it prints, and note
    who took it out. `Refused` outside the area."""
    check_can_export(division, area)
    _check_wanted(wanted, at)
    offer = offer_of(kind)
    year = day_of(at).year
    number = f"KZ-{year}-{take_numbers(series=f'snapshot-{year}', count=1)[0]:06d}"
    seen = holding_path(division, area)
    scope = _scope(division, area, wanted, at, number, seen)
    written = write_ledgers(offer.ledgers, scope, target, progress=progress or _silent, limit=limit)
    with transaction.atomic():
        Snapshot.objects.create(
            number=number, kind=kind, seen_path=seen, division=division, path=division.path, until=scope.at, since=wanted.since, found_until=wanted.found_until,
            runs=[run.pk for run in scope.runs], packs=[{"id": run.pack_id, "digest": run.digest} for run in scope.runs], rows=written.rows,
            figures=written.figures, digest=digest_of(written.figures), rows_digest=written.rows_digest, at=at,
            by=by if isinstance(by, Account) else None, by_name=by.name[:80],
        )
        audit.record(
            by=by, verb="export_ledger", at=at, subject=f"division:{division.pk}", path=division.path,
            detail={
                "ledger": kind, "rows": written.rows, "sheets": len(written.sheets), "phones": "whole" if scope.whole_phones else "masked",
                "runs": [run.pk for run in scope.runs], "file": target.name, "snapshot": number, "until": scope.at.isoformat(),
            },
        )
    return written


@transaction.atomic
def submit_reissue(*, snapshot: Snapshot, area: Area, by: Account, at: datetime) -> Job:
    """Queue that a snapshot is issued again."""
    division = snapshot.division
    check_can_export(division, area)
    title = f"{division.name}{offer_of(snapshot.kind).title}（{snapshot.number}）"
    args = {"kind": snapshot.kind, "division": division.pk, "snapshot": snapshot.number}
    return submit_job(
        kind=EXPORT_JOB, args=args, title=title, path=holding_path(division, area), by=by, at=at, result_right=result_right(division, area),
    )


def reissue_snapshot(
    *, snapshot: Snapshot, area: Area, target: Path, by: Account | audit.Actor, at: datetime, progress: Progress | None = None, limit: int = ROW_LIMIT,
) -> Issued:
    """Compute the figures of a snapshot anew, as of its instant, and write them under its number. Where they are not the
    same, the file says what differs: a place that was redrawn, a household that was added, people who moved."""
    division = snapshot.division
    check_can_export(division, area)
    ledgers = offer_of(snapshot.kind).ledgers
    seen = snapshot.seen_path if area.covers(snapshot.seen_path) else holding_path(division, area)
    scope = _scope(division, area, Wanted(snapshot.until, snapshot.since, snapshot.found_until), at, snapshot.number, seen)
    told = f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S} 凭快照编号重新出具"
    same_as = f"本表{told}，数字与原导出逐项相同（摘要 {snapshot.digest[:16]}）。"
    written = write_ledgers(ledgers, replace(scope, again=same_as), target, progress=progress or _silent, limit=limit)
    differs = differences(snapshot.figures, written.figures)
    if differs:
        # Only now is it known that they are not the same: the file has to say so.
        more = f"；另有 {len(differs) - MOST_SHOWN} 处" if len(differs) > MOST_SHOWN else ""
        words = f"本表{told}，与原导出不同 {len(differs)} 处：{'；'.join(differs[:MOST_SHOWN])}{more}。"
        written = write_ledgers(ledgers, replace(scope, again=words), target, progress=_silent, limit=limit)
    issued = Issued(snapshot, written, not differs, written.rows_digest == snapshot.rows_digest, differs)
    audit.record(
        by=by, verb="reissue_snapshot", at=at, subject=f"snapshot:{snapshot.number}", path=snapshot.path,
        detail={"rows": written.rows, "same": issued.same, "same_rows": issued.same_rows, "differs": len(differs)},
    )
    return issued


def run_export_job(*, job: Job, area: Area, by: Account | audit.Actor, at: datetime, progress: Progress) -> None:
    """The work of an export job: a file of its own in the results folder, named for people by ledger, place and day."""
    division = Division.objects.get(pk=job.args["division"])
    check_can_export(division, area)
    # Asked again now: the duties may have changed since the job was queued, and the file shows what they show.
    Job.objects.filter(pk=job.pk).update(path=holding_path(division, area), result_right=result_right(division, area))
    stored = f"{job.args['kind']}-{job.pk}-{uuid.uuid4().hex}.xlsx"
    number = job.args.get("snapshot")
    with making(stored) as target:
        if number:
            snapshot = Snapshot.objects.select_related("division").get(number=number)
            issued = reissue_snapshot(snapshot=snapshot, area=area, target=target, by=by, at=at, progress=progress)
            written, said = issued.written, issued.words
        else:
            wanted = Wanted.of_args(job.args)
            written, said = export_ledger(kind=job.args["kind"], division=division, area=area, target=target, by=by, at=at, progress=progress, wanted=wanted), ""
    name = f"{job.title}_{timezone.localtime(at):%Y%m%d}.xlsx"
    message = f"共 {written.rows} 行，{len(written.sheets)} 张工作表" + (f"；{said}" if said else "")
    Job.objects.filter(pk=job.pk).update(result_file=stored, result_name=name, message=message[:200])


def _scope(division: Division, area: Area, wanted: Wanted, at: datetime, number: str, seen: str) -> Scope:
    # Counted is what lies in one part of the area, so that somebody with a wider one gets the same figures again.
    return make_scope(
        division, area=Area((seen,), area.duties, area.units), whole_phones=sees_whole_phones(division, area), at=wanted.until or at, made_at=at,
        snapshot=number, since=wanted.since, found_until=wanted.found_until,
    )


def _check_wanted(wanted: Wanted, at: datetime) -> None:
    if wanted.until is not None and wanted.until > at:
        raise Refused("moment_ahead", _("要导出的日期还没有到，请选今天或以前的日期"))


def _silent(done: int, total: int) -> None:
    """Nobody watches."""
