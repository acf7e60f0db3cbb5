"""A database for whole processes on the server that the tests use."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings as configured


@contextmanager
def server_database() -> Iterator[str]:
    """A database of its own on the server that the tests use; "" where they use the embedded one."""
    given = os.environ.get("DATABASE_URL", "")
    if configured.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        yield ""
        return
    import psycopg  # noqa: PLC0415

    name = f"sealed_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(given, autocommit=True) as con:
        con.execute(f"CREATE DATABASE {name}")
    try:
        yield given.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(given, autocommit=True) as con:
            con.execute(f"DROP DATABASE {name} WITH (FORCE)")
