"""Long jobs on SQLite give way: it has one writer, and whoever waits for it looks again every tenth of a second."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

_LEAST, _SHARE = 0.1, 4


@contextmanager
def giving_way() -> Iterator[None]:
    """Around one transaction of a long job: after it people's pages come in, for a quarter of the time that it took."""
    began = time.monotonic()
    yield
    if connection.vendor == "sqlite":
        time.sleep(max(_LEAST, (time.monotonic() - began) / _SHARE))
