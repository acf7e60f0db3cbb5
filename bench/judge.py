"""Judging a register of households in Parquet, against a bare engine process with the same input and output.

Compared within one run, both as whole processes, start included, in turns:

* bare: DuckDB reads the same columns of the same file and writes the same ten result columns, filled by one trivial
  comparison each, so that every column is really read and every result column has several values
* judged: ``wenqu judge --formats parquet``: all checks of cells, all reason codes, counts and roll-up of the summary

Then one judgement of a large register. Goals: at most 4 times the bare process (aim 2.5) and under 1 GB; 8,000,000 rows
under 2 GB.

    python bench/judge.py [ROWS [LARGE_ROWS]]
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

import duckdb
from measure import Run, measure

from wenqu.rulebook.facts import FACT_KEYS
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.model import INDICATORS, Facts
from wenqu.rulebook.reference import judge
from wenqu.rulebook.vectorised import reachable

ROWS, LARGE_ROWS, ROUNDS = 1_920_000, 8_000_000, 5
TIMES_GOAL, TIMES_AIM, MEMORY_GOAL_MB, LARGE_MEMORY_GOAL_MB = 4.0, 2.5, 1024, 2048
PACK, AS_OF, SAMPLE = "national-2018", "2026-06-30", 1_000

_GRADE, _OVERALL = "::ENUM('met','basic','failed','unknown')", "::ENUM('safe','basic','unsafe','unknown')"
BARE = f"""
import sys, duckdb
duckdb.sql('''COPY (SELECT household_id,
 CASE WHEN litres_per_person_day >= 60 THEN 'met'{_GRADE} WHEN rain_mm >= 800 THEN 'basic'{_GRADE} ELSE 'unknown'{_GRADE} END AS quantity,
 CASE WHEN lab_result = 'pass' THEN 'met'{_GRADE} WHEN has_plant THEN 'failed'{_GRADE} ELSE 'unknown'{_GRADE} END AS quality,
 CASE WHEN piped THEN 'met'{_GRADE} WHEN horizontal_m <= 400 THEN 'failed'{_GRADE} ELSE 'unknown'{_GRADE} END AS convenience,
 CASE WHEN short_days <= 18 THEN 'met'{_GRADE} WHEN longest_short_spell_days > 9 THEN 'failed'{_GRADE} ELSE 'unknown'{_GRADE} END AS reliability,
 CASE WHEN scheme_class = 'small' THEN 'safe'{_OVERALL} WHEN division_code > '610122109' THEN 'basic'{_OVERALL} ELSE 'unsafe'{_OVERALL} END AS overall,
 CASE WHEN water_m3_per_head >= 1000 THEN 'quantity_met_humid' ELSE 'quantity_failed_arid' END AS quantity_reason,
 CASE WHEN sensory_ok THEN 'quality_met_lab' ELSE 'quality_failed_lab' END AS quality_reason,
 CASE WHEN round_trip_min <= 10 THEN 'convenience_met_time' WHEN vertical_m > 80 THEN 'convenience_failed_both' ELSE 'convenience_met_piped' END AS convenience_reason,
 CASE WHEN year_days = 366 THEN 'reliability_met_ratio' ELSE 'reliability_failed_ratio' END AS reliability_reason
 FROM read_parquet(\\'''' + sys.argv[1] + '''\\')) TO \\'''' + sys.argv[2] + '''\\' (FORMAT parquet)''')
