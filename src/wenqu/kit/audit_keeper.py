"""The thread that chains the audit log and carries it into the second copy, once a second, beside the worker."""

from __future__ import annotations

import logging
import threading

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from wenqu.kit.audit_chain import seal_pending

log = logging.getLogger(__name__)
EVERY_SECONDS = 1.0


def keep(stop: threading.Event, every: float = EVERY_SECONDS) -> None:
    """Chain until told to stop. What goes wrong is logged and tried again: the next keeper finds what is left."""
    while not stop.wait(every):
        try:
            close_old_connections()
            seal_pending(timezone.now())
        except DatabaseError as error:
            # A long import holds the only writer of SQLite; a server may restart.
            log.warning("audit log not chained now, tried again: %s", error)
            connection.close()
        except Exception:
            log.exception("audit log not chained now, tried again")
    connection.close()


def start() -> threading.Event:
    """Start the keeper of this process; it ends with the process, or when the event is set."""
    stop = threading.Event()
    threading.Thread(target=keep, args=(stop,), name="audit-keeper", daemon=True).start()
    return stop
