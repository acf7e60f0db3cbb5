"""What the database knows already of a county, as Arrow tables for the comparison."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from wenqu.households.models import STANDS, Household, Member
from wenqu.kit import arrow
from wenqu.kit.crypto.fields import labels_of

_HOUSEHOLD = pa.schema([
    ("id", pa.int64()), ("number", pa.string()), ("division_id", pa.int64()), ("path", pa.string()), ("head_name", pa.string()),
    ("phone", pa.string()), ("group_name", pa.string()), ("kind", pa.string()), ("watch_kind", pa.string()), ("people", pa.int32()),
])
_MEMBER = pa.schema([
    ("id", pa.int64()), ("household_id", pa.int64()), ("number", pa.string()), ("name", pa.string()), ("id_number", pa.string()),
    ("account_number", pa.string()), ("relation", pa.string()), ("details", pa.string()),
])
_GONE = pa.schema([("number", pa.string()), ("left_on", pa.string()), ("into", pa.string())])
_GONE_MEMBER = pa.schema([("household", pa.string()), ("number", pa.string()), ("name", pa.string()), ("id_number", pa.string()), ("left_on", pa.string())])
_SUPPLY = pa.schema([("id", pa.int64()), ("household_id", pa.int64()), ("scheme_id", pa.int64()), ("from_on", pa.string())])


def load_households(con: duckdb.DuckDBPyConnection, county: int) -> None:
    """`old_household`, `old_member` and `old_supply` (the current one) of a county, as far as they stand; and who left.

    Sealed numbers are opened here, into tables that live in the memory of one job (what does not fit goes into its
    private work folder, `reading.reading`): sheet and register can be compared only in clear.
    """
    arrow.load(con, "old_household",
               "SELECT id, number, division_id, path, head_name, phone, group_name, kind, watch_kind, people "
               f"FROM households_household h WHERE county_id = %s AND {STANDS.format('h')}", [county], _HOUSEHOLD, labels_of(Household, "phone"))
    arrow.load(con, "old_member",
               "SELECT m.id, m.household_id, m.number, m.name, m.id_number, m.account_number, m.relation, m.details "
               "FROM households_member m JOIN households_household h ON h.id = m.household_id "
               f"WHERE h.county_id = %s AND {STANDS.format('m')} AND {STANDS.format('h')}", [county], _MEMBER,
               labels_of(Member, "id_number", "account_number", "details"))
    arrow.load(con, "old_supply",
               "SELECT s.id, s.household_id, s.scheme_id, CAST(s.from_on AS TEXT) FROM schemes_supply s "
               "JOIN households_household h ON h.id = s.household_id WHERE h.county_id = %s AND s.to_on IS NULL", [county], _SUPPLY)
    _load_gone(con, county)


def _load_gone(con: duckdb.DuckDBPyConnection, county: int) -> None:
    """`gone_household` and `gone_member`: who left the register by a decision, which no sheet takes back. Members of households
    that left go with these."""
    arrow.load(con, "gone_household",
               "SELECT h.number, CAST(h.left_on AS TEXT), i.number FROM households_household h LEFT JOIN households_household i ON i.id = h.merged_into_id "
               f"WHERE h.county_id = %s AND NOT ({STANDS.format('h')})", [county], _GONE)
    arrow.load(con, "gone_member",
               "SELECT h.number, m.number, m.name, m.id_number, CAST(m.left_on AS TEXT) FROM households_member m "
               f"JOIN households_household h ON h.id = m.household_id WHERE h.county_id = %s AND NOT ({STANDS.format('m')})", [county], _GONE_MEMBER,
               labels_of(Member, "id_number"))