"""


def write_register(path: Path, rows: int) -> None:
    """A register without wrong cells, with blanks everywhere and values on both sides of every limit."""
    def pick(key: int, of: int) -> str:
        return f"(hash(i * 31 + {key}) % {of})::BIGINT"

    def known(key: int, percent: int, value: str) -> str:
        return f"CASE WHEN {pick(key, 100)} < {percent} THEN {value} END"

    cells = {
        "household_id": "'H' || lpad(i::VARCHAR, 10, '0')",
        "division_code": f"'610122' || lpad((100 + i // ({rows} // 19 + 1))::VARCHAR, 3, '0') || lpad((200 + (i // 40) % 20)::VARCHAR, 3, '0')",
        "scheme_class": known(1, 96, f"['urban_rural', 'large', 'thousand', 'small', 'decentralised'][1 + {pick(2, 5)}]"),
        "piped": known(3, 95, f"{pick(4, 10)} < 7"),
        "litres_per_person_day": known(5, 95, f"({pick(6, 1200)} / 10.0)::DOUBLE"),
        "rain_mm": known(7, 90, f"(400 + {pick(8, 800)})::DOUBLE"),
        "water_m3_per_head": known(9, 90, f"(500 + {pick(10, 1500)})::DOUBLE"),
        "round_trip_min": known(11, 60, f"{pick(12, 60)}::DOUBLE"),
        "horizontal_m": known(13, 60, f"{pick(14, 1500)}::DOUBLE"),
        "vertical_m": known(15, 50, f"{pick(16, 150)}::DOUBLE"),
        "short_days": known(17, 92, f"{pick(18, 60)}::INTEGER"),
        "year_days": known(19, 30, f"(365 + {pick(20, 2)})::INTEGER"),
        "longest_short_spell_days": known(17, 92, f"({pick(18, 60)} // 2)::INTEGER"),
        "lab_result": known(21, 50, f"['pass', 'pass', 'pass', 'fail', 'undetermined'][1 + {pick(22, 5)}]"),
        "sensory_ok": known(23, 80, f"{pick(24, 10)} < 9"),
        "has_plant": known(25, 80, f"{pick(26, 10)} < 6"),
    }
    assert list(cells) == [key.name for key in FACT_KEYS]
    columns = ", ".join(f"{value} AS {name}" for name, value in cells.items())
    duckdb.execute(f"COPY (SELECT {columns} FROM range({rows}) AS t(i)) TO '{path}' (FORMAT parquet)")


def judge_command(path: Path, out: Path) -> list[str]:
    return [str(Path(sys.executable).with_name("wenqu")), "judge", str(path), "--pack", PACK, "--as-of", AS_OF, "--out", str(out),
            "--formats", "parquet"]


def check(path: Path, out: Path, rows: int) -> None:
    """Every row is there in its order, all reasons of the pack occur, and a sample equals the row-by-row engine."""
    verdicts = f"read_parquet('{out / 'verdicts.parquet'}')"
    found = duckdb.execute(f"SELECT count(*) FROM (SELECT household_id FROM read_parquet('{path}')) AS a POSITIONAL JOIN "
                           f"(SELECT household_id AS judged FROM {verdicts}) AS b WHERE household_id = judged").fetchone()
    assert found == (rows,), found
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert summary["rows"]["judged"] == sum(summary["counts"]["overall"].values()) == rows
    pack = load_pack(PACK)
    reasons = {name: {row[0] for row in duckdb.execute(f"SELECT DISTINCT {name}_reason FROM {verdicts}").fetchall()} for name in INDICATORS}
    assert rows < 100_000 or all(reasons[name] == set(reachable(pack, name)) for name in INDICATORS), reasons
    names = [key.name for key in FACT_KEYS[2:]]
    step = max(1, rows // SAMPLE)
    sample = duckdb.execute(f"SELECT {', '.join(names)}, {', '.join(f'{n}_reason' for n in INDICATORS)} FROM read_parquet('{path}') AS a "
                            f"JOIN {verdicts} AS b USING (household_id) WHERE right(household_id, 10)::BIGINT % {step} = 0").fetchall()
    for row in sample:
        verdict = judge(Facts(**dict(zip(names, row, strict=False))), pack)
        assert tuple(v.reason for v in verdict.verdicts) == row[len(names):], row
    print(f"checked: {rows:,} rows in order, {sum(map(len, reasons.values()))} reason codes, {len(sample):,} rows against the row-by-row engine")


def show(name: str, runs: list[Run]) -> float:
    """Print raw times; the median."""
    seconds = statistics.median(run.seconds for run in runs)
    print(f"{name:<8} {' '.join(f'{run.seconds:.2f}' for run in runs)} s, median {seconds:.2f} s, peak {max(run.peak_mb for run in runs):.0f} MB")
    return seconds


def verdict(name: str, good: bool, figure: str, goal: str) -> None:
    print(f"{name} {'ok' if good else 'short'} {figure} (goal {goal})")


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    large_rows = int(sys.argv[2]) if len(sys.argv) > 2 else LARGE_ROWS if rows == ROWS else rows * 4
    with tempfile.TemporaryDirectory(prefix="wenqu-bench-") as place:
        path, out, large = Path(place, "register.parquet"), Path(place, "out"), Path(place, "large.parquet")
        write_register(path, rows)
        print(f"{rows:,} households x {len(FACT_KEYS)} columns, {path.stat().st_size / 1e6:.0f} MB")
        bare, judged = [], []
        for number in range(ROUNDS + 1):
            runs = measure([sys.executable, "-c", BARE, str(path), str(Path(place, "bare.parquet"))]), measure(judge_command(path, out))
            if number:  # the first round warms the file cache for both
                bare.append(runs[0])
                judged.append(runs[1])
        assert duckdb.execute(f"SELECT count(*) FROM '{place}/bare.parquet'").fetchone() == (rows,)
        check(path, out, rows)
        times = show("judged", judged) / show("bare", bare)
        shutil.rmtree(out)
        path.unlink()
        write_register(large, large_rows)
        print(f"{large_rows:,} households, {large.stat().st_size / 1e6:.0f} MB")
        much = measure(judge_command(large, out))
        check(large, out, large_rows)
        show("judged", [much])
    peak = max(run.peak_mb for run in judged)
    verdict("judge_time", times <= TIMES_GOAL, f"{times:.2f}x", f"<= {TIMES_GOAL:g}x a bare process, aim {TIMES_AIM:g}x")
    verdict("judge_memory", peak < MEMORY_GOAL_MB, f"{peak:.0f} MB", f"< {MEMORY_GOAL_MB} MB")
    verdict("judge_large_memory", much.peak_mb < LARGE_MEMORY_GOAL_MB, f"{much.peak_mb:.0f} MB in {much.seconds:.1f} s", f"{large_rows:,} rows < {LARGE_MEMORY_GOAL_MB} MB")


if __name__ == "__main__":
    main()
