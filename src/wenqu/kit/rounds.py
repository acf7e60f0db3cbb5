"""Work that the clock does: rooms offer rounds, the worker walks them, each at its own pace in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from wenqu.kit import audit

log = logging.getLogger(__name__)


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


def start() -> threading.Event:
    """Start the rounds of this process; they end with it, or when the event is set."""
    stop = threading.Event()
    for each in rounds():
        threading.Thread(target=keep, args=(each, stop), name=f"round-{each.name}", daemon=True).start()
    return stop
