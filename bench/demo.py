"""The demo county and its ledgers: time and peak memory of `wenqu demo` in a fresh folder, then of the three exports.

    python bench/demo.py [--households 120000] [--schemes 600]

Everything runs as whole processes on the embedded database, start and migrations included.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path

from measure import Run, measure
from openpyxl import load_workbook

GOAL_SECONDS = 60.0
GOAL_EXPORT_MB = 400.0
TABLES = (
    "places_division", "households_household", "households_member", "schemes_scheme", "schemes_supply", "facts_fact",
    "judging_run", "judging_grade", "ledger_problem",
)


def wenqu(folder: Path, *arguments: str) -> Run:
    environment = {**os.environ, "WENQU_DATA": str(folder), "DATABASE_URL": ""}
    return measure([sys.executable, "-m", "wenqu.cli", *arguments], env=environment)


def show(name: str, run: Run, what: str) -> None:
    print(f"{name:<28}{run.seconds:8.1f} s {run.peak_mb:8.0f} MB  {what}", flush=True)


def counts(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(folder / "wenqu.sqlite3")) as database:
        return {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in TABLES}


def numbered_rows(file: Path) -> int:
    """Rows with a running number, read back from the workbook."""
    sheet = load_workbook(file, read_only=True).worksheets[0]
    return sum(isinstance(row[0], int) for row in sheet.iter_rows(min_row=5, max_col=1, values_only=True))


def verdict(name: str, good: bool, figure: str, goal: str) -> None:
    print(f"{name} {'ok' if good else 'short'} {figure} (goal {goal})")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--households", type=int, default=120_000)
    parser.add_argument("--schemes", type=int, default=600)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        load = wenqu(folder, "demo", "--households", str(args.households), "--schemes", str(args.schemes))
        found = counts(folder)
        show("wenqu demo", load, f"{(folder / 'wenqu.sqlite3').stat().st_size >> 20} MB of database")
        print("  " + ", ".join(f"{table} {count:,}" for table, count in found.items()))
        assert found["households_household"] == args.households == found["judging_grade"], found
        assert found["schemes_scheme"] == args.schemes and found["judging_run"] == 4, found
        again = wenqu(folder, "demo")
        show("wenqu demo, again", again, "everything is there")
        assert counts(folder) == found
        expected = {"households": args.households, "schemes": args.schemes, "problems": found["ledger_problem"]}
        exports = {}
        for kind, rows in expected.items():
            out = folder / f"{kind}.xlsx"
            exports[kind] = wenqu(folder, "export", kind, "--division", "蓝田县", "--out", str(out))
            show(f"wenqu export {kind}", exports[kind], f"{numbered_rows(out):,} rows, {out.stat().st_size / 1e6:.1f} MB")
            assert numbered_rows(out) == rows
    verdict("demo_load", load.seconds <= GOAL_SECONDS, f"{load.seconds:.1f} s, {load.peak_mb:.0f} MB", f"{GOAL_SECONDS:.0f} s")
    export = exports["households"]
    verdict(
        "ledger_export", export.peak_mb <= GOAL_EXPORT_MB, f"{export.peak_mb:.0f} MB, {export.seconds:.1f} s for {args.households:,} households",
        f"{GOAL_EXPORT_MB:.0f} MB",
    )


if __name__ == "__main__":
    main()
