"""The latest grades in the row store: only what changed is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection

from wenqu.judging.models import Grade, GradeCode, OverallCode, Run
from wenqu.kit import arrow
from wenqu.kit.bulk import insert_rows
from wenqu.kit.chunks import chunks
from wenqu.places import paths
from wenqu.places.scope import below

_STORED = pa.schema(
    [("household_id", pa.int64()), ("path", pa.string())]
    + [(name, pa.int8()) for name in ("quantity", "quality", "convenience", "reliability", "overall")]
)
COLUMNS = tuple(_STORED.names)


def store_grades(con: duckdb.DuckDBPyConnection, run: Run) -> int:
    """Bring the grades below the run's path to what `judged` says. Returns how many rows changed. In a transaction.

    What was judged by itself before the run is replaced even where it says the same: from now on the run explains it.
    What was judged by itself while the run was being made saw more than the run, and stays.
    """
    seen = connection.ops.adapt_datetimefield_value(run.facts_until)
    ends = (run.path or "0", paths.after(run.path) if run.path else ":")
    stored = f"SELECT {', '.join(COLUMNS)}, {_ALONE} FROM judging_grade WHERE path >= %s AND path < %s"
    arrow.fill(con, "stored", stored, (seen, *ends), _STORED.append(pa.field("alone", pa.int8())))
    con.execute(f"CREATE OR REPLACE TEMP VIEW graded AS SELECT household_id, path, {_codes()} FROM judged")
    same = " AND ".join(f"s.{name} = g.{name}" for name in COLUMNS[1:])
    con.execute(f"""
        CREATE OR REPLACE TABLE changed AS
        SELECT g.*, s.household_id IS NOT NULL AS there FROM graded g LEFT JOIN stored s USING (household_id)
        WHERE s.household_id IS NULL OR s.alone < 2 AND (s.alone = 1 OR NOT ({same}))
    """)
    _drop(con)
    cursor = con.execute(f"SELECT {', '.join(COLUMNS)} FROM changed ORDER BY path, household_id")
    return insert_rows(Grade, ("run_id", *COLUMNS), ((run.pk, *row) for row in _rows(cursor)))


# 0: as a run judged it; 1: judged by itself before; 2: judged by itself and newer than the run.
_ALONE = "CASE WHEN judged_at IS NULL THEN 0 WHEN judged_at > %s THEN 2 ELSE 1 END"


def newer_than(run: Run) -> dict[int, datetime]:
    """The households of a run that were judged by themselves from facts that it did not see, and when."""
    rows = Grade.objects.filter(below(run.path), judged_at__gt=run.facts_until)
    return {pk: at for pk, at in rows.values_list("household_id", "judged_at") if at is not None}


def store_alone(con: duckdb.DuckDBPyConnection, run: Run, at: datetime) -> int:
    """Put what `judged` says in the place of the grades of its households, judged at `at` by the rules of `run`."""
    households = [row[0] for row in con.execute("SELECT household_id FROM judged").fetchall()]
    for chunk in chunks(households, 5000):
        Grade.objects.filter(household__in=chunk).delete()
    con.execute(f"CREATE OR REPLACE TEMP VIEW graded AS SELECT household_id, path, {_codes()}, scheme_id FROM judged")
    cursor = con.execute(f"SELECT {', '.join(COLUMNS)}, scheme_id FROM graded ORDER BY path, household_id")
    return insert_rows(Grade, ("run_id", "judged_at", *COLUMNS, "scheme_id"), ((run.pk, at, *row) for row in _rows(cursor)))


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(20_000):
        yield from rows


def _drop(con: duckdb.DuckDBPyConnection) -> None:
    """Take out the rows that are about to be written anew, and those of households that are gone."""
    gone = "SELECT household_id FROM stored WHERE alone < 2 AND household_id NOT IN (SELECT household_id FROM judged)"
    ids = con.execute(f"SELECT household_id FROM changed WHERE there UNION ALL {gone}").fetchall()
    with connection.cursor() as cursor:
        if ids:
            cursor.executemany("DELETE FROM judging_grade WHERE household_id = %s", ids)


def _codes() -> str:
    grades = " ".join(f"WHEN '{code.name.lower()}' THEN {code.value}" for code in GradeCode)
    overall = " ".join(f"WHEN '{code.name.lower()}' THEN {code.value}" for code in OverallCode)
    indicators = ", ".join(f"CASE {name} {grades} END AS {name}" for name in COLUMNS[2:6])
    return f"{indicators}, CASE overall {overall} END AS overall"
