"""One page of the ledger as it stood at an instant, with the same filters as today's."""

from __future__ import annotations

from typing import Any

from django.db import connection

from wenqu.kit.moments import Moment, end_of, start_of
from wenqu.ledger.loop.history import count_named_then, stood
from wenqu.ledger.models import Problem
from wenqu.ledger.models.problem import Outcome
from wenqu.ledger.past.counting import Asked, stood_sql
from wenqu.ledger.queries import CLUES, PAGE, Filters
from wenqu.places.scope import Area


def rows_then(path: str, area: Area, filters: Filters, moment: Moment, before: int | None, size: int = PAGE) -> tuple[list[Problem], int | None]:
    """Problems below a path, newest first, as they stood; and the number before which the next page begins."""
    keys = _keys(path, filters, moment, before, size + 1)
    found = {row.pk: row for row in stood(list(Problem.objects.filter(pk__in=keys[:size]).select_related("division")), moment.at)}
    rows = [found[key] for key in keys[:size] if key in found]
    count_named_then(rows, area, moment.at)
    return rows, keys[size - 1] if len(keys) > size else None


def _keys(path: str, filters: Filters, moment: Moment, before: int | None, limit: int) -> list[int]:
    asked = Asked(path, moment.at, start_of(filters.since) if filters.since else None, end_of(filters.until) if filters.until else None)
    sql, given = stood_sql(asked, newest_first=True)
    conditions: list[tuple[str, list[Any]]] = [(f"state IN ({_marks(filters.states)})", sorted(filters.states))]
    if filters.kinds:
        conditions.append((f"kind IN ({_marks(filters.kinds)})", filters.kinds))
    if filters.state in CLUES:
        conditions.append(("clue = %s", [int(CLUES[filters.state])]))
    if filters.state in {"fixed", "unfixed"}:
        conditions.append((f"outcome {'=' if filters.state == 'fixed' else '<>'} %s", [Outcome.FIXED.value]))
    if filters.subject:
        conditions.append(("subject_kind = %s", [int(filters.subject)]))
    if before is not None:
        conditions.append(("id < %s", [before]))
    where = " AND ".join(condition for condition, _values in conditions)
    values = [value for _condition, more in conditions for value in more]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM ({sql}) AS stood WHERE {where} ORDER BY id DESC LIMIT {limit}", [*given, *values])
        return [key for (key,) in cursor.fetchall()]


def _marks(values: Any) -> str:
    return ", ".join(["%s"] * len(values))
