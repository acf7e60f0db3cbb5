"""Put a row in unless one like it is there: one statement, put together once."""

from __future__ import annotations

from functools import cache

from django.db import connection

from wenqu.survey.models import Submission


@cache
def _statement(vendor: str) -> str:
    """For the vendor's own way of quoting and of telling what was made."""
    quote = connection.ops.quote_name
    columns = [str(field.column) for field in Submission._meta.concrete_fields if not field.primary_key]
    return (
        f"INSERT INTO {quote(Submission._meta.db_table)} ({', '.join(map(quote, columns))}) VALUES ({', '.join(['%s'] * len(columns))})"
        f" ON CONFLICT DO NOTHING RETURNING {quote(str(Submission._meta.pk.column))}"
    )


def insert_new(row: Submission) -> int | None:
    """The key of the new row; None where a unique constraint says that there is one already."""
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in Submission._meta.concrete_fields if not field.primary_key]
    with connection.cursor() as cursor:
        cursor.execute(_statement(connection.vendor), values)
        made = cursor.fetchone()
    return int(made[0]) if made else None
