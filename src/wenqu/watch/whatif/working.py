"""Who would cross if numbers of a pack were others: the same register judged twice in columns, and the difference.

Nobody's grade changes by it. Items are read once where the changed pack sums them alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import duckdb
from django.conf import settings

from wenqu.judging import snapshot as water_snapshot
from wenqu.judging.engine import connect
from wenqu.judging.snapshot import Part
from wenqu.kit.arrow import one_view
from wenqu.places import paths
from wenqu.rulebook.model import INDICATORS, Head, Pack
from wenqu.rulebook.vectorised import judge_sql
from wenqu.rulebook.watch.judging import (
    JudgingPack,
    SetLine,
    crossers_sql,
    incomes_sql,
    same_sums,
    window_before,
)
from wenqu.watch.judging import snapshot
from wenqu.watch.judging.county import judged_sql
from wenqu.watch.judging.rules import line_for

Progress = Callable[[int, int], None]


@dataclass
class Found:
    """What came out: households by conclusion on both sides, how many cross by place and cause, and who."""

    households: int = 0
    totals: dict[str, dict[str, int]] = field(default_factory=dict)
    counts: list[dict[str, Any]] = field(default_factory=list)
    crossers: list[tuple[int, str, str, str, str, str]] = field(default_factory=list)


def work_out(before: Head, after: Head, *, path: str, as_of: date, until: datetime, progress: Progress = lambda done, total: None) -> Found:
    """Judge everybody below a path by both packs."""
    con = connect(settings.RUNS_DIR / "spill")
    try:
        if isinstance(before, JudgingPack) and isinstance(after, JudgingPack):
            _watch(con, before, after, path, as_of, until, progress)
            columns: tuple[str, ...] = ("object", "grade")
            crossing = crossers_sql("before", "after", ("path", "cause"))
        else:
            assert isinstance(before, Pack) and isinstance(after, Pack)
            _water(con, before, after, path, as_of, until, progress)
            columns, crossing = ("overall", *INDICATORS), _WATER_CROSSING
        con.execute(f"CREATE OR REPLACE TABLE crossers AS {crossing}")
        progress(90, 100)
        return _found(con, columns)
    finally:
        con.close()


def line_assumed(pack: JudgingPack, path: str, day: date) -> SetLine:
    """The line that a what-if goes by: the one written in the pack, be it a reference or of another year; else the place's own."""
    if pack.line is not None and pack.line.limit is not None:
        return SetLine(pack.line.limit, pack.line.edge)
    return line_for(pack, path, day)


def _watch(con: duckdb.DuckDBPyConnection, before: JudgingPack, after: JudgingPack, path: str, as_of: date, until: datetime, progress: Progress) -> None:
    lines = [line_assumed(pack, path, as_of) for pack in (before, after)]
    windows = [window_before(as_of, int(pack.months.value)) for pack in (before, after)]
    with one_view():
        snapshot.build(con, path=path, pack=before, as_of=as_of, until=until)
    progress(50, 100)
    con.execute(f"CREATE OR REPLACE TABLE sums AS {incomes_sql(before, 'item', windows[0])}")
    con.execute(f"CREATE OR REPLACE TABLE before AS {judged_sql(before, lines[0])}")
    progress(70, 100)
    again = windows[0] != windows[1] or not same_sums(before, after, windows[0])
    if again:
        con.execute(f"CREATE OR REPLACE TABLE sums AS {incomes_sql(after, 'item', windows[1])}")
    con.execute(f"CREATE OR REPLACE TABLE after AS {judged_sql(after, lines[1])}")


# Overall grades in their order; what is not known is none of them.
_RANK = "CASE {} WHEN 'safe' THEN 1 WHEN 'basic' THEN 2 WHEN 'unsafe' THEN 3 END"
_CAUSE = "COALESCE(" + ", ".join(f"CASE WHEN b.{name} <> a.{name} THEN '{name}' END" for name in INDICATORS) + ")"
_WATER_CROSSING = f"""
    SELECT a.household_id, a.path, {_CAUSE} AS cause, CAST(b.overall AS VARCHAR) AS before, CAST(a.overall AS VARCHAR) AS after,
        CASE WHEN a.overall = 'unknown' THEN 'unclear' WHEN b.overall = 'unknown' THEN CASE WHEN a.overall = 'unsafe' THEN 'worse' ELSE 'cleared' END
            WHEN {_RANK.format("a.overall")} > {_RANK.format("b.overall")} THEN 'worse' ELSE 'better' END AS crossing
    FROM before b JOIN after a USING (household_id) WHERE b.overall <> a.overall
"""


def _water(con: duckdb.DuckDBPyConnection, before: Pack, after: Pack, path: str, as_of: date, until: datetime, progress: Progress) -> None:
    with one_view():
        water_snapshot.build(con, part=Part.below(path), as_of=as_of, until=until)
    progress(60, 100)
    for name, pack in (("before", before), ("after", after)):
        con.execute(f"CREATE OR REPLACE TABLE {name} AS {judge_sql(pack, 'snapshot', keep=('household_id', 'path'))}")


def _found(con: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> Found:
    found = Found(households=con.execute("SELECT count(*) FROM after").fetchall()[0][0])
    for column in columns:
        for side in ("before", "after"):
            rows = con.execute(f"SELECT CAST({column} AS VARCHAR), count(*) FROM {side} GROUP BY 1 ORDER BY 1").fetchall()
            found.totals[f"{column}_{side}"] = dict(rows)
    names = ("town", "cause", "before", "after", "crossing", "households")
    counted = con.execute(f"SELECT path[1:{paths.TOWN}], COALESCE(cause, ''), before, after, crossing, count(*) FROM crossers GROUP BY ALL ORDER BY ALL").fetchall()
    found.counts = [dict(zip(names, row, strict=True)) for row in counted]
    found.crossers = con.execute("SELECT household_id, path, COALESCE(cause, ''), before, after, crossing FROM crossers ORDER BY path, household_id").fetchall()
    return found
