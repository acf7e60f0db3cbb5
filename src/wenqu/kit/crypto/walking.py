"""Go through sealed columns of a table and write them anew, while everybody else goes on reading and writing."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

Row = tuple[Any, ...]
Change = Callable[[Row], "Row | None"]
SIZE = 500


@dataclass
class Pass:
    """One pass: how many rows matched, how many of them were written, and how many nobody can write (no change known)."""

    seen: int = 0
    written: int = 0
    stuck: int = 0


def rewrite_rows(
    table: str, columns: Sequence[str], where: str, change: Change, *, key: str = "id", size: int = SIZE, pause: float = 0.0,
) -> Pass:
    """One pass over the rows that match `where`, by key; `change` gives the new values of `columns`, or None for none.

    Each chunk is read and worked out without any lock and written in one short transaction, so that a kill loses no
    more than that chunk and writers wait for no more than that. A row that changed meanwhile, or that somebody holds
    just now, is left as it is: pass again until none matches. `where` holds no per cent sign.
    """
    quote = connection.ops.quote_name
    names = ", ".join(quote(name) for name in columns)
    select = f"SELECT {quote(key)}, {names} FROM {quote(table)} WHERE {quote(key)} > %s AND ({where}) ORDER BY {quote(key)} LIMIT {int(size)}"
    same = " AND ".join(f"{quote(name)} = %s" for name in columns)
    update = f"UPDATE {quote(table)} SET {', '.join(f'{quote(name)} = %s' for name in columns)} WHERE {quote(key)} = %s AND {same}"
    done, last = Pass(), 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(select, [last])
            rows = cursor.fetchall()
        if not rows:
            return done
        fresh = [(*after, pk, *before) for pk, *before in rows if (after := change(tuple(before))) is not None]
        done.seen += len(rows)
        done.stuck += len(rows) - len(fresh)
        last = rows[-1][0]
        if fresh:
            with transaction.atomic(), connection.cursor() as cursor:
                free = _lock(cursor, table, key, [row[len(columns)] for row in fresh])
                mine = [row for row in fresh if row[len(columns)] in free]
                if mine:
                    cursor.executemany(update, mine)
                    done.written += cursor.rowcount
        if pause:
            # One writer (SQLite) is shared: let the others have it in between.
            time.sleep(pause)


def _lock(cursor: Any, table: str, key: str, pks: list[int]) -> set[int]:
    """The rows that nobody else holds, held by this transaction; on SQLite the transaction holds them all."""
    if connection.vendor != "postgresql":
        return set(pks)
    quote = connection.ops.quote_name
    cursor.execute(
        f"SELECT {quote(key)} FROM {quote(table)} WHERE {quote(key)} = ANY(%s) ORDER BY {quote(key)} FOR NO KEY UPDATE SKIP LOCKED", [pks])
    return {pk for (pk,) in cursor.fetchall()}
