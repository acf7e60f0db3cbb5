"""Two books: 200,000 x 200,000 rows from two Excel files to the result workbook, and 2 million x 2 million from CSV.

Compared within one run with only reading the same two files (fastexcel, or DuckDB's own CSV reader), as whole
processes, start included. The comparison itself is timed on the settled columnar files.

    python bench/books.py [ROWS] [GREAT_ROWS]
"""

from __future__ import annotations

import csv
import random
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter
from import_register import FAMILY, GIVEN, id_number
from measure import Run, measure

ROWS, GREAT = 200_000, 2_000_000
COMPARE_GOAL, TIME_GOAL, MEMORY_GOAL_MB = 5.0, 90.0, 1024.0
OURS = ("户编号", "乡镇", "行政村", "户主姓名", "证件号码", "联系电话", "人数", "户类型", "所属工程名称", "是否入户", "人均日用水量", "缺水天数")
# The other office calls the same things by other names, in another order, with a title above.
THEIRS = ("镇街", "村名", "户号", "户主", "身份证号", "电话", "家庭人口", "农户类型", "供水工程", "入户", "水量", "年缺水天数")
READ_EXCEL = "import sys, fastexcel; [print(fastexcel.read_excel(p).load_sheet(0, header_row=None, skip_rows=0, dtypes='string').to_arrow().num_rows) for p in sys.argv[1:]]"
READ_CSV = "import sys, duckdb; [print(duckdb.sql(f\"SELECT max(length(COLUMNS(*))) FROM read_csv('{p}', all_varchar=true)\").fetchall()) for p in sys.argv[1:]]"
COMPARE = """
import sys, time, tempfile
from pathlib import Path
from wenqu.books.table import comparing, reading
from wenqu.books.table.choosing import choose, open_both
from wenqu.books.table.engine import connect
with tempfile.TemporaryDirectory() as place:
    con = connect(Path(place))
    ours, theirs, key = open_both(con, Path(sys.argv[1]), Path(sys.argv[2]), Path(place), "households", (), None, None, lambda text: None)
    compared, town = choose(ours, theirs, key)
    for side in (ours, theirs):
        reading.coerce_side(side)
        reading.settle(side, key, compared, town)
    started = time.perf_counter()
    comparing.compare(con, ours.source, theirs.source, len(compared))
    counts = comparing.count(con, compared)
    print(time.perf_counter() - started, counts.rows)
"""


def rows(number: int) -> Iterator[tuple[list[str], list[str] | None]]:
    """Our row and theirs: 1 in 20 differs, 1 in 50 stands only here, 1 in 50 only there; widths, blanks, √ and dates differ everywhere."""
    rng = random.Random(20260301)
    for n in range(number):
        town, village = f"第{n % 30 + 1}镇", f"村{n % 500 + 1}"
        name = rng.choice(FAMILY) + rng.choice(GIVEN) + rng.choice(GIVEN)
        people, litres, short, piped = rng.randint(1, 7), rng.randint(18, 90), rng.randint(0, 40), rng.random() < 0.7
        ours = [f"6101990000{n:08d}", town, village, name, id_number(rng, n), f"13{n % 10}{n:08d}", str(people), "脱贫户", f"工程{n % 400}",
                "是" if piped else "否", str(litres), str(short)]
        theirs = [town, village, ours[0], f"{name[0]}　{name[1:]}" if n % 3 else name, ours[4], ours[5], f"{people}.0" if n % 2 else "１２３４５６７"[people - 1],
                  "脱贫户 ", ours[8], "√" if piped else "×", ours[10], ours[11]]
        if n % 20 == 7:
            theirs[6] = str(people + 1)
        if n % 50 == 9:
            yield ours, None
            theirs[2] = f"X{n}"
            yield [], theirs
        else:
            yield ours, theirs


