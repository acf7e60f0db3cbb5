"""Judging results of water samples in columns, against a bare engine process with the same input and output.

Compared within one run, both as whole processes, start included, in turns:

* bare: DuckDB reads the same columns of the same two files (samples, results) and writes the same columns, filled by one
  trivial comparison each, so that every column is really read and every result column has several values
* judged: the statements of ``judge_sql`` for both editions of the standard, with their packs read from their files

Beside the wall clock the processor time of both is told: neighbours on the machine spoil the first, hardly the second.
Goal: less than 3 times the bare process. All samples of a part are judged again row by row and must come out the same.

    python bench/quality.py [RESULTS]
"""

from __future__ import annotations

import resource
import statistics
import sys
import tempfile
from decimal import Decimal
from pathlib import Path

import duckdb
from measure import Run, measure

from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.model import SchemeClass
from wenqu.rulebook.quality.judging import Result, Sample, Sign, edition_for, judge_sample
from wenqu.rulebook.quality.judging.due import keys_of
from wenqu.rulebook.quality.judging.editions import water_of
from wenqu.rulebook.quality.judging.samples_sql import missing_keys

RESULTS, ROUNDS, PER_SAMPLE, CHECKED = 1_000_000, 7, 32, 500
TIMES_GOAL = 3.0
EDITIONS = ("gb5749-2006", "gb5749-2022")

_SETTINGS = "SET threads = 2"
_WRITE = "(FORMAT parquet)"
BARE = f"""
import sys, duckdb
samples, results, out = sys.argv[1:]
con = duckdb.connect()
con.execute("{_SETTINGS}")
verdict, edition = "::ENUM('fit','unfit','undetermined','follow_up','not_judged')", "::ENUM('gb5749-2006','gb5749-2022')"
reason = "::ENUM('within','over','blank','present')"
con.execute(f'''COPY (SELECT sample_id, item, CASE WHEN value > 0.5 THEN 'fit'{{verdict}} WHEN sign = 'below' THEN 'unfit'{{verdict}} ELSE 'undetermined'{{verdict}} END AS verdict,
 CASE WHEN sign = 'value' THEN 'within'{{reason}} WHEN value > 0.1 THEN 'over'{{reason}} ELSE 'blank'{{reason}} END AS reason,
 CASE WHEN value > 1 THEN 10.0 WHEN value > 0.1 THEN 0.5 ELSE 0.05 END AS "limit"
 FROM read_parquet('{{results}}')) TO '{{out}}/results.parquet' {_WRITE}''')
con.execute(f'''COPY (SELECT sample_id, CASE WHEN taken_on < DATE '2023-04-01' THEN 'gb5749-2006'{{edition}} ELSE 'gb5749-2022'{{edition}} END AS edition,
 CASE WHEN scheme_class = 'small' THEN 'fit'{{verdict}} WHEN limited THEN 'unfit'{{verdict}} ELSE 'undetermined'{{verdict}} END AS verdict,
 CASE WHEN groundwater THEN 1::BIGINT WHEN raw_permanganate > 6 THEN 2::BIGINT ELSE 3::BIGINT END AS reasons,
 CASE WHEN point = 'tap' THEN 1::BIGINT WHEN disinfectant = 'ozone' THEN 2::BIGINT WHEN due_set = 'routine' THEN 4::BIGINT ELSE 3::BIGINT END AS missing
 FROM read_parquet('{{samples}}')) TO '{{out}}/samples.parquet' {_WRITE}''')
"""
JUDGED = f"""
import sys, duckdb
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.quality.judging.due import keys_of
from wenqu.rulebook.quality.judging.editions import water_of
from wenqu.rulebook.quality.judging.vectorised import judge_sql
samples, results, out = sys.argv[1:]
packs = [load_pack(name) for name in {EDITIONS!r}]
queries = judge_sql(packs, f"read_parquet('{{samples}}')", f"read_parquet('{{results}}')", sets={{"routine": keys_of(water_of(packs[1]))}})
con = duckdb.connect()
con.execute("{_SETTINGS}")
con.execute(f"CREATE TEMP TABLE judged AS {{queries.judged}}")
con.execute(f"COPY ({{queries.results}}) TO '{{out}}/results.parquet' {_WRITE}")
con.execute(f"COPY ({{queries.samples}}) TO '{{out}}/samples.parquet' {_WRITE}")
"""


