"""Many small writes, few commits: SQLite has one writer, and a commit costs it more than the rows of ten records.

Who comes while another commits waits, and the next one takes all that wait into one transaction of its own. Nobody is
answered before the commit that holds their rows. PostgreSQL groups commits itself: there each is its own transaction.
"""

from __future__ import annotations

import contextvars
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import connection, transaction

T = TypeVar("T")
MOST_AT_ONCE = 64


class _Item:
    """One write with what came of it. It runs as whoever asked for it: where it came from goes into the audit."""

    def __init__(self, work: Callable[[], Any]) -> None:
        self.work, self.context = work, contextvars.copy_context()
        self.done = False
        self.result: Any = None
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            # Its own savepoint: what is wrong with one record takes back nothing of the others.
            with transaction.atomic():
                self.result = self.context.run(self.work)
        except Exception as error:
            self.error = error

    def answer(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.result


_waiting: deque[_Item] = deque()
_one_writer = threading.Lock()


def write(work: Callable[[], T]) -> T:
    """Run `work` in a transaction that is committed when this returns, together with others where that helps."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with transaction.atomic():
            return work()
    item = _Item(work)
    _waiting.append(item)
    with _one_writer:
        while not item.done:
            _commit([_waiting.popleft() for _ in range(min(len(_waiting), MOST_AT_ONCE))])
    answer: T = item.answer()
    return answer


def _commit(items: list[_Item]) -> None:
    """All of them in one transaction. Where the commit itself fails, all of them failed."""
    try:
        with transaction.atomic():
            for item in items:
                item.run()
    except Exception as error:
        for item in items:
            item.error, item.result = error, None
    finally:
        for item in items:
            item.done = True
