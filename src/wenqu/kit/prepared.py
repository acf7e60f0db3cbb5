"""A query that is put together once and asked many times: what is asked for every record of a survey must cost little.

Putting a query together costs ten times what the database takes to answer it. The query is written as always; for its
values stand-ins are put in once, and their places in the SQL are remembered. Rows come as the driver gives them, so only
texts, numbers and flags are asked for, or what the caller converts itself.

PostgreSQL plans every statement anew, which costs it more than answering: what comes with every record goes through
`kept_cursor`, whose statements a connection plans once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet

_NEVER = 1_000_000_000
_FIRST_NUMBER = 8_123_456_789_000_000_000


def kept_cursor() -> Any:
    """A cursor whose statements are planned once a connection. Give it numbers as texts (`as_text`): for each size of number there would be another plan."""
    # Behind a pooler, which this setting tells of, the next statement may go to another connection.
    if connection.vendor != "postgresql" or connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        return connection.cursor()
    connection.ensure_connection()
    if connection.connection.prepare_threshold is None:
        # The framework switches plans off for all; on, but for none that does not ask.
        connection.connection.prepare_threshold = _NEVER
    return connection._prepare_cursor(_keeping(connection.Database.Cursor)(connection.connection))  # type: ignore[attr-defined]


def as_text(value: Any) -> Any:
    """A number as `kept_cursor` wants it; all else as it is."""
    return str(value) if type(value) is int and connection.vendor == "postgresql" else value


@cache
def _keeping(cursor: Any) -> Any:
    class Keeping(cursor):
        """Prepares whatever it executes."""

        def execute(self, query: Any, params: Any = None, **more: Any) -> Any:
            return super().execute(query, params, prepare=True, **more)

    return Keeping


class Prepared:
    """`Prepared(build, int, str)`: `build` takes as many values of these kinds and gives a query of values."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], *kinds: type) -> None:
        self._build, self._kinds = build, kinds
        # database -> (SQL, what stands at each place: a number of a value, or a constant)
        self._made: dict[str, tuple[str, list[tuple[int | None, Any]]]] = {}

    def rows(self, *values: Any) -> Sequence[tuple[Any, ...]]:
        """All rows."""
        made = self._made.get(connection.vendor)
        if made is None:
            made = self._made[connection.vendor] = self._make()
        sql, places = made
        given = [_plain(value, kind) for value, kind in zip(values, self._kinds, strict=True)]
        with kept_cursor() as cursor:
            cursor.execute(sql, [as_text(constant if place is None else given[place]) for place, constant in places])
            found: Sequence[tuple[Any, ...]] = cursor.fetchall()
        return found

    def first(self, *values: Any) -> tuple[Any, ...] | None:
        """The first row."""
        return next(iter(self.rows(*values)), None)

    def _make(self) -> tuple[str, list[tuple[int | None, Any]]]:
        stand_ins = [_stand_in(kind, number) for number, kind in enumerate(self._kinds)]
        sql, params = self._build(*stand_ins).query.sql_with_params()
        known = {str(each): number for number, each in enumerate(stand_ins)}
        places = [(known.get(str(param)), param) for param in params]
        if {place for place, _constant in places if place is not None} != set(range(len(self._kinds))):
            raise ValueError("a value of a prepared query does not stand in its SQL as it is")
        return sql, places


def _stand_in(kind: type, number: int) -> Any:
    if kind is int:
        return _FIRST_NUMBER + number
    return date(9001, 1, 1 + number) if kind is date else f"\x02stand-in {number}"


def _plain(value: Any, kind: type) -> Any:
    return connection.ops.adapt_datefield_value(value) if kind is date else value
