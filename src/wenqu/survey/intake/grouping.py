"""Many small writes, few commits: whoever comes while another commits waits, and the next commit takes all that wait.

SQLite has one writer, and a commit costs it more than the rows of ten records; on PostgreSQL a statement costs nearly as much
for one row as for ten. Nobody is answered before the commit that holds their rows.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from wenqu.survey.intake.queries import Kept
from wenqu.survey.intake.together import Incoming, receive_together

MOST_AT_ONCE = 64


class _Item:
    """A part of a record that is to be written, with what came of it."""

    def __init__(self, incoming: Incoming) -> None:
        self.incoming = incoming
        self.done = False
        # Set when it is done, or when it is to commit for all that wait.
        self.woken = threading.Event()
        self.result: Kept | None = None
        self.error: Exception | None = None

    def alone(self) -> None:
        """In a transaction of its own: what is wrong with one record takes back nothing of the others."""
        try:
            with transaction.atomic():
                self.result = self.incoming.receive()
        except Exception as error:
            self.error = error

    def answer(self) -> Kept:
        if self.error is not None or self.result is None:
            raise self.error or RuntimeError("neither stored nor refused")
        return self.result


_waiting: deque[_Item] = deque()
_look = threading.Lock()
_committing = False


def keep(incoming: Incoming) -> Kept:
    """Keep a part of a record; it is committed when this returns."""
    if connection.in_atomic_block:
        return incoming.receive()
    item = _Item(incoming)
    _enter(item)
    # Whoever is done goes at once, whatever the next group still does.
    item.woken.wait()
    if not item.done:
        group: list[_Item] = []
        try:
            group = _take()
            _commit(group)
        finally:
            _hand_on(group)
    return item.answer()


def _enter(item: _Item) -> None:
    """Wait among the others; where nobody commits, commit."""
    global _committing
    with _look:
        _waiting.append(item)
        if not _committing:
            _committing = True
            _waiting[0].woken.set()


def _take() -> list[_Item]:
    """The first of those who wait: whoever was woken to commit stands before all others."""
    with _look:
        return [_waiting.popleft() for _ in range(min(len(_waiting), MOST_AT_ONCE))]


def _hand_on(group: list[_Item]) -> None:
    """Wake those who are done, and whoever commits next."""
    global _committing
    with _look:
        if _waiting:
            _waiting[0].woken.set()
        else:
            _committing = False
    for item in group:
        item.woken.set()


def _commit(items: list[_Item]) -> None:
    """All of them in one transaction; where anything is wrong, the commit itself or one of them, each in its own."""
    try:
        with turn():
            try:
                with transaction.atomic():
                    for item, kept in zip(items, receive_together([item.incoming for item in items]), strict=True):
                        item.result = kept
            except Exception:
                for item in items:
                    item.alone()
    finally:
        for item in items:
            item.done = True


@contextmanager
def turn() -> Iterator[None]:
    """SQLite lets whoever finds it busy sleep longer and longer; here the next process wakes as soon as the one before has committed."""
    if connection.vendor != "sqlite":
        yield
        return
    fcntl.flock(_gate(os.getpid()), fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(_gate(os.getpid()), fcntl.LOCK_UN)


@cache
def _gate(_process: int) -> int:
    """Every process opens it for itself: what a fork shares it locks together."""
    folder = Path(settings.DATA_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return os.open(folder / ".intake-turn", os.O_RDWR | os.O_CREAT, 0o600)
