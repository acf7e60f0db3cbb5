"""Work that the clock does: rooms offer rounds, the worker walks them, each at its own pace in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from wenqu.kit import audit

log = logging.getLogger(__name__)
# Less than the time after which whoever stops a worker kills it.
_END_SECONDS = 5.0


@dataclass(frozen=True)
class Round:
    """`work(at, going_on)` is safe to run again, beside another worker, and with a clock that was set back; it asks
    `going_on()` between two pieces of work."""

    name: str
    every_seconds: float
    work: Callable[[datetime, Callable[[], bool]], object]


_rounds: dict[str, Round] = {}


def offer_round(each: Round) -> None:
    """Offer a round once, from `AppConfig.ready`."""
    _rounds[each.name] = each


def rounds() -> tuple[Round, ...]:
    return tuple(_rounds.values())


def keep(each: Round, stop: threading.Event) -> None:
    """Walk a round until told to stop. What goes wrong is logged; the next time finds what is left.

    The pace is that of a clock that nobody can set.
    """
    while not stop.wait(each.every_seconds):
        try:
            close_old_connections()
            with audit.coming("job"):
                each.work(timezone.now(), lambda: not stop.is_set())
        except DatabaseError as error:
            # A long import holds the only writer of SQLite; a server may restart.
            log.warning("round %s not walked now, tried again: %s", each.name, error)
            connection.close()
        except Exception:
            log.exception("round %s not walked now, tried again", each.name)
    connection.close()


def start() -> Callable[[], None]:
    """Start the rounds of this process. They end with it; the answer ends them between two pieces of work, and waits a little
    for that."""
    stop = threading.Event()
    threads = [threading.Thread(target=keep, args=(each, stop), name=f"round-{each.name}", daemon=True) for each in rounds()]

    def end() -> None:
        stop.set()
        last = time.monotonic() + _END_SECONDS
        for thread in threads:
            thread.join(max(0.0, last - time.monotonic()))

    for thread in threads:
        thread.start()
    return end
