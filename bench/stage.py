"""Staging an Excel register of 200,000 rows x 40 columns (read, header, rows that are data), against only reading it.

Compared within one run, both as whole processes, start included, in turns. Goals: under 1 GB, and at most twice the
time of the reader alone.

    python bench/stage.py [ROWS]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from import_register import HEADERS, READ, write_sheet
from measure import measure

ROWS, ROUNDS, TIMES_GOAL, MEMORY_GOAL_MB = 200_000, 3, 2.0, 1024
STAGE = """
import sys, tempfile, duckdb
from pathlib import Path
from wenqu.importing.columns import Column
from wenqu.importing.tables import read_table
with tempfile.TemporaryDirectory() as place:
    columns = [Column(f"c{n}", header) for n, header in enumerate(sys.argv[2:])]
    con = duckdb.connect()
    con.execute("SET enable_progress_bar = false")
    table = read_table(con, Path(sys.argv[1]), Path(place), columns)
    print(table.rows, table.sheets[0].match.found)
"""


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory(prefix="wenqu-bench-") as place:
        path = Path(place, "register.xlsx")
        write_sheet(path, rows)
        print(f"{rows:,} rows x {len(HEADERS)} columns, {path.stat().st_size / 1e6:.0f} MB")
        read, staged = [], []
        for _ in range(ROUNDS):
            read.append(measure([sys.executable, "-c", READ, str(path)]))
            staged.append(measure([sys.executable, "-c", STAGE, str(path), *HEADERS]))
    assert all(run.output.split() == [str(rows), str(len(HEADERS))] for run in staged), [run.output for run in staged]
    for name, runs in (("reading", read), ("staging", staged)):
        print(f"{name} {' '.join(f'{run.seconds:.2f}' for run in runs)} s, peak {max(run.peak_mb for run in runs):.0f} MB")
    print(f"checked: {rows:,} data rows, {len(HEADERS)} columns found")
    times = statistics.median(r.seconds for r in staged) / statistics.median(r.seconds for r in read)
    peak = max(run.peak_mb for run in staged)
    print(f"stage_time {'ok' if times <= TIMES_GOAL else 'short'} {times:.2f}x (goal <= {TIMES_GOAL:g}x reading)")
    print(f"stage_memory {'ok' if peak < MEMORY_GOAL_MB else 'short'} {peak:.0f} MB (goal < {MEMORY_GOAL_MB} MB)")


if __name__ == "__main__":
    main()
