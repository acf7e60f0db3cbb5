"""What an import would do: the outcome of every row, the errors found beyond single cells, and how to write it.

A plan lives in one DuckDB connection with these tables, whatever the kind of register:

* `typed`     the rows of the sheet: n (order), sheet, row and every column of the catalogue
* `found`     errors that need the database or other rows: n, name (of the column), code, message, refused (the whole row)
* `outcome`   n, chunk, status: created, changed, unchanged or refused
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from wenqu.importing.models import Batch
from wenqu.places.models import Division
from wenqu.registers.catalogues import Catalogue
from wenqu.registers.places_index import PlacesIndex, load_index
from wenqu.registers.resolving import Told, padded, resolve, tidy_code

STATUSES = ("created", "changed", "unchanged", "refused")

# [model label, primary key or ranges of keys, {field: [before, after]} or None for created rows]
Change = list[Any]


class Writer(Protocol):
    """Writes one chunk of a plan inside the caller's transaction and tells what it did."""

    def write(self, number: int, acting: Any) -> list[Change]: ...


@dataclass
class Plan:
    """A finished comparison, ready to be counted, shown or written."""

    con: duckdb.DuckDBPyConnection
    catalogue: Catalogue
    batch: Batch
    county: Division
    index: PlacesIndex
    present: frozenset[str]
    writer: Writer | None = None
    entities: dict[str, int] = field(default_factory=dict)

    def counts(self, chunk: int | None = None) -> dict[str, int]:
        """Rows by what becomes of them; of one chunk if asked."""
        where = "" if chunk is None else f"WHERE chunk = {int(chunk)}"
        found = dict(self.con.execute(f"SELECT status, count(*) FROM outcome {where} GROUP BY 1").fetchall())
        return {status: found.get(status, 0) for status in STATUSES}

    def chunks(self) -> int:
        """How many chunks there are to write."""
        return self.scalar("SELECT coalesce(max(chunk) + 1, 0) FROM outcome WHERE status <> 'refused'")

    def scalar(self, sql: str) -> int:
        rows = self.con.execute(sql).fetchall()
        return int(rows[0][0] or 0)


def start_plan(con: duckdb.DuckDBPyConnection, catalogue: Catalogue, batch: Batch, county: Division, present: frozenset[str]) -> Plan:
    """A plan with its places resolved (`place_of`) and nothing compared yet."""
    con.execute("CREATE OR REPLACE TEMP TABLE found (n BIGINT, name VARCHAR, code VARCHAR, message VARCHAR, refused BOOLEAN)")
    told = con.execute("SELECT DISTINCT division_code, county, town, village FROM typed").fetchall()
    codes = {digits for row in told if row[0] and (digits := padded(tidy_code(row[0])))}
    index = load_index(county, batch.code_system, codes)
    plan = Plan(con, catalogue, batch, county, index, present)
    _resolve_places(plan, told)
    return plan


def _resolve_places(plan: Plan, told: list[tuple[str | None, ...]]) -> None:
    """`place_of`: every distinct way of telling a place with what it resolves to."""
    rows = []
    for parts in told:
        found = resolve(Told(*(part or "" for part in parts)), plan.index)
        place = found.place
        rows.append({
            "division_code": parts[0], "county": parts[1], "town": parts[2], "village": parts[3],
            "division_id": place.pk if place else None, "level": place.level if place else None,
            "path": place.path if place else None, "code": found.code or None, "message": found.message or None,
            "wrong": found.wrong or None,
        })
    text = ("division_code", "county", "town", "village", "path", "code", "message", "wrong")
    schema = pa.schema([(name, pa.string()) for name in text] + [("division_id", pa.int64()), ("level", pa.int32())])
    put(plan.con, "place_of", pa.Table.from_pylist(rows, schema=schema))


def put(con: duckdb.DuckDBPyConnection, table: str, data: pa.Table) -> None:
    """An Arrow table as a table of the plan."""
    con.register("incoming", data)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM incoming")
    con.unregister("incoming")


SAME_PLACE = " AND ".join(f"p.{name} IS NOT DISTINCT FROM t.{name}" for name in ("division_code", "county", "town", "village"))
