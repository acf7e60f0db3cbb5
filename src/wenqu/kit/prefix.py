"""The condition «begins with», in the form that each database answers from a plain index."""

from __future__ import annotations

from django.db import connection
from django.db.models import Q

LAST = chr(0x10FFFF)


def begins_with(field: str, text: str) -> Q:
    """A range on SQLite (binary order); LIKE on PostgreSQL, where the columns have a pattern index."""
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__gte": text, f"{field}__lt": text + LAST})
    return Q(**{f"{field}__startswith": text})
