"""The snapshot: what was known of every household of an area as of a day, as columns. The only bridge from tables.

A household's own value wins over its scheme's, that over its nearest division's; `<column>_from` keeps which it was
(1 household, 2 scheme, 3 division), because the subject of a problem depends on it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb
import pyarrow as pa
from django.db import connection

from wenqu.facts.models import Key, SubjectKind
from wenqu.facts.values import sql
from wenqu.households.models import STANDS
from wenqu.kit import arrow
from wenqu.places import paths
from wenqu.rulebook.facts import CONTRADICTIONS

NAMES = [str(key.label) for key in Key]

_HOUSEHOLDS = pa.schema(
    [("household_id", pa.int64()), ("number", pa.string()), ("path", pa.string()), ("people", pa.int32()), ("scheme_id", pa.int64())]
)
_FACTS = pa.schema(
    [("subject_id", pa.int64()), ("key", pa.int16()), ("value", pa.string()), ("observed_on", pa.string()), ("record_id", pa.int64()), ("id", pa.int64())]
)
_RECORDS = pa.schema([("record_id", pa.int64()), ("recorded", pa.int32())])
_PLACES = pa.schema([("subject_id", pa.int64()), ("path", pa.string())])


@dataclass(frozen=True)
class Part:
    """Which households a snapshot is of: a condition on `households_household h`, beside that they stand in the register now. `few`: all that is read is looked up
    by their keys, where a county is read whole."""

    where: str
    params: tuple[Any, ...] = ()
    few: bool = False

    @classmethod
    def below(cls, path: str) -> Part:
        return cls("h.path >= %s AND h.path < %s", (path or "0", paths.after(path) if path else ":"))

    @classmethod
    def of(cls, households: Collection[int], schemes: Collection[int], path: str) -> Part:
        """Some households, and all that some schemes ever served, as far as they lie below `path`."""
        chosen = [f"SELECT id FROM households_household WHERE id IN ({_numbers(households)})"] if households else []
        chosen += [f"SELECT household_id FROM schemes_supply WHERE scheme_id IN ({_numbers(schemes)})"] if schemes else []
        place = cls.below(path)
        return cls(f"h.id IN ({' UNION '.join(chosen) or 'SELECT 0'}) AND {place.where}", place.params, few=True)


def _numbers(keys: Collection[int]) -> str:
    return ", ".join(str(int(key)) for key in sorted(keys))


def build(con: duckdb.DuckDBPyConnection, *, part: Part, as_of: date, until: datetime) -> None:
    """Create the table `snapshot` in `con`: one row a household of `part`, in the order of (path, household_id).

    Columns: household_id, number, path, people, scheme_id, every fact column typed, every `<column>_from`.
    Facts observed after `as_of`, recorded after `until` or withdrawn by then are not seen.
    """
    arrow.fill(con, "household", _household_sql(part), [as_of, as_of, *part.params], _HOUSEHOLDS)
    places = _places(con, part)
    arrow.fill(con, "place", f"SELECT id, path FROM places_division {places} ORDER BY path", [], _PLACES)
    moment = connection.ops.adapt_datetimefield_value(until)
    if not part.few:
        arrow.fill(con, "record", _RECORDS_SQL.format(among=""), [moment, moment], _RECORDS)
    inside = f"SELECT h.id FROM households_household h WHERE {part.where} AND {STANDS.format('h')}"
    served = f"SELECT scheme_id FROM schemes_supply WHERE household_id IN ({inside})"
    for kind, subjects, bounds in (
        (SubjectKind.HOUSEHOLD, inside, part.params),
        (SubjectKind.SCHEME, served, part.params),
        (SubjectKind.DIVISION, f"SELECT id FROM places_division {places}", ()),
    ):
        told = [int(kind), *bounds, as_of]
        arrow.fill(con, "fact", f"SELECT {_FACT} {_facts_sql(subjects)}", told, _FACTS)
        if part.few:
            among = f"AND id IN (SELECT record_id {_facts_sql(subjects)})"
            arrow.fill(con, "record", _RECORDS_SQL.format(among=among), [moment, moment, *told], _RECORDS)
        _pivot(con, f"known_{int(kind)}")
    con.execute("DROP TABLE fact")
    _join(con)


def _places(con: duckdb.DuckDBPyConnection, part: Part) -> str:
    """The condition on the divisions that may lend a value: those above the households."""
    if not part.few:
        return ""
    above = {each for row in con.execute("SELECT DISTINCT path FROM household").fetchall() for each in paths.ancestors(row[0])}
    # Paths are digits.
    return f"WHERE path IN ({', '.join(repr(path) for path in sorted(above)) or repr('')})"


# Which records were visible, and their order in time as a small number.
_RECORDS_SQL = """
    SELECT id, row_number() OVER (ORDER BY recorded_at, id) FROM facts_record
    WHERE recorded_at <= %s AND (withdrawn_at IS NULL OR withdrawn_at > %s) {among}
