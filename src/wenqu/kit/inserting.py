"""Put rows in unless ones like them are there: one statement, put together once for each table and number of rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from django.db import connection
from django.db.models import Model

from wenqu.kit.bulk import Shape
from wenqu.kit.crypto.fields import sealed_fields
from wenqu.kit.prepared import as_text, kept_cursor

M = TypeVar("M", bound=Model)


@cache
def _statement(vendor: str, model: type[Model], count: int, told: tuple[str, ...]) -> str:
    """For the vendor's own way of quoting and of telling what was made."""
    quote = connection.ops.quote_name
    columns = _shape(model)[1].columns
    marks = f"({', '.join(['%s'] * len(columns))})"
    back = ", ".join(quote(str(model._meta.get_field(name).column)) for name in told)  # type: ignore[union-attr]
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) VALUES {', '.join([marks] * count)}"
        f" ON CONFLICT DO NOTHING RETURNING {quote(str(model._meta.pk.column))}{', ' if back else ''}{back}"
    )


@cache
def _shape(model: type[Model]) -> tuple[list[str], Shape]:
    digests = {field.digest for field in sealed_fields(model)}
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and field.name not in digests]
    return [field.attname for field in fields], Shape(model, [field.name for field in fields])


def insert_new(row: Model) -> bool:
    """Put the row in and give it its key; False where a unique constraint says that there is one already."""
    return bool(insert_all([row]))


def insert_all(rows: Sequence[M], told: tuple[str, ...] = ()) -> list[M]:
    """Put in those of which there is none yet and give them their keys; they are returned. `told` names the fields (texts and numbers) by
    which rows are told apart. Writers that may meet put the same rows in in the same order, or they wait for each other."""
    if not rows:
        return []
    names, shape = _shape(type(rows[0]))
    values = shape.converted([[getattr(row, name) for name in names] for row in rows])
    with kept_cursor() as cursor:
        cursor.execute(_statement(connection.vendor, type(rows[0]), len(rows), told), [as_text(value) for row in values for value in row])
        made = cursor.fetchall()
    if not told:
        found = list(zip(rows, made, strict=False))
    else:
        by_key = {tuple(getattr(row, name) for name in told): row for row in reversed(rows)}
        found = [(by_key[key], (pk,)) for pk, *rest in made if (key := tuple(rest)) in by_key]
    for row, (pk, *_rest) in found:
        row.pk, row._state.adding = pk, False
    return [row for row, _made in found]
