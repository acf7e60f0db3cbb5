"""The bridge from the row store to columns: pour a SELECT into an engine's table through Arrow batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import pyarrow as pa
from django.db import connection, transaction

from wenqu.kit.crypto.seal import ring, unseal_many

BATCH = 65_536
# column -> what to do with its values of one batch
Through = Mapping[str, Callable[[Sequence[Any]], Sequence[Any]]]


@contextmanager
def one_view() -> Iterator[None]:
    """All SELECTs inside see the tables as the first of them did, and nobody has to wait for them.

    PostgreSQL would else show each statement what was committed just before it; SQLite's transactions, which take the
    write lock at once, would stop every writer for as long as the reading lasts. Inside a transaction that is open
    already, its own rules hold.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    usual: Any = connection
    mode, usual.transaction_mode = usual.transaction_mode, "DEFERRED"
    try:
        with transaction.atomic():
            yield
    finally:
        usual.transaction_mode = mode


def fill(con: Any, table: str, sql: str, params: Sequence[Any], schema: pa.Schema, through: Through | None = None) -> int:
    """Create the table `table` in a DuckDB connection from the rows of a SELECT. Returns how many.

    Batch by batch in the caller's thread: an engine that pulled a stream would do so from threads of its own, where
    the framework would open another connection to the database. On PostgreSQL the rows come through a server-side
    cursor, so call it inside a transaction. Values must already be what Arrow takes for the schema's types, or become
    it by what `through` does to the values of a column.
    """
    con.register("incoming", schema.empty_table())
    con.execute(f"CREATE OR REPLACE TABLE {table} AS FROM incoming")
    count = 0
    for batch in _batches(sql, params, schema, through or {}):
        con.register("incoming", pa.Table.from_batches([batch]))
        con.execute(f"INSERT INTO {table} FROM incoming")
        count += batch.num_rows
    con.unregister("incoming")
    return count


def load(con: Any, table: str, sql: str, params: Sequence[Any], schema: pa.Schema, sealed: Mapping[str, str] | None = None) -> int:
    """`fill` from one view of the database. `sealed` names sealed columns with their labels: they are opened here."""
    keys = ring() if sealed else None
    through = {name: partial(unseal_many, label=label, keys=keys) for name, label in (sealed or {}).items()}
    with one_view():
        return fill(con, table, sql, params, schema, through)


def _batches(sql: str, params: Sequence[Any], schema: pa.Schema, through: Through) -> Iterator[pa.RecordBatch]:
    with _cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(BATCH):
            columns = zip(zip(*rows, strict=True), schema, strict=True)
            arrays = [
                pa.array(through[field.name](values) if field.name in through else values, type=field.type) for values, field in columns
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def _cursor() -> Any:
    if connection.vendor != "postgresql":
        return connection.cursor()
    connection.ensure_connection()
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a server-side cursor needs a transaction")
    assert connection.connection is not None
    return connection.connection.cursor(name="wenqu_stream")
