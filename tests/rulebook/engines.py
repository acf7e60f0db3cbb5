"""Runs facts through both engines: one by one through the reference, as one batch through DuckDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields

import duckdb
import pyarrow as pa

from wenqu.rulebook.model import INDICATORS, Facts, Pack
from wenqu.rulebook.reference import judge
from wenqu.rulebook.vectorised import judge_sql

OUTPUT = (*INDICATORS, "overall", *(f"{name}_reason" for name in INDICATORS))
TEXTS = ("scheme_class", "lab_result")
FLAGS = ("piped", "sensory_ok", "has_plant")
DAYS = ("short_days", "year_days", "longest_short_spell_days")

Row = dict[str, str]


def one_by_one(facts: Sequence[Facts], pack: Pack) -> list[Row]:
    """The oracle's answers in the shape of the output table."""
    rows = []
    for fact in facts:
        judgement = judge(fact, pack)
        row = {name: str(getattr(judgement, name).grade) for name in INDICATORS}
        row["overall"] = str(judgement.overall)
        row |= {f"{name}_reason": getattr(judgement, name).reason for name in INDICATORS}
        rows.append(row)
    return rows


def as_table(facts: Sequence[Facts], days: pa.DataType | None = None) -> pa.Table:
    """Facts as columns; ``days`` is the type of the three day columns (float64 unless given)."""
    columns: dict[str, pa.Array] = {"household_id": pa.array([str(n) for n in range(len(facts))])}
    rows = [asdict(fact) for fact in facts]
    for field in fields(Facts):
        kind = pa.float64()
        if field.name in TEXTS:
            kind = pa.string()
        elif field.name in FLAGS:
            kind = pa.bool_()
        elif field.name in DAYS and days is not None:
            kind = days
        values = [row[field.name] for row in rows]
        if pa.types.is_floating(kind):
            values = [None if value is None else float(value) for value in values]
        columns[field.name] = pa.array(values, kind)
    return pa.table(columns)


def as_batch(facts: Sequence[Facts], pack: Pack, days: pa.DataType | None = None, enums: bool = True) -> list[Row]:
    """The column engine's answers, in the order of the facts."""
    connection = duckdb.connect()
    connection.register("facts", as_table(facts, days))
    result = connection.execute(judge_sql(pack, "facts", enums=enums) + " ORDER BY CAST(household_id AS INTEGER)")
    names = [column[0] for column in result.description]
    assert names == ["household_id", *OUTPUT]
    rows = [dict(zip(names[1:], row[1:], strict=True)) for row in result.fetchall()]
    connection.close()
    return rows
