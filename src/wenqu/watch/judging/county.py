"""A whole county judged in columns: snapshot, sums of the items, ladders, grades; one immutable row of the run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from wenqu.jobs.models import Job
from wenqu.judging.engine import connect
from wenqu.kit import audit
from wenqu.kit.arrow import one_view
from wenqu.places import paths
from wenqu.places.models import Account, Division
from wenqu.places.scope import below
from wenqu.rulebook.watch.judging import JudgingPack, SetLine, incomes_sql, judge_sums_sql
from wenqu.watch.judging import snapshot
from wenqu.watch.judging.rules import Rules
from wenqu.watch.judging.storing import store_run
from wenqu.watch.models import WatchGrade, WatchRun


def judge_columns(*, division: Division, rules: Rules, by: Any, at: Any, progress: Callable[[int, int], None], job: Job | None) -> WatchRun:
    """Judge and put down. The row of the run, its grades and moves, and the word of it to the job are one transaction."""
    con = connect(settings.RUNS_DIR / "spill")
    try:
        with one_view():
            snapshot.build(con, path=division.path, pack=rules.pack, as_of=rules.day, until=at)
        progress(50, 100)
        con.execute(f"CREATE OR REPLACE TABLE sums AS {incomes_sql(rules.pack, 'item', rules.window)}")
        con.execute(f"CREATE OR REPLACE TABLE judged AS {judged_sql(rules.pack, rules.line)}")
        progress(70, 100)
        with transaction.atomic():
            list(Division.objects.select_for_update(no_key=True).filter(pk=division.pk).values_list("pk"))
            run = _store(con, division, rules, by, at)
            if job is not None:
                Job.objects.filter(pk=job.pk).update(message=f"watch-run:{run.pk}")
    finally:
        con.close()
    progress(100, 100)
    return run


def judged_sql(pack: JudgingPack, line: SetLine, sums: str = "sums") -> str:
    """The conclusions of all households of `house`."""
    return judge_sums_sql(pack, "house", sums, line=line, keep=snapshot.KEPT[:-1])


def _store(con: duckdb.DuckDBPyConnection, division: Division, rules: Rules, by: Any, at: Any) -> WatchRun:
    households, told = con.execute("SELECT count(*), count(*) FILTER (WHERE told) FROM judged").fetchall()[0]
    run = WatchRun.objects.create(
        division=division, path=division.path, edition=rules.edition, as_of=rules.day, first_month=rules.window.first, last_month=rules.window.last,
        line=str(rules.line.limit.value), line_document=rules.line.limit.document[:300], households=households, told=told, moved=0,
        by=by if isinstance(by, Account) else None, at=at)
    moved = store_run(con, run, _("全县研判 #{number}").format(number=run.pk))
    WatchRun.objects.filter(pk=run.pk).update(moved=moved, counts=counts_below(division.path))
    audit.record(by=by, verb="judge_watch", at=at, subject=f"watch-run:{run.pk}", path=run.path,
                 detail={"edition": rules.edition.pk, "as_of": str(rules.day), "households": households, "moved": moved})
    run.refresh_from_db()
    return run


def counts_below(path: str) -> list[dict[str, Any]]:
    """Households that have a conclusion, by town, kind, standing colour and cause."""
    found = WatchGrade.objects.filter(below(path)).annotate(town=Substr("path", 1, paths.TOWN)).order_by()
    rows: list[dict[str, Any]] = [dict(row) for row in found.values("town", "object", "stands", "cause").annotate(households=Count("pk"))]
    return sorted(rows, key=lambda row: (row["town"], row["object"], row["stands"], row["cause"]))
