"""What the database knows already of a county, as Arrow tables for the comparison."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection, models

from wenqu.households.models import Household, Member
from wenqu.kit import arrow
from wenqu.kit.crypto.fields import label_of
from wenqu.kit.crypto.seal import ring, unseal_many

_HOUSEHOLD = pa.schema([
    ("id", pa.int64()), ("number", pa.string()), ("division_id", pa.int64()), ("path", pa.string()), ("head_name", pa.string()),
    ("phone", pa.string()), ("group_name", pa.string()), ("kind", pa.string()), ("watch_kind", pa.string()), ("people", pa.int32()),
])
_MEMBER = pa.schema([
    ("id", pa.int64()), ("household_id", pa.int64()), ("number", pa.string()), ("name", pa.string()), ("id_number", pa.string()),
    ("account_number", pa.string()), ("relation", pa.string()), ("details", pa.string()),
])
_SUPPLY = pa.schema([("id", pa.int64()), ("household_id", pa.int64()), ("scheme_id", pa.int64()), ("from_on", pa.string())])
_FACT = pa.schema([
    ("subject_id", pa.int64()), ("key", pa.int16()), ("value", pa.string()), ("observed_on", pa.string()),
    ("recorded_at", pa.string()), ("id", pa.int64()),
])


def load(con: duckdb.DuckDBPyConnection, table: str, sql: str, params: list[Any], schema: pa.Schema,
         opened: dict[str, str] | None = None) -> None:
    """A SELECT of the database as a table in DuckDB. `opened` names sealed columns with their labels."""
    keys = ring() if opened else None
    through = {name: partial(unseal_many, label=label, keys=keys) for name, label in (opened or {}).items()}
    with arrow.one_view():
        arrow.fill(con, table, sql, params, schema, through)


def load_households(con: duckdb.DuckDBPyConnection, county: int) -> None:
    """`old_household`, `old_member` and `old_supply` (the current one) of a county.

    Sealed numbers are opened here, into tables that live in the memory of one job (what does not fit goes into its
    private work folder, `reading.reading`): sheet and register can be compared only in clear.
    """
    load(con, "old_household",
         "SELECT id, number, division_id, path, head_name, phone, group_name, kind, watch_kind, people "
         "FROM households_household WHERE county_id = %s", [county], _HOUSEHOLD, _labels(Household, "phone"))
    load(con, "old_member",
         "SELECT m.id, m.household_id, m.number, m.name, m.id_number, m.account_number, m.relation, m.details "
         "FROM households_member m JOIN households_household h ON h.id = m.household_id WHERE h.county_id = %s", [county], _MEMBER,
         _labels(Member, "id_number", "account_number", "details"))
    load(con, "old_supply",
         "SELECT s.id, s.household_id, s.scheme_id, CAST(s.from_on AS TEXT) FROM schemes_supply s "
         "JOIN households_household h ON h.id = s.household_id WHERE h.county_id = %s AND s.to_on IS NULL", [county], _SUPPLY)


def _labels(model: type[models.Model], *names: str) -> dict[str, str]:
    return {name: label_of(model, name) for name in names}


def load_latest_facts(con: duckdb.DuckDBPyConnection, *, kind: int, subjects: str, params: list[Any], on: date) -> None:
    """`latest`: the newest value of each key of each subject observed on or before a day, withdrawn records left out.

    `subjects` is a SELECT of subject ids. Of two observations of one day the one recorded later stands.
    """
    moment = (
        "to_char(r.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')" if connection.vendor == "postgresql"
        else "CAST(r.recorded_at AS TEXT)"
    )
    load(con, "known",
         f"SELECT f.subject_id, f.key, f.value, CAST(f.observed_on AS TEXT), {moment}, f.id "
         "FROM facts_fact f JOIN facts_record r ON r.id = f.record_id "
         f"WHERE f.subject_kind = %s AND f.subject_id IN ({subjects}) AND f.observed_on <= %s AND r.withdrawn_at IS NULL",
         [kind, *params, on], _FACT)
    con.execute("""
        CREATE OR REPLACE TEMP TABLE latest AS
        SELECT subject_id, key, arg_max(value, {'a': observed_on, 'b': recorded_at, 'c': id}) AS value FROM known GROUP BY subject_id, key
    """)
    con.execute("DROP TABLE known")
