"""Chaining the audit log: entries are linked right after they were committed, in the order in which they are found.

Chaining inside the act would make every write of the county wait for every other. So an entry is written unchained,
and one sealer at a time (a lock of the database) links what it finds. Numbers of entries are given out before the
commit, so on PostgreSQL a lower number may appear after a higher one, even much later: what is looked for is every
entry without a seal, not every entry after the last.
"""

from __future__ import annotations

import threading
import time
from datetime import datetime
from functools import partial

from django.db import connection, transaction
from django.db.models import Max

from wenqu.kit.audit_copy import copy_pending
from wenqu.kit.audit_rows import FOUND_BY, head, unchained
from wenqu.kit.bulk import insert_rows
from wenqu.kit.chain import FIELDS, body_of, link
from wenqu.kit.models import AuditSeal

BATCH = 5000
_COLUMNS = ("seq", "entry", "digest", *FOUND_BY)
# The advisory lock of whoever chains: «wenqu» on the keys of a telephone.
_LOCK = 93678
# Far longer than a statement can stand between taking its number and being known to the database as running.
_SETTLED_SECONDS = 60.0


class _Floor:
    """PostgreSQL: the number up to which no entry can be left to chain, as far as this process knows.

    Each process begins with a look at the whole log. A number that was the highest at some moment is settled when
    every transaction of that moment has ended.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._settled = 0
        self._mark: tuple[int, int, float] | None = None

    def get(self) -> int:
        with self._lock:
            return self._settled

    def note(self, seen: tuple[int, int, int]) -> None:
        """Nothing was left to chain up to `seen` = (highest number, oldest running transaction, next transaction)."""
        highest, oldest_running, following = seen
        now = time.monotonic()
        with self._lock:
            if self._mark is None:
                self._mark = (highest, following, now)
            number, ends, since = self._mark
            if oldest_running >= ends and now - since >= _SETTLED_SECONDS:
                self._settled, self._mark = max(self._settled, number), None


_floor = _Floor()


def seal_pending(at: datetime) -> int:
    """Chain what is committed and not chained yet, then carry it into the second copy. Returns how many were chained."""
    count = 0
    while True:
        postgresql = connection.vendor == "postgresql"
        seen = _seen() if postgresql else None
        lowest = unchained(_floor.get() if postgresql else _last_chained()).values_list("id", flat=True).first()
        if lowest is None:
            if seen is not None:
                _floor.note(seen)
            break
        rows = _seal(lowest)
        count += len(rows)
        if not connection.in_atomic_block:
            copy_pending(at, rows)
    if connection.in_atomic_block:
        transaction.on_commit(partial(copy_pending, at))
    else:
        copy_pending(at)
    return count


@transaction.atomic
def _seal(lowest: int) -> list[tuple[int, str, bytes]]:
    """Chain one batch, under the lock; its (seq, digest, body). On SQLite the transaction took the write lock when it began."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    seq, digest = head()
    rows, seals = [], []
    for values in list(unchained(lowest - 1).values_list(*FIELDS)[:BATCH]):
        seq += 1
        body = body_of(seq, values)
        digest = link(digest, body)
        rows.append((seq, digest, body))
        _id, at, actor_id, actor_name, verb, subject, path = values[:7]
        seals.append((seq, values[0], digest, at, actor_id, actor_name, verb, subject, path))
    insert_rows(AuditSeal, _COLUMNS, seals)
    return rows


def _last_chained() -> int:
    """SQLite has one writer at a time: numbers appear in order, so all that is not chained lies above this one."""
    return AuditSeal.objects.aggregate(last=Max("entry_id"))["last"] or 0


def _seen() -> tuple[int, int, int]:
    """(highest number of an entry, oldest transaction that runs, next transaction) as one statement sees them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE((SELECT max(id) FROM kit_auditentry), 0), pg_snapshot_xmin(shot)::text::bigint,"
            " pg_snapshot_xmax(shot)::text::bigint FROM (SELECT pg_current_snapshot() AS shot) AS taken"
        )
        highest, oldest, following = cursor.fetchone()
    return int(highest), int(oldest), int(following)
