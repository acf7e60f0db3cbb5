"""Fast insertion of many rows: `executemany` on SQLite, COPY on PostgreSQL. Same rows, same checks by the database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from django.db import connection, models

BATCH = 20_000


class JsonText(str):
    """JSON that is written already, for a JSON field."""


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert rows given as sequences of field values in the order of `columns` (field attnames). Returns how many.

    Values are what the field holds in Python; dates, times and JSON are converted here. Runs in the caller's
    transaction, and skips `save()` and defaults: name every column that has no default in the database.
    """
    fields = [model._meta.get_field(name) for name in columns]
    converters = [(place, converter) for place, field in enumerate(fields) if (converter := _converter(field))]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)  # type: ignore[union-attr]
    table = connection.ops.quote_name(model._meta.db_table)
    write = _copy if connection.vendor == "postgresql" else _executemany
    count = 0
    source = iter(rows)
    while chunk := [_converted(row, converters) for row in islice(source, BATCH)]:
        write(table, names, len(fields), chunk)
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
    """Set `columns` of many rows; each row is the values in that order, then the primary key. Returns how many."""
    fields = [model._meta.get_field(name) for name in columns]
    converters = [(place, converter) for place, field in enumerate(fields) if (converter := _converter(field))]
    quote = connection.ops.quote_name
    settings = ", ".join(f"{quote(str(field.column))} = %s" for field in fields)  # type: ignore[union-attr]
    key = quote(str(model._meta.pk.column))
    statement = f"UPDATE {quote(model._meta.db_table)} SET {settings} WHERE {key} = %s"
    count = 0
    source = iter(rows)
    with connection.cursor() as cursor:
        while chunk := [_converted(row, converters) for row in islice(source, BATCH)]:
            cursor.executemany(statement, chunk)
            count += len(chunk)
    return count


def _converted(row: Sequence[Any], converters: list[tuple[int, Callable[[Any], Any]]]) -> Sequence[Any]:
    if not converters:
        return row
    values = list(row)
    for place, convert in converters:
        if values[place] is not None:
            values[place] = convert(values[place])
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
