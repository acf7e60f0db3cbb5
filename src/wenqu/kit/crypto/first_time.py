"""For migrations: seal what lies in clear in a column that has just become a sealed one. Safe to be killed and begun again."""

from __future__ import annotations

import re
from typing import Any

from django.db import connection

from wenqu.kit.crypto.fields import sealed_pair
from wenqu.kit.crypto.seal import ring
from wenqu.kit.crypto.walking import rewrite_rows

# Longer than any number that was ever kept in clear, and no JSON begins so.
_TOKEN = re.compile(r"k\d+\.[A-Za-z0-9_=-]{38,}")


def is_token(text: str) -> bool:
    return bool(_TOKEN.fullmatch(text))


def seal_column(table: str, column: str, label: str, digest: str = "", nothing: frozenset[str] = frozenset()) -> int:
    """Seal the clear values of a column, fill the digests beside them. Returns how many rows were sealed.

    Texts of `nothing` ("{}" of an empty object) become "". What is a token already stays: a killed migration goes on.
    """
    columns = (column, digest) if digest else (column,)
    keys: list[Any] = []

    def change(row: tuple[Any, ...]) -> tuple[Any, ...] | None:
        text = str(row[0])
        if is_token(text):
            return None
        if text in nothing:
            return ("", "")[: len(columns)]
        keys[:] = keys or [ring()]
        return sealed_pair(text, label, keys[0])[: len(columns)]

    # Without the word LIKE: the driver would take its per cent sign for a placeholder on one database only.
    return rewrite_rows(table, columns, f"{connection.ops.quote_name(column)} <> ''", change, size=2000).written


def forget_freed_pages(*tables: str) -> None:
    """Overwrite what the database keeps of rows that were replaced: the clear numbers would stay in its files.

    Nothing to do where all the tables are empty, as in a new database.
    """
    with connection.cursor() as cursor:
        if not any(_has_rows(cursor, table) for table in tables):
            return
        if connection.vendor == "postgresql":
            for table in tables:
                cursor.execute(f"VACUUM FULL {connection.ops.quote_name(table)}")
            return
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _has_rows(cursor: Any, table: str) -> bool:
    cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")
    return cursor.fetchone() is not None
