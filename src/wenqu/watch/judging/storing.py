"""The grades of a whole county put down from columns: only what changed is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection

from wenqu.kit import arrow
from wenqu.kit.bulk import insert_rows, update_rows
from wenqu.places import paths
from wenqu.watch.judging.snapshot import rows
from wenqu.watch.models import WatchGrade, WatchMove, WatchRun

_COLUMNS = ("path", "object", "way", "grade", "stands", "cause", "water", "marked", "people")
_STORED = pa.schema([("household_id", pa.int64())] + [(name, pa.string()) for name in _COLUMNS[:6]] + [
    ("water", pa.int8()), ("marked", pa.int8()), ("people", pa.int32()), ("edition_id", pa.int64()), ("alone", pa.int8())])


def store_run(con: duckdb.DuckDBPyConnection, run: WatchRun, reason: str) -> int:
    """Bring the grades below a run's path to what `judged` says, and write down what changed. Returns how many moved. In a transaction.

    Left alone is who was judged by itself since the run read the tables, and who is on its way onto the list: its months end elsewhere.
    """
    ends = (run.path or "0", paths.after(run.path) if run.path else ":")
    seen = connection.ops.adapt_datetimefield_value(run.at)
    alone = ("CASE WHEN g.judged_at > %s OR EXISTS (SELECT 1 FROM watch_course c WHERE c.household_id = g.household_id AND c.route = 'entry' AND c.ended = '') "
             "THEN 1 ELSE 0 END")
    names = ", ".join(f"g.{name}" for name in _COLUMNS[:7])
    arrow.fill(con, "stored", f"SELECT g.household_id, {names}, CASE WHEN g.marked THEN 1 ELSE 0 END, g.people, g.edition_id, {alone} FROM watch_watchgrade g "
               "JOIN households_household h ON h.id = g.household_id WHERE h.path >= %s AND h.path < %s", (seen, *ends), _STORED)
    same = " AND ".join(f"s.{name} IS NOT DISTINCT FROM j.{name}" for name in _COLUMNS)
    con.execute(f"""
        CREATE OR REPLACE TABLE changed AS
        SELECT j.*, s.household_id IS NOT NULL AS there, s.object AS before, s.stands AS stood,
            s.household_id IS NULL OR s.object <> j.object OR s.stands <> j.stands AS moved
        FROM (SELECT household_id, path, CAST(object AS VARCHAR) AS object, COALESCE(CAST(way AS VARCHAR), '') AS way, CAST(grade AS VARCHAR) AS grade,
                CAST(grade_stands AS VARCHAR) AS stands, COALESCE(cause, '') AS cause, water, CAST(marked AS TINYINT) AS marked, people,
                told OR object NOT IN ('none', 'unknown') OR grade NOT IN ('none', 'unknown') AS keep FROM judged) j
        LEFT JOIN stored s USING (household_id)
        WHERE (s.household_id IS NOT NULL OR j.keep) AND COALESCE(s.alone, 0) = 0
            AND (s.household_id IS NULL OR NOT ({same}) OR s.edition_id <> {int(run.edition_id)})
    """)
    _grades(con, run)
    fields = ("household_id", "path", "edition_id", "before", "after", "stood", "stands", "reason", "run_id", "by_id", "at")
    moves = con.execute("SELECT household_id, path, COALESCE(before, ''), object, COALESCE(stood, ''), stands FROM changed WHERE moved ORDER BY path, household_id")
    return insert_rows(WatchMove, fields, ((pk, path, run.edition_id, *four, reason, run.pk, run.by_id, run.at) for pk, path, *four in rows(moves)))


def _grades(con: duckdb.DuckDBPyConnection, run: WatchRun) -> None:
    columns = (*_COLUMNS, "edition_id", "judged_at", "run_id")
    told = f"SELECT {', '.join(_COLUMNS)}, household_id FROM changed"
    new = con.execute(f"{told} WHERE NOT there ORDER BY path, household_id")
    insert_rows(WatchGrade, (*columns, "household_id"), _with_run(rows(new), run))
    old = con.execute(f"{told} WHERE there ORDER BY path, household_id")
    update_rows(WatchGrade, columns, _with_run(rows(old), run))


def _with_run(found: Iterator[Any], run: WatchRun) -> Iterator[Any]:
    for *values, household in found:
        values[7] = bool(values[7])
        yield (*values, run.edition_id, run.at, run.pk, household)
