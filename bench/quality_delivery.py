"""A laboratory's workbook of 100,000 rows through the product: taken in, dry run, taken with its samples, reviewed as a whole by a second
person, judged with what follows; and what it costs to find what is overdue among as many samples.

* wide: a row for each sample with ten items, a million results; long: a row for each result, a tenth of the samples
* each step is a process of its own, start included, with its peak memory; nothing of the county is registered before but its points
* page: how long the delivery's page takes to answer while its results are taken

Goal: every step under 1 GB.

    python bench/quality_delivery.py [ROWS] [sqlite|postgres]
"""

from __future__ import annotations

import json
import os
import random
import resource
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

from measure import measure
from postgres import server
from quality_import import ITEMS, MEMORY_GOAL_MB, ROWS, long, wide, write
from quality_stage import POINTS

STAGE = str(Path(__file__).with_name("quality_stage.py"))


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    engine = sys.argv[2] if len(sys.argv) > 2 else "sqlite"
    wide_heads = [["样品编号", "采样日期", "采样地点", "水样类型", *(f"{name}（{unit}）" for name, unit, *_rest in ITEMS)]]
    long_heads = [["样品编号", "采样日期", "采样地点", "检测项目", "检测结果", "单位", "标准限值", "单项判定"]]
    both = (("long", long_heads, long(random.Random(20260301), rows), 1), ("wide", wide_heads, _unnumbered(rows), len(ITEMS)))
    for name, heads, make, each in both:
        with tempfile.TemporaryDirectory(prefix="wenqu-bench-") as place, server() if engine == "postgres" else nullcontext("") as url:
            path = Path(place, f"{name}.xlsx")
            wrong = write(path, heads, make)
            environment = {**os.environ, "WENQU_DATA": str(Path(place, "data")), "DATABASE_URL": str(url)}
            measure([sys.executable, STAGE, "prepare"], env=environment)
            print(f"{engine}, {name}: {rows:,} rows, {rows * each:,} cells of results, {wrong:,} wrong, {POINTS} points, {path.stat().st_size / 1e6:.0f} MB", flush=True)
            for step in ("read", "take", "review", "overdue"):
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                run = measure([sys.executable, STAGE, step, str(path)], env=environment)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
                told = json.loads(run.output.splitlines()[-1])
                print(f"  {step}: {run.seconds:.1f} s ({processor:.1f} s of processor), {run.peak_mb:.0f} MB; {told}", flush=True)
                print(f"quality_delivery_{step}_memory_{name} {'ok' if run.peak_mb < MEMORY_GOAL_MB else 'short'} {run.peak_mb:.0f} MB (goal < 1 GB)", flush=True)


def _unnumbered(rows: int):  # type: ignore[no-untyped-def]
    """The same without the ordinal."""
    for cells, bad in wide(random.Random(20260301), rows):
        yield cells[1:], bad


if __name__ == "__main__":
    main()
