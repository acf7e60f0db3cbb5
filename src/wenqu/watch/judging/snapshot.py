"""What is known of every household that stands below a path, as columns: tables `house` and `item` in an engine (see `known` for one)."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection

from wenqu.households.models import STANDS
from wenqu.importing.staging import text_literal
from wenqu.judging.models import OverallCode
from wenqu.kit import arrow
from wenqu.kit.crypto.fields import label_of
from wenqu.kit.crypto.seal import ring, unseal_many
from wenqu.places import paths
from wenqu.rulebook.vectorised import quoted
from wenqu.rulebook.watch.judging import JudgingPack, household_columns
from wenqu.watch.judging.asked import WATER
from wenqu.watch.models import HouseFact, IncomeItem

KEPT = ("path", "cause", "water", "marked", "people", "told", "stored")
_REGISTER = pa.schema([
    ("household_id", pa.int64()), ("path", pa.string()), ("people", pa.int32()), ("kind", pa.string()), ("water", pa.int8()), ("main_cause", pa.string()),
    ("marked", pa.int8()), ("stands", pa.string()),
])
_FACTS = pa.schema([("household_id", pa.int64()), ("name", pa.string()), ("value", pa.string()), ("observed_on", pa.string()), ("id", pa.int64())])
_ITEMS = pa.schema([
    ("household_id", pa.int64()), ("kind", pa.string()), ("first", pa.int32()), ("last", pa.int32()), ("amount", pa.string()), ("together", pa.int8()),
])
_HOUSEHOLDS = f"""
    SELECT h.id, h.path, h.people, h.kind, g.overall, w.main_cause, CASE WHEN w.id IS NULL THEN 0 ELSE 1 END, k.stands
    FROM households_household h
    LEFT JOIN judging_grade g ON g.household_id = h.id
    LEFT JOIN watch_watched w ON w.household_id = h.id AND w.left_on IS NULL
    LEFT JOIN watch_watchgrade k ON k.household_id = h.id
    WHERE h.path >= %s AND h.path < %s AND {STANDS.format("h")} ORDER BY h.path, h.id
"""
_TOLD = f"""
    FROM {{table}} t JOIN households_household h ON h.id = t.household_id
    WHERE h.path >= %s AND h.path < %s AND t.observed_on <= %s AND {STANDS.format("h")} AND t.at <= %s AND (t.withdrawn_at IS NULL OR t.withdrawn_at > %s)
"""


def build(con: duckdb.DuckDBPyConnection, *, path: str, pack: JudgingPack, as_of: date, until: datetime) -> None:
    """Create the tables `house` and `item`. Call it inside `arrow.one_view`: all of it is of one instant."""
    bounds = [path or "0", paths.after(path) if path else ":"]
    moment = connection.ops.adapt_datetimefield_value(until)
    told = [*bounds, as_of, moment, moment]
    keys = ring()
    arrow.fill(con, "register", _HOUSEHOLDS, bounds, _REGISTER)
    arrow.fill(con, "fact", f"SELECT t.household_id, t.name, t.value, CAST(t.observed_on AS TEXT), t.id {_TOLD.format(table='watch_housefact')}", told, _FACTS,
               {"value": partial(unseal_many, label=label_of(HouseFact, "value"), keys=keys)})
    gone = f"SELECT 1 FROM households_member m WHERE m.id = t.member_id AND (NOT ({STANDS.format('m')}) OR m.household_id <> t.household_id)"
    together = f"CASE WHEN t.member_id IS NOT NULL AND EXISTS ({gone}) THEN 0 WHEN t.together THEN 1 WHEN NOT t.together THEN 0 END"
    arrow.fill(con, "told_item", f"SELECT t.household_id, t.kind, t.first, t.last, t.amount, {together} {_TOLD.format(table='watch_incomeitem')}", told, _ITEMS,
               {"amount": partial(unseal_many, label=label_of(IncomeItem, "amount"), keys=keys)})
    con.execute("CREATE OR REPLACE TABLE item AS SELECT household_id, kind, first, last, TRY_CAST(amount AS BIGINT) AS amount_fen, "
                "CAST(together AS BOOLEAN) AS together FROM told_item")
    con.execute("DROP TABLE told_item")
    _house(con, pack)


def _house(con: duckdb.DuckDBPyConnection, pack: JudgingPack) -> None:
    """One row a household with every column that the pack asks for, typed; what does not fit its column is not known."""
    columns = household_columns(pack)
    latest = ", ".join(f"arg_max(value, {{'day': observed_on, 'id': id}}) FILTER (WHERE name = {text_literal(name)}) AS {quoted(name)}" for name in columns)
    con.execute(f"CREATE OR REPLACE TABLE known AS SELECT household_id, {latest} FROM fact GROUP BY household_id")
    typed = {name: _typed(kind, f"k.{quoted(name)}") for name, kind in columns.items()}
    grades = ", ".join(f"'{entry.id}'" for entry in pack.grades) or "NULL"
    typed |= {
        "registered": "r.people", "marked": "r.marked = 1", "kept_grade": f"CASE WHEN r.stands IN ({grades}) THEN r.stands END",
        "was_poor": f"COALESCE({typed['was_poor']}, CASE WHEN contains(r.kind, '脱贫') AND NOT contains(r.kind, '未脱贫') THEN TRUE "
                    "WHEN starts_with(r.kind, '一般') THEN FALSE END)",
        "cause": f"COALESCE({typed['cause']}, NULLIF(r.main_cause, ''))",
    }
    if WATER in typed:
        typed[WATER] = f"CASE WHEN r.water IN ({OverallCode.SAFE}, {OverallCode.BASIC}) THEN TRUE WHEN r.water = {OverallCode.UNSAFE} THEN FALSE END"
    chosen = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in typed.items())
    con.execute(f"""
        CREATE OR REPLACE TABLE house AS
        SELECT r.household_id, r.path, r.water, r.people, r.stands IS NOT NULL AS stored,
            r.marked = 1 OR k.household_id IS NOT NULL OR i.household_id IS NOT NULL AS told, {chosen}
        FROM register r LEFT JOIN known k USING (household_id) LEFT JOIN (SELECT DISTINCT household_id FROM item) i USING (household_id)
    """)


def _typed(kind: str, value: str) -> str:
    if kind == "BOOLEAN":
        return f"CASE {value} WHEN 'yes' THEN TRUE WHEN 'no' THEN FALSE END"
    return f"NULLIF({value}, '')" if kind == "VARCHAR" else f"TRY_CAST(NULLIF({value}, '') AS {kind})"


def rows(cursor: Any) -> Any:
    """The rows of a result, some thousands at a time."""
    while found := cursor.fetchmany(20_000):
        yield from found
