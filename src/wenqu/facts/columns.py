"""The newest facts as columns, for whoever holds a book against the register."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pyarrow as pa
from django.db import connection

from wenqu.kit import arrow

_KNOWN = pa.schema([
    ("subject_id", pa.int64()), ("key", pa.int16()), ("value", pa.string()), ("observed_on", pa.string()),
    ("recorded_at", pa.string()), ("id", pa.int64()),
])


def load_latest(con: Any, *, kind: int, subjects: str, params: Sequence[Any], on: date | None = None) -> None:
    """`latest` (subject_id, key, value): the newest value of each key of each subject, observed on or before a day (None:
    whenever), withdrawn records left out.

    `subjects` is a SELECT of subject ids. Of two observations of one day the one recorded later stands.
    """
    moment = "to_char(r.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')" if connection.vendor == "postgresql" else "CAST(r.recorded_at AS TEXT)"
    until, days = (" AND f.observed_on <= %s", [on]) if on is not None else ("", [])
    arrow.load(con, "known",
               f"SELECT f.subject_id, f.key, f.value, CAST(f.observed_on AS TEXT), {moment}, f.id FROM facts_fact f JOIN facts_record r ON r.id = f.record_id "
               f"WHERE f.subject_kind = %s AND f.subject_id IN ({subjects}) AND r.withdrawn_at IS NULL{until}", [int(kind), *params, *days], _KNOWN)
    con.execute("CREATE OR REPLACE TEMP TABLE latest AS SELECT subject_id, key, "
                "arg_max(value, {'a': observed_on, 'b': recorded_at, 'c': id}) AS value FROM known GROUP BY subject_id, key")
    con.execute("DROP TABLE known")
