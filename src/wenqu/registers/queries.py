"""What the import pages read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from wenqu.importing.models import Batch, BatchState, Mapping
from wenqu.places.models import Division, Level
from wenqu.places.scope import Area, within
from wenqu.registers.catalogues import CATALOGUES
from wenqu.registers.permissions import can_import
from wenqu.registers.reading import folder

SHOWN_BATCHES = 50
COUNTED = ("created", "changed", "unchanged", "refused", "skipped", "cells")


def batches(area: Area, before: int | None = None) -> QuerySet[Batch]:
    """Batches of an area, the newest first."""
    found = within(Batch.objects.select_related("division", "by", "job"), area)
    return (found.filter(pk__lt=before) if before else found).order_by("-pk")


def counties(area: Area) -> list[Division]:
    """Counties into which somebody with this area may import."""
    return [county for county in within(Division.objects.filter(level=Level.COUNTY), area) if can_import(county, area)]


def mappings(area: Area) -> QuerySet[Mapping]:
    """Saved mappings of an area."""
    return within(Mapping.objects.select_related("division", "by"), area).order_by("kind", "name", "pk")


def annotated_file(batch: Batch) -> Path | None:
    """The workbook with its wrong cells coloured and annotated, once the batch was checked."""
    path = folder(batch) / "annotated.xlsx"
    return path if path.exists() else None


def may_check(batch: Batch) -> bool:
    return batch.state in {BatchState.UPLOADED, BatchState.CHECKED, BatchState.FAILED, BatchState.UNDONE}


def may_import(batch: Batch) -> bool:
    done = batch.counts
    return batch.state == BatchState.IMPORTING or (batch.state == BatchState.CHECKED and bool(done.get("created") or done.get("changed") or done.get("unchanged")))


def may_undo(batch: Batch) -> bool:
    return batch.state in {BatchState.IMPORTED, BatchState.IMPORTING, BatchState.UNDOING}


def columns_with_headers(batch: Batch) -> dict[str, Any]:
    """For the mapping editor: each of our columns with the header that feeds it, and all headers of the file."""
    fed: dict[str, str] = {}
    headers: list[str] = []
    for sheet in batch.report.get("sheets", []):
        for bound in sheet["headers"]:
            fed.setdefault(bound["column"], bound["header"])
        headers += [bound["header"] for bound in sheet["headers"]] + sheet["unknown"]
    for name, rule in tomllib.loads(batch.mapping).get("columns", {}).items() if batch.mapping else ():
        if "from" in rule:
            fed[name] = rule["from"]
    columns = [{"name": column.name, "title": column.zh, "header": fed.get(column.name, "")} for column in CATALOGUES[batch.kind].all_columns]
    return {"columns": columns, "headers": list(dict.fromkeys([*headers, *fed.values()]))}
