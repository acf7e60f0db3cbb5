"""Read laboratory workbooks of 100,000 rows, as a whole process, against only reading the same sheet.

Two workbooks: a row for each sample with ten items (a million results), and a row for each result. One cell in 400 is wrong.

* reading: fastexcel, the whole sheet as text into Arrow, nothing else
* taking in: staging, recognition, typing, the Parquet file of results and the list of wrong cells

    python bench/quality_import.py [ROWS]
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xlsxwriter
from measure import measure

ROWS = 100_000
MEMORY_GOAL_MB = 1024.0
READ = "import sys, fastexcel; s = fastexcel.read_excel(sys.argv[1]).load_sheet(0, header_row=None, skip_rows=0, dtypes='string'); print(s.to_arrow().num_rows)"
TAKE = """
import sys
from pathlib import Path
from wenqu.importing.laboratory.delivery import reading
from wenqu.rulebook.quality.results.naming import names_of_all
path = Path(sys.argv[1])
workdir = path.with_suffix("")
workdir.mkdir()
with reading(path, workdir, names_of_all()) as delivery:
    print(delivery.count(), delivery.wrong_count(), delivery.count("count(DISTINCT sample)"))
"""
# name, unit, usual result, decimals, how often below the limit of detection
ITEMS = (("色度", "度", 5, 0, 0.8), ("浑浊度", "NTU", 0.5, 2, 0), ("pH", "无量纲", 7.4, 1, 0), ("砷", "μg/L", 2, 1, 0.6), ("氟化物", "mg/L", 0.4, 2, 0), ("硝酸盐（以N计）", "mg/L", 4, 2, 0.05),
         ("菌落总数", "CFU/mL", 20, 0, 0), ("总大肠菌群", "MPN/100mL", 2, 0, 0.9), ("耗氧量", "mg/L", 1.2, 2, 0.1), ("游离余氯", "mg/L", 0.2, 2, 0.1))
BELOW = ("<{}", "＜{}", "{}L", "未检出", "ND")
WRONG = ("≤0.3", "0.01l", "0,05", "多不可计", "见附页")


def result(rng: random.Random, usual: float, decimals: int, below: float, serial: int) -> tuple[Any, bool]:
    """(a cell as laboratories write it, whether it is wrong)."""
    if serial % 400 == 7:
        return rng.choice(WRONG), True
    value = round(usual * rng.lognormvariate(0, 0.5), decimals) or usual
    if rng.random() < below:
        return rng.choice(BELOW).format(value), False
    return (f"{value}" if serial % 3 else value), False


def wide(rng: random.Random, rows: int) -> Iterator[tuple[list[Any], int]]:
    """(cells of a row, how many are wrong)."""
    for row in range(rows):
        cells, bad = [], 0
        for at, (_name, _unit, usual, decimals, below) in enumerate(ITEMS):
            cell, is_wrong = result(rng, usual, decimals, below, row * len(ITEMS) + at)
            cells.append(cell)
            bad += is_wrong
        yield [row + 1, f"W{row:07d}", f"2024-{1 + row % 12:02d}-{1 + row % 28:02d}", f"第{row % 400}村末梢", "末梢水", *cells], bad


def long(rng: random.Random, rows: int) -> Iterator[tuple[list[Any], int]]:
    """The same with a row for each result; what belongs to the sample stands in its first row only."""
    for row in range(rows):
        name, unit, usual, decimals, below = ITEMS[row % len(ITEMS)]
        cell, is_wrong = result(rng, usual, decimals, below, row)
        sample = row // len(ITEMS)
        told = [f"W{sample:07d}", f"2024-{1 + sample % 12:02d}-{1 + sample % 28:02d}", f"第{sample % 400}村末梢"] if row % len(ITEMS) == 0 else [None] * 3
        yield [*told, name, cell, unit, "≤ 限值", "合格"], int(is_wrong)


def write(path: Path, heads: list[list[Any]], rows: Iterator[tuple[list[Any], int]]) -> int:
    """The workbook; gives the number of wrong cells."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("检测结果")
    wrong = 0
    for at, head in enumerate(heads):
        sheet.write_row(at, 0, head)
    for at, (cells, bad) in enumerate(rows, len(heads)):
        sheet.write_row(at, 0, cells)
        wrong += bad
    book.close()
    return wrong


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    wide_heads = [["某县农村饮水水质检测结果汇总表"], ["序号", "样品编号", "采样日期", "采样地点", "水样类型", *(item[0] for item in ITEMS)], [None] * 5 + [item[1] for item in ITEMS]]
    long_heads = [["某县农村饮水水质检测数据"], ["样品编号", "采样日期", "采样地点", "检测项目", "检测结果", "单位", "标准限值", "单项判定"]]
    with tempfile.TemporaryDirectory(prefix="wenqu-bench-") as place:
        for name, heads, make, each in (("wide", wide_heads, wide, len(ITEMS)), ("long", long_heads, long, 1)):
            path = Path(place) / f"{name}.xlsx"
            wrong = write(path, heads, make(random.Random(20260301), rows))
            readings = [measure([sys.executable, "-c", READ, str(path)])]
            taken = measure([sys.executable, "-c", TAKE, str(path)])
            readings.append(measure([sys.executable, "-c", READ, str(path)]))
            counted = [int(word) for word in taken.output.split()]
            samples = rows if name == "wide" else -(-rows // len(ITEMS))
            assert counted == [rows * each - wrong, wrong, samples], (counted, rows * each - wrong, wrong, samples)
            reading = sum(run.seconds for run in readings) / len(readings)
            print(f"{name}: {rows:,} rows, {counted[0]:,} results, {wrong:,} wrong cells, {path.stat().st_size / 1e6:.0f} MB")
            print(f"  reading only {reading:.2f} s, {max(run.peak_mb for run in readings):.0f} MB; taking in {taken.seconds:.2f} s, {taken.seconds / reading:.2f}x")
            print(f"quality_import_memory_{name} {'ok' if taken.peak_mb < MEMORY_GOAL_MB else 'short'} {taken.peak_mb:.0f} MB (goal < 1 GB)")


if __name__ == "__main__":
    main()
