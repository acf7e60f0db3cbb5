"""What the import pages read."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from wenqu.importing.models import Batch, BatchState, Mapping
from wenqu.kit.refusal import why_not
from wenqu.places.models import Division, Level
from wenqu.places.scope import Area, within
from wenqu.registers.catalogues import CATALOGUES
from wenqu.registers.offering import entities_above
from wenqu.registers.permissions import check_can_import
from wenqu.registers.reading import annotated_path

SHOWN_BATCHES = 50


def batches(area: Area, before: int | None = None) -> QuerySet[Batch]:
    """Batches of an area, the newest first."""
    found = within(Batch.objects.select_related("division", "by", "job"), area)
    return (found.filter(pk__lt=before) if before else found).order_by("-pk")


def counties(area: Area) -> list[Division]:
    """Counties into which somebody with this area may import."""
    return [county for county in within(Division.objects.filter(level=Level.COUNTY), area) if why_not(check_can_import, county, area) is None]


def mappings(area: Area) -> QuerySet[Mapping]:
    """Saved mappings of an area."""
    return within(Mapping.objects.select_related("division", "by"), area).order_by("kind", "name", "pk")


def annotated_file(batch: Batch) -> Path | None:
    """The workbook with its wrong cells coloured and annotated, sealed, once the batch was checked."""
    path = annotated_path(batch)
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


def kind_title(batch: Batch) -> str:
    return str(CATALOGUES[batch.kind].title)


def counts(batch: Batch) -> list[dict[str, Any]]:
    """The true counts as tiles: label, number, css class."""
    labels = {
        "created": (_("新增"), "good"), "changed": (_("更改"), "fair"), "unchanged": (_("不变"), "dim"),
        "refused": (_("未导入的行"), "bad"), "cells": (_("有问题的单元格"), "bad"), "skipped": (_("合计等非数据行"), "dim"),
    }
    if not batch.counts:
        return []
    return [
        {"label": label, "count": batch.counts.get(name, 0), "css": css if batch.counts.get(name) else "dim"}
        for name, (label, css) in labels.items()
    ]


def entities(batch: Batch) -> list[tuple[str, int]]:
    """What was or would be made and changed, by kind of thing; zeros left out."""
    labels = {
        "households_created": _("新增农户"), "households_changed": _("更改农户"), "members_created": _("新增家庭成员"),
        "members_changed": _("更改家庭成员"), "supplies": _("供水关系"), "facts": _("用水事实"), "schemes_created": _("新增工程"),
        "schemes_changed": _("更改工程"), "responsibilities": _("责任人"), "divisions_created": _("新增区划"),
        "divisions_changed": _("更名区划"), "codes_added": _("补充代码"), **entities_above(),
    }
    told = batch.report.get("entities", {})
    return [(str(label), told[name]) for name, label in labels.items() if told.get(name)]