"""
# Dates as ISO text on both databases: text order is time order.
_FACT = "subject_id, key, value, CAST(observed_on AS TEXT), record_id, id"


def _household_sql(part: Part) -> str:
    return f"""
        SELECT h.id, h.number, h.path, COALESCE(h.people, 0), s.scheme_id
        FROM households_household h
        LEFT JOIN schemes_supply s ON s.household_id = h.id AND s.from_on <= %s AND (s.to_on IS NULL OR s.to_on > %s)
        WHERE {part.where} AND {STANDS.format('h')}
        ORDER BY h.path, h.id
    """


def _facts_sql(subjects: str) -> str:
    return f"FROM facts_fact WHERE subject_kind = %s AND subject_id IN ({subjects}) AND observed_on <= %s"


def _pivot(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """One row a subject with the latest value of each key of `fact`; an empty latest value is blank."""
    order = "{'day': observed_on, 'recorded': recorded, 'id': id}"
    latest = ", ".join(
        f"NULLIF(arg_max(value, {order}) FILTER (WHERE key = {int(key)}), '') AS {key.label}" for key in Key
    )
    con.execute(f"CREATE OR REPLACE TABLE {table} AS SELECT subject_id, {latest} FROM fact JOIN record USING (record_id) GROUP BY subject_id")


def _join(con: duckdb.DuckDBPyConnection) -> None:
    """Join the three levels; the nearest division that knows a value lends it to all households below it."""
    nearest = ", ".join(f"arg_max(k.{name}, length(p.path)) FILTER (WHERE k.{name} IS NOT NULL) AS {name}" for name in NAMES)
    con.execute(f"""
        CREATE OR REPLACE TABLE place_known AS
        SELECT v.path AS village, {nearest}
        FROM (SELECT DISTINCT path FROM household) v
        JOIN place p ON starts_with(v.path, p.path)
        JOIN known_3 k ON k.subject_id = p.subject_id
        GROUP BY v.path
    """)
    # Typed per level before they are merged: text that does not fit its column is blank, never a failed run.
    read = {name: [sql(name, f"{level}.{name}") for level in "hsd"] for name in NAMES}
    values = ", ".join(f"COALESCE({', '.join(levels)}) AS {name}" for name, levels in read.items())
    sources = ", ".join(
        f"CASE {' '.join(f'WHEN {level} IS NOT NULL THEN {number}' for number, level in enumerate(levels, 1))} END::UTINYINT AS {name}_from"
        for name, levels in read.items()
    )
    wrong = {name: " OR ".join(tests) for name, tests in _contradictions().items()}
    cleaned = ", ".join(f"CASE WHEN {test} THEN NULL ELSE {name} END AS {name}" for name, test in wrong.items())
    con.execute(f"""
        CREATE OR REPLACE TABLE snapshot AS
        SELECT * REPLACE ({cleaned}) FROM (
            SELECT household.*, {values}, {sources}
            FROM household
            LEFT JOIN known_1 h ON h.subject_id = household.household_id
            LEFT JOIN known_2 s ON s.subject_id = household.scheme_id
            LEFT JOIN place_known d ON d.village = household.path
        ) ORDER BY path, household_id
    """)


def _contradictions() -> dict[str, list[str]]:
    """Column -> the tests any of which makes it blank: the rulebook's contradictions, all on the original values."""
    tests: dict[str, list[str]] = {}
    for rule in CONTRADICTIONS:
        most = rule.most if rule.default is None else f"COALESCE({rule.most}, {rule.default})"
        test = f"COALESCE({rule.more} > {most}, FALSE)"
        tests.setdefault(rule.more, []).append(test)
        tests.setdefault(rule.most, []).append(test)
    return tests
