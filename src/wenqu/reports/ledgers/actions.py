"""Export a ledger, and queue an export."""

from __future__ import annotations

import uuid
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from wenqu.jobs.actions import submit_job
from wenqu.jobs.models import Job
from wenqu.jobs.results import making
from wenqu.kit import audit
from wenqu.places.models import Account, Division
from wenqu.places.scope import Area
from wenqu.reports.ledgers.kinds import EXPORT_JOB, ledger_of
from wenqu.reports.ledgers.ledger import Progress, Written, write_ledger
from wenqu.reports.ledgers.permissions import check_can_export, holding_path, result_right, sees_whole_phones
from wenqu.reports.ledgers.scope import make_scope
from wenqu.reports.ledgers.sheets import ROW_LIMIT


@transaction.atomic
def submit_export(*, kind: str, division: Division, area: Area, by: Account, at: datetime) -> Job:
    """Queue an export of a ledger. `Refused` outside the area or for a kind that there is not."""
    check_can_export(division, area)
    title = f"{division.name}{ledger_of(kind).title}"
    args = {"kind": kind, "division": division.pk}
    return submit_job(
        kind=EXPORT_JOB, args=args, title=title, path=holding_path(division, area), by=by, at=at, result_right=result_right(division, area),
    )


def export_ledger(
    *, kind: str, division: Division, area: Area, target: Path, by: Account | audit.Actor, at: datetime,
    progress: Progress | None = None, limit: int = ROW_LIMIT,
) -> Written:
    """Write a ledger to `target` (whole or not at all) and note who took it out. `Refused` outside the area."""
    check_can_export(division, area)
    ledger = ledger_of(kind)
    scope = make_scope(division, area=area.may(result_right(division, area)), whole_phones=sees_whole_phones(division, area), at=at)
    written = write_ledger(ledger, scope, target, progress=progress or (lambda done, total: None), limit=limit)
    audit.record(
        by=by, verb="export_ledger", at=at, subject=f"division:{division.pk}", path=division.path,
        detail={
            "ledger": kind, "rows": written.rows, "sheets": len(written.sheets), "phones": "whole" if scope.whole_phones else "masked",
            "runs": [run.pk for run in scope.runs], "file": target.name,
        },
    )
    return written


def run_export_job(*, job: Job, area: Area, by: Account | audit.Actor, at: datetime, progress: Progress) -> None:
    """The work of an export job: a file of its own in the results folder, named for people by ledger, place and day."""
    division = Division.objects.get(pk=job.args["division"])
    check_can_export(division, area)
    # Asked again now: the duties may have changed since the job was queued, and the file shows what they show.
    Job.objects.filter(pk=job.pk).update(path=holding_path(division, area), result_right=result_right(division, area))
    stored = f"{job.args['kind']}-{job.pk}-{uuid.uuid4().hex}.xlsx"
    with making(stored) as target:
        written = export_ledger(kind=job.args["kind"], division=division, area=area, target=target, by=by, at=at, progress=progress)
    name = f"{job.title}_{timezone.localtime(at):%Y%m%d}.xlsx"
    Job.objects.filter(pk=job.pk).update(result_file=stored, result_name=name, message=f"共 {written.rows} 行，{len(written.sheets)} 张工作表")
