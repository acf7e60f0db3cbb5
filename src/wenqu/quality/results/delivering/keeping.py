"""The files of deliveries: one folder each among the uploads, sealed; told to the sweep and to backups."""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from wenqu.kit.sweeping import offer_sweep, older, remove
from wenqu.quality.models import Delivery

PREFIX, ANNOTATED = "lab-", "annotated.xlsx"


def folder(delivery: Delivery) -> Path:
    """Where everything of a delivery lies."""
    return Path(settings.UPLOADS_DIR) / delivery.stored


def source_file(delivery: Delivery) -> Path:
    """The delivered workbook, sealed, under a name of ours."""
    return next(folder(delivery).glob("source.*"))


def annotated_file(delivery: Delivery) -> Path | None:
    """The workbook back with its wrong cells marked, where there are any."""
    file = folder(delivery) / ANNOTATED
    return file if delivery.told.get("wrong") and file.is_file() else None


def needed(rows: Callable[[str], list[tuple[Any, ...]]], tables: Container[str]) -> list[str]:
    """The names, below the uploads, of the files that rows rest on, here or in a backup; one of an earlier version has no such table."""
    table = Delivery._meta.db_table
    return [f"{stored}/source." for (stored,) in rows(f'SELECT stored FROM "{table}"')] if table in tables else []


def offer() -> None:
    offer_sweep("laboratory", sweep)


def sweep(before: datetime) -> int:
    """Remove the folders that no delivery names, and what a kill left half-written in the others."""
    found = [path for path in older(Path(settings.UPLOADS_DIR), before) if path.name.startswith(PREFIX)]
    known = set(Delivery.objects.filter(stored__in=[path.name for path in found]).values_list("stored", flat=True))
    halves = (half for path in found if path.name in known for half in older(path, before) if half.name.startswith("."))
    return remove(halves) + remove(path for path in found if path.name not in known)