def write_tables(place: Path, results: int) -> None:
    """Samples of both editions with anything not known now and then; values on both sides of every limit, a fifth below detection."""
    water = water_of(load_pack(EDITIONS[1]))
    keys = keys_of(water)
    count = -(-results // PER_SAMPLE)

    def pick(key: int, of: int, row: str = "i") -> str:
        return f"(hash({row} * 31 + {key}) % {of})::BIGINT"

    def one(key: int, words: list[str], known: int = 90) -> str:
        return f"CASE WHEN {pick(key, 100)} < {known} THEN [{', '.join(map(repr, words))}][1 + {pick(key + 1, len(words))}] END"

    samples = {
        "sample_id": "i", "taken_on": f"(DATE '2021-01-01' + {pick(1, 1900)}::INTEGER)::DATE", "scheme_class": one(2, [str(c) for c in SchemeClass]),
        "limited": f"CASE WHEN {pick(4, 10)} < 9 THEN {pick(5, 2)} = 1 END", "groundwater": f"CASE WHEN {pick(6, 10)} < 9 THEN {pick(7, 2)} = 1 END",
        "raw_permanganate": f"CASE WHEN {pick(8, 10)} < 8 THEN {pick(9, 90)} / 10.0 END::DOUBLE", "point": one(10, ["outlet", "tap", "tap", "school", "household", "secondary"], 98),
        "disinfectant": one(12, [*water.disinfectants, "none"], 95), "due_set": one(14, ["routine"], 50),
    }
    duckdb.execute(f"COPY (SELECT {', '.join(f'{sql} AS {name}' for name, sql in samples.items())} FROM range({count}) AS t(i)) TO '{place}/samples.parquet' (FORMAT parquet)")
    edges = dict.fromkeys(keys, 1.0)
    edges |= {key: float(item.limit.value) for key, item in water.items.items() if item.limit and not isinstance(item.limit.value, str)}
    edges |= {key: float(residual.tap.value) * 4 for key, residual in water.residuals.items() if residual.tap} | {"ph": 7.5}
    listed = ", ".join(f"({number}, '{key}', {edges[key]})" for number, key in enumerate(keys))
    # Each sample has its items in a row of the edition's, beginning anywhere, so that none comes twice.
    value = f"round(edge * {pick(20, 150, 'n')} / 100.0, 6)"
    sign = f"CASE WHEN {pick(21, 100, 'n')} < 76 THEN 'value' WHEN {pick(21, 100, 'n')} < 93 THEN 'below' WHEN {pick(21, 100, 'n')} < 95 THEN 'above' WHEN {pick(21, 100, 'n')} < 98 THEN 'not_detected' END"
    duckdb.execute(
        f"COPY (SELECT sample_id, item, {sign} AS sign, CASE WHEN {pick(22, 50, 'n')} = 0 THEN NULL WHEN edge = 1.0 AND {pick(23, 3, 'n')} > 0 THEN 0 ELSE {value} END::DOUBLE AS value "
        f"FROM (SELECT n, n // {PER_SAMPLE} AS sample_id, (n % {PER_SAMPLE} + {pick(24, len(keys), f'(n // {PER_SAMPLE})')}) % {len(keys)} AS number FROM range({results}) AS t(n)) "
        f"JOIN (VALUES {listed}) AS items(number, item, edge) USING (number) ORDER BY n) TO '{place}/results.parquet' (FORMAT parquet)")


def check(place: Path, out: Path, results: int) -> None:
    """Every result and sample is there, and some samples equal the row-by-row engine, reasons, limits and missing items included."""
    packs = {name: load_pack(name) for name in EDITIONS}
    due = keys_of(water_of(packs[EDITIONS[1]]))
    given = duckdb.execute(f"SELECT count(*) FROM '{out}/results.parquet' WHERE reason NOT IN ('sum_within', 'sum_over', 'sum_open')").fetchone()
    assert given == (results,), given
    samples = duckdb.execute(f"SELECT count(*), count(*) FILTER (edition IS NOT NULL) FROM '{out}/samples.parquet'").fetchone()
    assert samples == (-(-results // PER_SAMPLE),) * 2, samples
    step = max(1, results // PER_SAMPLE // CHECKED)
    told: dict[int, list[Result]] = {}
    for key, item, sign, value in duckdb.execute(f"SELECT * FROM '{place}/results.parquet' WHERE sample_id % {step} = 0").fetchall():
        told.setdefault(key, []).append(Result(item, Sign(sign) if sign else None, None if value is None else Decimal(str(value))))
    verdicts: dict[int, list[tuple[object, ...]]] = {}
    for key, *row in duckdb.execute(f"SELECT sample_id, item, verdict, reason, \"limit\" FROM '{out}/results.parquet' WHERE sample_id % {step} = 0").fetchall():
        verdicts.setdefault(key, []).append(tuple(row))
    compared = 0
    names = "taken_on, scheme_class, limited, groundwater, raw_permanganate, point, disinfectant, due_set"
    for key, edition, verdict, reasons, missing, day, kind, limited, ground, raw, point, agent, planned in duckdb.execute(
            f"SELECT sample_id, edition, verdict, reasons, missing, {names} FROM '{out}/samples.parquet' AS told JOIN '{place}/samples.parquet' AS given USING (sample_id) "
            f"WHERE sample_id % {step} = 0").fetchall():
        sample = Sample(day, SchemeClass(kind) if kind else None, limited, ground, raw, point, agent, due if planned else ())
        mine = judge_sample(edition_for(day, packs.values()), sample, told.get(key, []))
        assert (mine.edition, mine.verdict, mine.mask, mine.missing) == (edition, verdict, reasons, missing_keys(packs[edition], missing)), (sample, mine)
        rows = [(one.item, one.verdict, one.reason, float(one.limit.value) if one.limit and not isinstance(one.limit.value, str) else None) for one in mine.items]
        assert sorted(map(repr, ((a, str(b), c, d) for a, b, c, d in rows))) == sorted(map(repr, verdicts.get(key, []))), (sample, mine)
        compared += len(rows)
    seen = duckdb.execute(f"SELECT verdict, count(*) FROM '{out}/results.parquet' GROUP BY verdict ORDER BY count(*) DESC").fetchall()
    kinds = duckdb.execute(f"SELECT count(DISTINCT reason) FROM '{out}/results.parquet'").fetchone()
    print(f"checked: {results:,} results, {kinds[0] if kinds else 0} reasons, {compared:,} verdicts against the row-by-row engine; {', '.join(f'{word} {n:,}' for word, n in seen)}")


def show(name: str, runs: list[Run], busy: list[float]) -> None:
    seconds = [run.seconds for run in runs]
    print(f"{name:<8} {' '.join(f'{one:.2f}' for one in seconds)} s, median {statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f}); "
          f"processor median {statistics.median(busy):.2f} s ({min(busy):.2f} to {max(busy):.2f}); peak {max(run.peak_mb for run in runs):.0f} MB")


def processor() -> float:
    """Processor time of all processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def verdict(name: str, mine: list[float], bare: list[float]) -> None:
    ratios = [one / other for one, other in zip(mine, bare, strict=True)]
    ratio = statistics.median(mine) / statistics.median(bare)
    print(f"{name} {'ok' if ratio < TIMES_GOAL else 'short'} {ratio:.2f}x, by round {min(ratios):.2f} to {max(ratios):.2f} (goal < {TIMES_GOAL:g}x a bare process)")


def main() -> None:
    results = int(sys.argv[1]) if len(sys.argv) > 1 else RESULTS
    with tempfile.TemporaryDirectory(prefix="wenqu-bench-") as name:
        place = Path(name)
        write_tables(place, results)
        sizes = [(place / f"{one}.parquet").stat().st_size / 1e6 for one in ("samples", "results")]
        print(f"{results:,} results of {-(-results // PER_SAMPLE):,} samples, {sizes[1]:.1f} and {sizes[0]:.1f} MB")
        outs = {one: place / one for one in ("bare", "judged")}
        for out in outs.values():
            out.mkdir()
        runs: dict[str, list[Run]] = {one: [] for one in outs}
        busy: dict[str, list[float]] = {one: [] for one in outs}
        for number in range(ROUNDS + 1):
            # The one that begins changes from round to round.
            for one in sorted(outs, reverse=bool(number % 2)):
                before = processor()
                run = measure([sys.executable, "-c", BARE if one == "bare" else JUDGED, str(place / "samples.parquet"), str(place / "results.parquet"), str(outs[one])])
                if number:  # the first round warms the file cache for both
                    runs[one].append(run)
                    busy[one].append(processor() - before)
        check(place, outs["judged"], results)
    for one, measured in runs.items():
        show(one, measured, busy[one])
    verdict("quality_time", [run.seconds for run in runs["judged"]], [run.seconds for run in runs["bare"]])
    verdict("quality_processor", busy["judged"], busy["bare"])


if __name__ == "__main__":
    main()
