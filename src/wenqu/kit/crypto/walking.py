"""Go through sealed columns of a table and write them anew, while everybody else goes on reading and writing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction

Row = tuple[Any, ...]
Change = Callable[[Row], "Row | None"]
SIZE = 500


def rewrite_rows(table: str, columns: Sequence[str], where: str, change: Change, *, size: int = SIZE, pause: float = 0.0) -> int:
    """One pass over the rows that match `where`, by key; `change` gives the new values of `columns`, or None for none.

    Each chunk is one short transaction, so that a kill loses no more than that chunk and writers wait for no more than
    that. Rows which somebody else holds just now are left out (PostgreSQL): pass again until none matches. Returns how
    many rows were written.
    """
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in columns)
    locked = " FOR NO KEY UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
    select = f"SELECT id, {names} FROM {quote(table)} WHERE id > %s AND ({where}) ORDER BY id LIMIT {int(size)}{locked}"
    update = f"UPDATE {quote(table)} SET {', '.join(f'{quote(name)} = %s' for name in columns)} WHERE id = %s"
    last, written, more = 0, 0, True
    while more:
        with transaction.atomic(), connection.cursor() as cursor:
            # A literal per cent sign of `where` is doubled by whoever wrote it.
            cursor.execute(select, [last])
            rows = cursor.fetchall()
            fresh = [(*after, key) for key, *before in rows if (after := change(tuple(before))) is not None]
            if fresh:
                cursor.executemany(update, fresh)
        written += len(fresh)
        more = bool(rows)
        last = rows[-1][0] if rows else last
        if pause and more:
            # One writer (SQLite) is shared: let the others have it in between.
            time.sleep(pause)
    return written
