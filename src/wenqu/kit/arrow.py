"""The bridge from the row store to columns: stream a SELECT into Arrow batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
from django.db import connection, transaction

BATCH = 65_536


def stream(sql: str, params: Sequence[Any], schema: pa.Schema) -> pa.RecordBatchReader:
    """Rows of a SELECT as a stream of Arrow batches in the columns of `schema`; memory stays at one batch.

    On PostgreSQL the rows come through a server-side cursor, so call it inside a transaction. Values must already be
    what Arrow takes for the schema's types (dates are cast to text in the SELECT where SQLite would give text).
    """
    return pa.RecordBatchReader.from_batches(schema, _batches(sql, params, schema))


def _batches(sql: str, params: Sequence[Any], schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    with _cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(BATCH):
            arrays = [pa.array(column, type=field.type) for column, field in zip(zip(*rows, strict=True), schema, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _cursor() -> Any:
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a server-side cursor needs a transaction")
    assert connection.connection is not None
    return connection.connection.cursor(name="wenqu_stream")


def read(sql: str, params: Sequence[Any], schema: pa.Schema) -> pa.Table:
    """The same, as one table in memory."""
    return stream(sql, params, schema).read_all()
