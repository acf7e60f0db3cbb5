"""From a snapshot to a run file, its counts and what failed: columns in, columns out."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import duckdb

from wenqu.importing.staging import text_literal
from wenqu.judging.snapshot import NAMES
from wenqu.places import paths
from wenqu.rulebook.model import INDICATORS, Pack
from wenqu.rulebook.vectorised import judge_sql

OVERALL = ("safe", "basic", "unsafe", "unknown")
GRADES = ("met", "basic", "failed", "unknown")
# What lies in a run file besides the verdicts: who, where, served by what, the values used and whose they were.
KEPT = ("household_id", "number", "path", "people", "scheme_id", *NAMES, *(f"{name}_from" for name in NAMES))


def connect(spill: Path, memory: str = "1GB") -> duckdb.DuckDBPyConnection:
    """An engine in memory. What does not fit goes to `spill`: left to itself it would go to the folder of whoever
    started the process, and it holds personal data."""
    return duckdb.connect(config={
        "memory_limit": memory, "temp_directory": str(spill), "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
    })


def judge(con: duckdb.DuckDBPyConnection, pack: Pack) -> None:
    """Create the table `judged` from `snapshot`: the kept columns and the verdicts, in the same order."""
    con.execute(f"CREATE OR REPLACE TABLE judged AS {judge_sql(pack, 'snapshot', keep=KEPT)}")


def write_file(con: duckdb.DuckDBPyConnection, target: Path) -> str:
    """Write `judged` as Parquet under its final name only when complete. Returns the SHA-256 of the file."""
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_suffix(".half")
    con.execute(f"COPY (FROM judged ORDER BY path, household_id) TO {text_literal(str(half))} (FORMAT parquet, COMPRESSION zstd)")
    with half.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
    half.replace(target)
    return digest


def counts(con: duckdb.DuckDBPyConnection, top: str) -> list[dict[str, Any]]:
    """Households by grade for every division from the run's own down to the villages, from `judged`.

    Each: {"path", "households", "people", "safe", "basic", "unsafe", "unknown", "indicators": {…}}.
    """
    overall = ", ".join(f"count(*) FILTER (WHERE overall = '{grade}')" for grade in OVERALL)
    indicators = ", ".join(f"count(*) FILTER (WHERE {name} = '{grade}')" for name in INDICATORS for grade in GRADES)
    con.execute(f"CREATE OR REPLACE TABLE by_village AS SELECT path, count(*), sum(people), {overall}, {indicators} FROM judged GROUP BY path")
    columns = [row[0] for row in con.execute("DESCRIBE by_village").fetchall()][1:]
    sums = ", ".join(f'sum("{name}")::BIGINT' for name in columns)
    rows = []
    longest = con.execute("SELECT max(length(path)) FROM by_village").fetchone()
    for length in range(max(len(top), paths.STEP), (longest[0] if longest and longest[0] else 0) + 1, paths.STEP):
        rows += con.execute(f"SELECT path[1:{length}] AS place, {sums} FROM by_village WHERE length(path) >= {length} GROUP BY place ORDER BY place").fetchall()
    return [_count(row) for row in rows]


def _count(row: tuple[Any, ...]) -> dict[str, Any]:
    path, households, people, *rest = row
    grades = rest[len(OVERALL) :]
    split = {name: dict(zip(GRADES, grades[i * 4 : i * 4 + 4], strict=True)) for i, name in enumerate(INDICATORS)}
    return {"path": path, "households": households, "people": people or 0, **dict(zip(OVERALL, rest, strict=False)), "indicators": split}
