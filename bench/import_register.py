"""Import of an Excel register of 200,000 rows x 40 columns into the embedded database, against only reading that sheet.

Compared within one run, both as whole processes, start included:

* reading: fastexcel, the whole sheet as text into Arrow, nothing else
* importing: ``wenqu import households``: dry run with all checks, annotated workbook included, then the import

    python bench/import_register.py [ROWS]
"""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import xlsxwriter
from measure import Run, measure

ROWS = 200_000
TIMES_GOAL, MEMORY_GOAL_MB = 12.0, 1228.8
READ = "import sys, fastexcel; s = fastexcel.read_excel(sys.argv[1]).load_sheet(0, header_row=None, skip_rows=0, dtypes='string'); print(s.to_arrow().num_rows)"
COUNTY, TOWNS, VILLAGES = "样县", 20, 18
HEADERS = (
    "县(市、区、旗)", "乡(镇)", "行政村", "自然村", "区划代码", "户编号", "人编号", "姓名", "证件号码", "人数", "与户主关系", "民族", "文化程度",
    "在校生状况", "健康状况", "劳动技能", "务工时间（月）", "务工区域", "是否参加大病保险", "致贫原因1", "危房户", "是否解决安全饮用水",
    "人均纯收入", "户联系电话", "户类型", "监测对象类型", "风险是否消除", "识别时间", "所属工程编号", "工程类型", "是否入户",
    "人均日用水量", "往返时间", "水平距离", "垂直高差", "缺水天数", "最长连续缺水天数", "水质检测结果", "感官是否正常", "有无水厂",
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平"


def id_number(rng: random.Random, serial: int) -> str:
    body = f"610199{rng.randint(1940, 2020)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{serial % 1000:03d}"
    return body + "10X98765432"[sum(w * int(d) for w, d in zip(WEIGHTS, body, strict=True)) % 11]


def looks_wrecked(identity: str) -> bool:
    """In a sheet with damaged numbers none is trusted that looks like one: about one real number in a thousand."""
    whole = int(identity) if identity.isdigit() else 0
    return bool(whole) and (identity.endswith("000") or int(float(round(whole, -3))) == whole)


def household_cells(rng: random.Random, household: int) -> tuple[list[object], list[object], list[object]]:
    """What the rows of one household share: place, contact and kind, water."""
    village = household % (TOWNS * VILLAGES)
    town = village % TOWNS
    place = [COUNTY, f"第{town + 1}镇", f"村{village + 1}村民委员会", f"{village + 1}组", f"610199{100 + town:03d}{200 + village // TOWNS:03d}"]
    spell = rng.randint(0, 9)
    water: list[object] = [
        f"G{village % 400 + 1:04d}", rng.choice(("城乡一体化", "千人以上", "小型集中", "分散")), rng.choice(("是", "是", "否")), rng.randint(18, 90),
        rng.randint(0, 30), rng.randint(0, 900), rng.randint(0, 90), spell + rng.randint(0, 30), spell,
        rng.choice(("合格", "合格", "不合格", None)), rng.choice(("是", "否", None)), rng.choice(("有", "无")),
    ]
    kind: list[object] = [f"13{rng.randint(0, 9)}{household:08d}", rng.choice(("一般户", "脱贫户", "监测户")), rng.choice((None, None, "脱贫不稳定户")), rng.choice((None, "是")), "202409"]
    return list(place), kind, water


def write_sheet(path: Path, rows: int) -> tuple[int, int]:
    """The register; one cell in 500 is wrong. Returns (households, wrong cells)."""
    rng = random.Random(20260301)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("农户信息")
    sheet.write(0, 0, f"{COUNTY}农户信息表")
    sheet.write_row(1, 0, HEADERS)
    household = wrong = member = left = 0
    for row in range(rows):
        if left == 0:
            household += 1
            left = size = rng.choice((2, 3, 3, 4, 4, 5))
            place, kind, water = household_cells(rng, household)
            member = 0
        left -= 1
        member += 1
        number = f"6101990000{household:08d}"
        identity: object = id_number(rng, row)
        months: object = rng.randint(0, 12)
        if row % 500 == 7:
            if row % 1000 == 7:
                identity = float(int(str(identity)[:15]) * 1000)
            else:
                months = "半年"
                wrong += 1
        wrong += isinstance(identity, float) or looks_wrecked(str(identity))
        person = [number, f"{number}{member:02d}", rng.choice(FAMILY) + rng.choice(GIVEN) + rng.choice(GIVEN), identity, size,
                  "户主" if member == 1 else rng.choice(("配偶", "之子", "之女", "之父")), "汉族", rng.choice(("小学", "初中", "高中")), None,
                  rng.choice(("健康", "健康", "长期慢性病")), rng.choice(("普通劳动力", "无劳动力")), months, rng.choice(("县内", "省外", None)), "是",
                  rng.choice((None, "缺劳力", "因病")), "否", "是", rng.randint(6000, 30000)]
        sheet.write_row(row + 2, 0, [*place, *person, *kind, *water])
    book.close()
    return household, wrong


PREPARE = """
import sys
from wenqu.kit import boot
boot.start(migrate=True)
from datetime import UTC, datetime
from wenqu.kit.audit import SYSTEM
from wenqu.places.actions import add_division
from wenqu.schemes.models import Scheme
at = datetime(2026, 1, 1, tzinfo=UTC)
add = lambda parent, level, name, code: add_division(parent=parent, level=level, name=name, codes={("nbs", "2023"): code}, by=SYSTEM, at=at)
county = add(add(add(None, 1, "样省", "610000000000"), 2, "样市", "610100000000"), 3, "样县", "610199000000")
towns = [add(county, 4, f"第{t + 1}镇", f"610199{100 + t:03d}000") for t in range(20)]
for v in range(360):
    add(towns[v % 20], 5, f"村{v + 1}村民委员会", f"610199{100 + v % 20:03d}{200 + v // 20:03d}")
Scheme.objects.bulk_create(Scheme(division=county, path=county.path, county=county, number=f"G{g + 1:04d}", name=f"工程{g + 1}") for g in range(400))
"""


def check(database: Path, rows: int, households: int, wrong: int, output: str) -> None:
    """The import did what it says: counts of rows, cells, members, households and facts."""
    con = sqlite3.connect(database)
    counted = {table: con.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in (
        "households_household", "households_member", "schemes_supply", "facts_fact")}
    print("rows in the database:", counted)
    assert counted["households_household"] == counted["schemes_supply"] == households, counted
    assert counted["households_member"] == rows, counted
    assert f"新增 {rows:,}" in output and f"有问题的单元格 {wrong:,}" in output, output


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    with tempfile.TemporaryDirectory(prefix="wenqu-bench-") as place:
        folder = Path(place)
        path = folder / "register.xlsx"
        households, wrong = write_sheet(path, rows)
        print(f"{rows:,} rows x {len(HEADERS)} columns, {households:,} households, {wrong:,} wrong cells, {path.stat().st_size / 1e6:.0f} MB")
        environment = {**os.environ, "WENQU_DATA": str(folder / "data"), "DATABASE_URL": ""}
        subprocess.run([sys.executable, "-c", PREPARE], env=environment, check=True)
        command = [sys.executable, "-m", "wenqu.cli", "import", "households", str(path), "--county", COUNTY, "--observed-on", "2026-01-01", "--out", place]
        readings: list[Run] = [measure([sys.executable, "-c", READ, str(path)])]
        imported = measure(command, env=environment, ok=(0, 2))
        readings.append(measure([sys.executable, "-c", READ, str(path)]))
        print(imported.output)
        check(folder / "data" / "wenqu.sqlite3", rows, households, wrong, imported.output)
    for reading in readings:
        print(f"reading only: {reading.seconds:.2f} s, {reading.peak_mb:.0f} MB")
    print(f"dry run and import: {imported.seconds:.2f} s, {imported.peak_mb:.0f} MB")
    times = imported.seconds / (sum(reading.seconds for reading in readings) / len(readings))
    print(f"import_register_time {'ok' if times < TIMES_GOAL else 'short'} {times:.2f}x (goal < {TIMES_GOAL:.0f}x reading)")
    print(f"import_register_memory {'ok' if imported.peak_mb < MEMORY_GOAL_MB else 'short'} {imported.peak_mb:.0f} MB (goal < 1.2 GB)")


if __name__ == "__main__":
    main()
