"""Put a row in unless one like it is there: one statement, put together once for each table."""

from __future__ import annotations

from functools import cache

from django.db import connection
from django.db.models import Model


@cache
def _statement(vendor: str, model: type[Model]) -> str:
    """For the vendor's own way of quoting and of telling what was made."""
    quote = connection.ops.quote_name
    columns = [str(field.column) for field in model._meta.concrete_fields if not field.primary_key]
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({', '.join(map(quote, columns))}) VALUES ({', '.join(['%s'] * len(columns))})"
        f" ON CONFLICT DO NOTHING RETURNING {quote(str(model._meta.pk.column))}"
    )


def insert_new(row: Model) -> bool:
    """Put the row in and give it its key; False where a unique constraint says that there is one already."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(_statement(connection.vendor, type(row)), values)
        made = cursor.fetchone()
    if made is None:
        return False
    row.pk, row._state.adding = made[0], False
    return True
