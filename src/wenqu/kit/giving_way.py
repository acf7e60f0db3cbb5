"""Long jobs on SQLite give way: it has one writer, and whoever waits for it looks again every tenth of a second."""

from __future__ import annotations

import time

from django.db import connection

_SECONDS = 0.1


def give_way() -> None:
    """Between two transactions of a long job: a person's page comes in."""
    if connection.vendor == "sqlite":
        time.sleep(_SECONDS)
