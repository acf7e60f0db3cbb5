"""The files of comparisons: one folder each among the uploads, sealed; told to the sweep.

The rotation of keys meets them there: the folder of uploads is offered to it as a whole.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from wenqu.books.models import Comparison, Issue, Return
from wenqu.kit.sweeping import offer_sweep, older, remove

PREFIX, PART, RETURNED = "books-", "part-", "return-"
OURS = "ours.parquet"


def folder(comparison: Comparison) -> Path:
    """Where everything of a comparison lies."""
    return Path(settings.UPLOADS_DIR) / comparison.stored


def source_file(comparison: Comparison) -> Path:
    """The delivered workbook, sealed, under a name of ours."""
    return next(folder(comparison).glob("source.*"))


def needed(rows: Callable[[str], list[tuple[Any, ...]]], tables: Container[str]) -> list[str]:
    """The names, below the uploads, of the files that rows of these tables rest on. `rows` answers plain SQL, here or in a backup;
    of an earlier version it has no such tables. The delivered book is named without its ending."""
    comparison, issue, returned = (model._meta.db_table for model in (Comparison, Issue, Return))
    if comparison not in tables:
        return []
    found = []
    for stored, parts in rows(f'SELECT stored, parts FROM "{comparison}"'):
        kept = json.loads(parts) if isinstance(parts, str) else parts
        found += [f"{stored}/source.", *(f"{stored}/{part['file']}" for part in kept), *([f"{stored}/{OURS}"] if kept else [])]
    issues = rows(f'SELECT c.stored, i.number FROM "{issue}" i JOIN "{comparison}" c ON c.id = i.comparison_id WHERE i.done_at IS NOT NULL')
    found += [f"{stored}/issue-{number}.{ending}" for stored, number in issues for ending in ("xlsx", "parquet")]
    return found + [f"{stored}/{file}" for stored, file in rows(f'SELECT c.stored, r.stored FROM "{returned}" r JOIN "{comparison}" c ON c.id = r.comparison_id')]


def offer() -> None:
    offer_sweep("books", sweep)


def sweep(before: datetime) -> int:
    """Remove the folders that no comparison names, and what a kill left in the others: half-written files, parts of a
    comparison that was never finished, what came back and was not taken in."""
    found = [path for path in older(Path(settings.UPLOADS_DIR), before) if path.name.startswith(PREFIX)]
    known = {each.stored: each for each in Comparison.objects.filter(stored__in=[path.name for path in found])}
    left = [path for path in found if path.name not in known]
    for path in found:
        if path.name in known:
            kept = {part["file"] for part in known[path.name].parts} | set(Return.objects.filter(comparison=known[path.name]).values_list("stored", flat=True))
            left += [file for file in older(path, before) if file.name.startswith(".") or (file.name.startswith((PART, RETURNED)) and file.name not in kept)]
    return remove(left)
