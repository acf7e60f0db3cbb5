"""Judge an area, and queue a judging."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, datetime

import duckdb
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from wenqu.jobs.actions import submit_job
from wenqu.jobs.models import Job
from wenqu.judging import engine, snapshot
from wenqu.judging.findings import failed_households, findings, names_of
from wenqu.judging.grades import newer_than, store_grades
from wenqu.judging.models import JUDGE_JOB, DivisionCount, Run
from wenqu.judging.permissions import check_can_judge, check_whole_counties
from wenqu.judging.queries import newer_run
from wenqu.judging.snapshot import Part
from wenqu.judging.spot import judge_again, lock_counties
from wenqu.kit import audit
from wenqu.kit.arrow import one_view
from wenqu.kit.bulk import insert_rows
from wenqu.kit.refusal import Refused
from wenqu.ledger.opening.actions import open_problems
from wenqu.places.models import Account, Division
from wenqu.places.scope import Area
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.model import Pack


@transaction.atomic
def submit_run(*, division: Division, pack_id: str, as_of: date, area: Area, by: Account, at: datetime) -> Job:
    """Queue a judging of a division. `Refused` outside the area, without the role, or by a pack that cannot judge."""
    check_can_judge(division, area)
    pack = _judging_pack(pack_id)
    title = _("评价 {place} {pack} {day}").format(place=division.name, pack=pack.zh, day=as_of)
    args = {"division": division.pk, "pack": pack_id, "as_of": as_of.isoformat()}
    return submit_job(kind=JUDGE_JOB, args=args, title=title, path=division.path, by=by, at=at)


def judge_division(
    *, division: Division, pack_id: str, as_of: date, by: Account | audit.Actor, at: datetime,
    progress: Callable[[int, int], None] | None = None, job: Job | None = None,
) -> Run:
    """Judge every household of a division from the facts observed by `as_of` and recorded by `at`.

    Makes one immutable run: its file is complete before the row that names it exists, and row, counts, grades and
    problems are one transaction, and so is the word of it to the job that asked. A run as of an earlier day than the
    newest one of the area is history: it changes neither the latest grades nor the ledger.
    """
    check_whole_counties(division)
    pack = _judging_pack(pack_id)
    step = progress or (lambda done, total: None)
    con = engine.connect(settings.RUNS_DIR / "spill")
    with one_view():
        snapshot.build(con, part=Part.below(division.path), as_of=as_of, until=at)
    step(40, 100)
    engine.judge(con, pack)
    target = settings.RUNS_DIR / f"{as_of:%Y%m%d}-{pack.id}-{uuid.uuid4().hex}.parquet"
    sha256 = engine.write_file(con, target)
    step(60, 100)
    try:
        with transaction.atomic():
            lock_counties(division.path)
            run = _store(con, division, pack, as_of, target.name, sha256, by, at)
            if job is not None:
                Job.objects.filter(pk=job.pk).update(message=f"run:{run.pk}")
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    finally:
        con.close()
    step(100, 100)
    return run


def _judging_pack(pack_id: str) -> Pack:
    pack = load_pack(pack_id)
    if pack.indicators is None:
        raise Refused("not_a_judging_pack", _("规则包 {id} 不含四项指标，不能用于评价").format(id=pack_id))
    return pack


def _store(
    con: duckdb.DuckDBPyConnection, division: Division, pack: Pack, as_of: date, file: str, sha256: str,
    by: Account | audit.Actor, at: datetime,
) -> Run:
    latest = not newer_run(division.path, as_of)
    total = con.execute("SELECT count(*) FROM judged").fetchall()[0][0]
    run = Run.objects.create(
        division=division, path=division.path, pack_id=pack.id, pack_title=pack.zh, digest=pack.digest, pack_text=pack.text,
        as_of=as_of, facts_until=at, households=total, file=file, sha256=sha256, by=by if isinstance(by, Account) else None, at=at,
    )
    _store_counts(run, engine.counts(con, division.path))
    audit.record(by=by, verb="judge_division", at=at, subject=f"run:{run.pk}", path=run.path, detail={"pack": pack.id, "as_of": str(as_of), "households": total})
    if latest:
        store_grades(con, run)
        names = names_of(failed_households(con))
        open_problems(
            findings=findings(con, pack, names), source=_("评价 #{number}").format(number=run.pk),
            path=run.path, on=as_of, by=by, at=at,
        )
        # What was judged by itself while this run was being made saw more than the run: it stands, by the rules of now.
        newer = newer_than(run)
        if newer:
            judge_again(households=set(newer), schemes=(), source=_("评价 #{number}").format(number=run.pk), by=by, at=max(newer.values()))
    return run


def _store_counts(run: Run, rows: list[dict]) -> None:
    divisions = dict(Division.objects.values_list("path", "pk"))
    columns = ("run_id", "division_id", "path", "households", "people", "safe", "basic", "unsafe", "unknown", "indicators")
    insert_rows(DivisionCount, columns, ((run.pk, divisions[row["path"]], *(row[name] for name in columns[2:])) for row in rows))
