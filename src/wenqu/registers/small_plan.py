"""What the plans of the two small registers share: rows as dictionaries, outcomes collected row by row.

A county has some hundred divisions and at most a few thousand schemes; households go another, vectorised way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
from django.db.models import Model

from wenqu.facts.models import Fact
from wenqu.facts.values import FactRow
from wenqu.kit.chunks import chunks
from wenqu.kit.crypto.fields import Sealed
from wenqu.kit.masking import cover
from wenqu.registers.catalogues import KEY_BY_NAME
from wenqu.registers.plan import SAME_PLACE, Change, Plan, put
from wenqu.registers.values import canonical

CHUNK_ROWS = 500


@dataclass
class RowPlan:
    """One row of the sheet: what it refers to, what will be set, and what becomes of it."""

    n: int
    values: dict[str, Any]
    facts: dict[str, str]
    reference: str
    key: int | None = None
    after: dict[str, Any] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    status: str = "unchanged"
    more: dict[str, Any] = field(default_factory=dict)


def read_small(plan: Plan) -> list[RowPlan]:
    """All rows with their resolved place (`values["place"]`: code, message, wrong, division_id, path, level)."""
    columns = plan.catalogue.columns
    facts = [column for column in plan.catalogue.facts if column.name in plan.present]
    told = ", ".join(f"t.{column.name}" for column in columns)
    known = "".join(f", {canonical(column, f't.{column.name}')} AS fact_{column.name}" for column in facts)
    con = plan.con.execute(f"""
        SELECT t.n, t.sheet, t.row, {told}, p.division_id, p.path AS place_path, p.level, p.code AS place_code, p.message, p.wrong{known}
        FROM typed t LEFT JOIN place_of p ON {SAME_PLACE} ORDER BY t.n
    """)
    names = [column[0] for column in con.description or ()]
    rows = []
    for record in con.fetchall():
        row = dict(zip(names, record, strict=True))
        values = {name: value for name, value in row.items() if not name.startswith("fact_") and value is not None}
        known_facts = {c.name: row[f"fact_{c.name}"] for c in facts if row[f"fact_{c.name}"] is not None}
        rows.append(RowPlan(row["n"], values, known_facts, f"{row['sheet']}!{row['row']}"[:60]))
    return rows


def refuse(plan: Plan, row: RowPlan, name: str, code: str, message: str) -> None:
    """The whole row is not imported."""
    row.status = "refused"
    plan.con.execute("INSERT INTO found VALUES (?, ?, ?, ?, TRUE)", [row.n, name, code, message])


def remark(plan: Plan, row: RowPlan, name: str, code: str, message: str) -> None:
    """One cell is set aside; the row goes on."""
    plan.con.execute("INSERT INTO found VALUES (?, ?, ?, ?, FALSE)", [row.n, name, code, message])


def drop_known_facts(rows: list[RowPlan], kind: int, on: date) -> None:
    """Leave only facts that differ from the latest value known on the day of the data."""
    keys = {row.key for row in rows if row.key is not None and row.facts}
    latest: dict[tuple[int, int], str] = {}
    for some in chunks(sorted(keys), 500):
        known = Fact.objects.filter(subject_kind=kind, subject_id__in=some, observed_on__lte=on, record__withdrawn_at__isnull=True)
        ordered = known.order_by("observed_on", "record__recorded_at", "pk")
        latest.update({(subject, key): value for subject, key, value in ordered.values_list("subject_id", "key", "value")})
    for row in rows:
        row.facts = {name: value for name, value in row.facts.items() if latest.get((row.key or 0, KEY_BY_NAME[name])) != value}


def set_outcomes(plan: Plan, rows: list[RowPlan], chunk_rows: int = CHUNK_ROWS) -> None:
    """`outcome` of all rows; chunks are made of the rows as they stand in the sheet."""
    table = pa.table({
        "n": pa.array([row.n for row in rows], pa.int64()),
        "chunk": pa.array([place // chunk_rows for place in range(len(rows))], pa.int32()),
        "status": pa.array([row.status for row in rows], pa.string()),
    })
    put(plan.con, "outcome", table)


def fact_rows(rows: list[RowPlan], kind: int, on: date) -> Iterator[FactRow]:
    """Facts to record for rows that have their key by now."""
    for row in rows:
        if row.status != "refused" and row.key is not None:
            for name, value in row.facts.items():
                yield (kind, row.key, KEY_BY_NAME[name], value, on, cover(row.reference))


def changed_fields(current: Model, told: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(before, after) of the told fields that differ; a blank is not told."""
    before, after = {}, {}
    for name, value in told.items():
        now = getattr(current, name)
        if value not in (None, "") and value != (now.open() if isinstance(now, Sealed) else now):
            before[name], after[name] = now, value
    return before, after


def change(label: str, key: int, before: dict[str, Any], after: dict[str, Any]) -> Change:
    """What undo needs of a changed row."""
    return [label, key, {name: [plain(before[name]), plain(after[name])] for name in after}]


def plain(value: Any) -> Any:
    """A field's value as JSON keeps it."""
    return str(value) if isinstance(value, Decimal | date) else value