def write_excel(folder: Path, number: int) -> tuple[Path, Path]:
    paths = folder / "ours.xlsx", folder / "theirs.xlsx"
    books = [xlsxwriter.Workbook(str(path), {"constant_memory": True}) for path in paths]
    sheets = [book.add_worksheet("台账") for book in books]
    sheets[0].write_row(0, 0, OURS)
    sheets[1].write(0, 0, "对方农户供水台账")
    sheets[1].write_row(1, 0, THEIRS)
    at = [1, 2]
    for pair in rows(number):
        for side, row in enumerate(pair):
            if row:
                sheets[side].write_row(at[side], 0, row)
                at[side] += 1
    for book in books:
        book.close()
    return paths


def write_csv(folder: Path, number: int) -> tuple[Path, Path]:
    paths = folder / "ours.csv", folder / "theirs.csv"
    with paths[0].open("w", newline="") as ours, paths[1].open("w", newline="") as theirs:
        writers = csv.writer(ours), csv.writer(theirs)
        writers[0].writerow(OURS)
        writers[1].writerow(THEIRS)
        for pair in rows(number):
            for side, row in enumerate(pair):
                if row:
                    writers[side].writerow(row)
    return paths


def expected(number: int) -> dict[str, int]:
    apart = len(range(9, number, 50))
    # 9 in 50 never meets 7 in 20: one is odd times another.
    differs = sum(1 for n in range(7, number, 20) if n % 50 != 9)
    return {"不一致": differs, "仅我方有": apart, "仅对方有": apart, "关键列重复": 0, "缺少关键列": 0, "一致": number - apart - differs}


def check(output: str, number: int) -> None:
    for name, rows_of in expected(number).items():
        assert f"  {name} {rows_of:,}\n" in output, (name, rows_of, output)


def run(paths: tuple[Path, Path], folder: Path, read: str, number: int, most: int = 1) -> tuple[Run, Run]:
    reading = measure([sys.executable, "-c", read, *map(str, paths)])
    command = [sys.executable, "-m", "wenqu.cli", "books", "compare", *map(str, paths), "--ledger", "households", "-o", str(folder / "result.xlsx")]
    whole = measure(command, ok=(0, 2))
    check(whole.output, number)
    size = (folder / "result.xlsx").stat().st_size
    print(f"  {whole.output.splitlines()[0]}; result workbook {size / 1e6:.1f} MB")
    print(f"  only reading both: {reading.seconds:.2f} s, {reading.peak_mb:.0f} MB")
    print(f"  two files to result workbook: {whole.seconds:.2f} s, {whole.peak_mb:.0f} MB, {whole.seconds / reading.seconds:.1f}x reading")
    return reading, whole


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    great = int(sys.argv[2]) if len(sys.argv) > 2 else GREAT
    with tempfile.TemporaryDirectory(prefix="wenqu-bench-") as place:
        folder = Path(place)
        paths = write_excel(folder, number)
        print(f"{number:,} x {number:,} rows x {len(OURS)} columns, Excel {sum(path.stat().st_size for path in paths) / 1e6:.0f} MB")
        timed = measure([sys.executable, "-c", COMPARE, *map(str, paths)])
        seconds = float(timed.output.split()[0])
        _reading, whole = run(paths, folder, READ_EXCEL, number)
        print(f"books_compare {'ok' if seconds < COMPARE_GOAL else 'short'} {seconds:.2f} s (goal < {COMPARE_GOAL:.0f} s)")
        print(f"books_whole {'ok' if whole.seconds < TIME_GOAL else 'short'} {whole.seconds:.1f} s (goal < {TIME_GOAL:.0f} s)")
        print(f"books_memory {'ok' if whole.peak_mb < MEMORY_GOAL_MB else 'short'} {whole.peak_mb:.0f} MB (goal < 1 GB)")
        if great:
            paths = write_csv(folder, great)
            print(f"{great:,} x {great:,} rows, CSV {sum(path.stat().st_size for path in paths) / 1e6:.0f} MB")
            _reading, whole = run(paths, folder, READ_CSV, great)
            print(f"books_great ok finished in {whole.seconds:.0f} s, {whole.peak_mb:.0f} MB")


if __name__ == "__main__":
    main()
