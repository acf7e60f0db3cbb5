"""The latest grades in the row store: only what changed is written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection

from wenqu.judging.models import Grade, GradeCode, OverallCode, Run
from wenqu.kit import arrow
from wenqu.kit.bulk import insert_rows
from wenqu.places import paths

_STORED = pa.schema(
    [("household_id", pa.int64()), ("path", pa.string())]
    + [(name, pa.int8()) for name in ("quantity", "quality", "convenience", "reliability", "overall")]
)
COLUMNS = tuple(_STORED.names)


def store_grades(con: duckdb.DuckDBPyConnection, run: Run) -> int:
    """Bring the grades below the run's path to what `judged` says. Returns how many rows changed. In a transaction."""
    ends = (run.path or "0", paths.after(run.path) if run.path else ":")
    stored = f"SELECT {', '.join(COLUMNS)} FROM judging_grade WHERE path >= %s AND path < %s"
    arrow.fill(con, "stored", stored, ends, _STORED)
    con.execute(f"CREATE OR REPLACE TEMP VIEW graded AS SELECT household_id, path, {_codes()} FROM judged")
    same = " AND ".join(f"s.{name} = g.{name}" for name in COLUMNS[1:])
    con.execute(f"""
        CREATE OR REPLACE TABLE changed AS
        SELECT g.*, s.household_id IS NOT NULL AS there FROM graded g LEFT JOIN stored s USING (household_id)
        WHERE s.household_id IS NULL OR NOT ({same})
    """)
    _drop(con)
    cursor = con.execute(f"SELECT {', '.join(COLUMNS)} FROM changed ORDER BY path, household_id")
    return insert_rows(Grade, ("run_id", *COLUMNS), ((run.pk, *row) for row in _rows(cursor)))


def _rows(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while rows := cursor.fetchmany(20_000):
        yield from rows


def _drop(con: duckdb.DuckDBPyConnection) -> None:
    """Take out the rows that are about to be written anew, and those of households that are gone."""
    gone = "SELECT household_id FROM stored WHERE household_id NOT IN (SELECT household_id FROM judged)"
    ids = con.execute(f"SELECT household_id FROM changed WHERE there UNION ALL {gone}").fetchall()
    with connection.cursor() as cursor:
        if ids:
            cursor.executemany("DELETE FROM judging_grade WHERE household_id = %s", ids)


def _codes() -> str:
    grades = " ".join(f"WHEN '{code.name.lower()}' THEN {code.value}" for code in GradeCode)
    overall = " ".join(f"WHEN '{code.name.lower()}' THEN {code.value}" for code in OverallCode)
    indicators = ", ".join(f"CASE {name} {grades} END AS {name}" for name in COLUMNS[2:6])
    return f"{indicators}, CASE overall {overall} END AS overall"
