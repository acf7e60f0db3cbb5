"""Runs samples with their results through both engines: one by one through the reference, as one batch through DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb
import pyarrow as pa

from wenqu.rulebook.model import Pack
from wenqu.rulebook.quality.judging import EditionMissing, Result, Sample, edition_for, judge_sample
from wenqu.rulebook.quality.judging.reasons import BY_CODE
from wenqu.rulebook.quality.judging.samples_sql import missing_keys
from wenqu.rulebook.quality.judging.vectorised import judge_sql

Told = tuple[Sample, tuple[Result, ...]]
Item = tuple[str, str, str]


@dataclass(frozen=True)
class Row:
    """What is compared of a judged sample: ``items`` are (item, verdict, reason), sorted; ``limits`` the deciding numbers by item and reason."""

    edition: str | None
    verdict: str
    mask: int
    items: tuple[Item, ...]
    limits: tuple[tuple[str, str, float | None], ...]
    missing: tuple[str, ...]


def one_by_one(packs: Sequence[Pack], told: Sequence[Told]) -> list[Row]:
    """The reference's answers in the shape of the columns."""
    found = []
    for sample, results in told:
        try:
            verdict = judge_sample(edition_for(sample.taken_on, packs), sample, results)
        except EditionMissing:
            rows = tuple(sorted((result.item, "not_judged", "no_edition") for result in results))
            found.append(Row(None, "not_judged", 1 << BY_CODE["no_edition"].number if rows else 0, rows, tuple((a, c, None) for a, _, c in rows), ()))
            continue
        items = tuple(sorted((one.item, str(one.verdict), one.reason) for one in verdict.items))
        limits = tuple(sorted((one.item, one.reason, float(one.limit.value) if one.limit and not isinstance(one.limit.value, str) else None) for one in verdict.items))
        found.append(Row(verdict.edition, str(verdict.verdict), verdict.mask, items, limits, verdict.missing))
    return found


def connected(told: Sequence[Told], sets: dict[str, tuple[str, ...]]) -> duckdb.DuckDBPyConnection:
    """A database with the tables ``samples`` and ``results``; plans' items become named sets."""
    def number(value: object) -> float | None:
        return None if value is None else float(Decimal(str(value)))

    samples = [sample for sample, _ in told]
    for sample in samples:
        if sample.due:
            sets.setdefault(" ".join(sample.due), sample.due)
    flat = [(index, result) for index, (_, results) in enumerate(told) for result in results]
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.register("samples", pa.table({
        "sample_id": pa.array(range(len(samples)), pa.int64()), "taken_on": pa.array([s.taken_on for s in samples], pa.date32()),
        "scheme_class": pa.array([s.scheme_class and str(s.scheme_class) for s in samples], pa.string()), "limited": pa.array([s.limited for s in samples], pa.bool_()),
        "groundwater": pa.array([s.groundwater for s in samples], pa.bool_()), "raw_permanganate": pa.array([number(s.raw_permanganate) for s in samples], pa.float64()),
        "point": pa.array([s.point for s in samples], pa.string()), "disinfectant": pa.array([s.disinfectant for s in samples], pa.string()),
        "due_set": pa.array([" ".join(s.due) or None for s in samples], pa.string()),
    }))
    connection.register("results", pa.table({
        "sample_id": pa.array([index for index, _ in flat], pa.int64()), "item": pa.array([r.item for _, r in flat], pa.string()),
        "sign": pa.array([r.sign and str(r.sign) for _, r in flat], pa.string()), "value": pa.array([number(r.value) for _, r in flat], pa.float64()),
    }))
    return connection


def in_columns(packs: Sequence[Pack], told: Sequence[Told]) -> list[Row]:
    """The column engine's answers, in the order of the samples."""
    sets: dict[str, tuple[str, ...]] = {}
    connection = connected(told, sets)
    queries = judge_sql(packs, "samples", "results", sets=sets)
    connection.execute(f"CREATE TEMP TABLE judged AS {queries.judged}")
    items: dict[int, list[tuple[str, str, str, float | None]]] = {}
    for key, *row in connection.execute(queries.results).fetchall():
        items.setdefault(key, []).append(tuple(row))
    by_id = {pack.id: pack for pack in packs}
    found = []
    for key, edition, verdict, mask, missing in connection.execute(f"{queries.samples} ORDER BY sample_id").fetchall():
        rows = items.get(key, [])
        found.append(Row(edition, verdict, mask, tuple(sorted(row[:3] for row in rows)), tuple(sorted((row[0], row[2], row[3]) for row in rows)),
                         missing_keys(by_id[edition], missing) if edition else ()))
    connection.close()
    return found
