"""Fast insertion of many rows: `executemany` on SQLite, COPY on PostgreSQL. Same rows, same checks by the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection, models

from wenqu.kit.crypto.fields import Sealed, SealedField
from wenqu.kit.crypto.seal import digest_many, ring, seal_many

BATCH = 20_000


class JsonText(str):
    """JSON that is written already, for a JSON field."""


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows given as sequences of field values in the order of `columns` (field attnames). Returns how many.

    Values are what the field holds in Python; dates, times and JSON are converted here, and a sealed field takes its
    text in clear, which is sealed here with the digest that belongs to it (do not name that column). Runs in the
    caller's transaction, and skips `save()` and defaults: name every column that has no default in the database.
    """
    shape = Shape(model, columns)
    names = ", ".join(connection.ops.quote_name(name) for name in shape.columns)
    table = connection.ops.quote_name(model._meta.db_table)
    write = _copy if connection.vendor == "postgresql" else _executemany
    count = 0
    source = iter(rows)
    while chunk := list(islice(source, BATCH)):
        write(table, names, len(shape.columns), shape.converted(chunk))
        count += len(chunk)
    return count


def reserve_ids(model: type[models.Model], count: int) -> list[int]:
    """Keys for `count` new rows, never given before and never given again. Call it inside a transaction."""
    if count <= 0:
        return []
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            column = model._meta.pk.column
            cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, count])
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("UPDATE sqlite_sequence SET seq = seq + %s WHERE name = %s", [count, table])
        if cursor.rowcount == 0:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, count])
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = cursor.fetchone()[0]
    return list(range(last - count + 1, last + 1))


def update_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Set `columns` of many rows; each row is the values in that order, then the primary key. Returns how many.

    Sealed fields as in `insert_rows`.
    """
    shape = Shape(model, columns)
    quote = connection.ops.quote_name
    settings = ", ".join(f"{quote(name)} = %s" for name in shape.columns)
    key = quote(str(model._meta.pk.column))
    statement = f"UPDATE {quote(model._meta.db_table)} SET {settings} WHERE {key} = %s"
    count = 0
    source = iter(rows)
    with connection.cursor() as cursor:
        while chunk := list(islice(source, BATCH)):
            cursor.executemany(statement, shape.converted(chunk))
            count += len(chunk)
    return count


class Shape:
    """The columns to write and how to get there from rows of Python values: converted, sealed, with their digests."""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        fields: list[Any] = [model._meta.get_field(name) for name in columns]
        self.converters = [(place, converter) for place, field in enumerate(fields) if (converter := _converter(field))]
        self.sealed = [(place, field.label, bool(field.digest)) for place, field in enumerate(fields) if isinstance(field, SealedField)]
        digests = [field.digest for field in fields if isinstance(field, SealedField) and field.digest]
        self.width = len(fields)
        self.columns = [str(field.column) for field in fields] + digests

    def converted(self, rows: list[Sequence[Any]]) -> list[Sequence[Any]]:
        if not self.converters and not self.sealed:
            return rows
        values: list[Any] = [list(row) for row in rows]
        for place, convert in self.converters:
            for row in values:
                if row[place] is not None:
                    row[place] = convert(row[place])
        # One look at the key file a chunk: a rotation that begins meanwhile is met by the next one.
        keys = ring() if self.sealed else None
        at = self.width
        for place, label, digested in self.sealed:
            texts = [row[place].open() if isinstance(row[place], Sealed) else row[place] or "" for row in values]
            tokens = seal_many(texts, label, keys)
            for row, token in zip(values, tokens, strict=True):
                row[place] = row[place].token if isinstance(row[place], Sealed) else token
            if digested:
                for row, found in zip(values, digest_many(texts, label, keys), strict=True):
                    row.insert(at, found)
                at += 1
        return values


def _converter(field: Any) -> Callable[[Any], Any] | None:
    if isinstance(field, models.JSONField):
        return lambda value: value if isinstance(value, JsonText) else json.dumps(value, ensure_ascii=False)
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.DateField):
        return _day
    if isinstance(field, models.DecimalField):
        return str
    return None


@lru_cache(maxsize=4096)
def _day(value: Any) -> str:
    return str(value)


@lru_cache(maxsize=4096)
def _moment(value: datetime) -> str:
    """Naive UTC on SQLite, as Django stores it there; with its offset on PostgreSQL."""
    moment = value.astimezone(UTC)
    return str(moment) if connection.vendor == "postgresql" else str(moment.replace(tzinfo=None))


def _executemany(table: str, names: str, width: int, chunk: list[Sequence[Any]]) -> None:
    marks = ", ".join(["%s"] * width)
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", chunk)


def _copy(table: str, names: str, width: int, chunk: list[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in chunk:
            copy.write_row(row)


def refresh_statistics(*tables: type[models.Model]) -> None:
    """After a bulk load: PostgreSQL plans by statistics that it gathers a minute later, and what follows cannot wait
    (a snapshot of 120,000 households took 20 s against 4)."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
