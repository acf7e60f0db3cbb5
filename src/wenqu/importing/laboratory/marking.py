"""The laboratory's workbook back, with its wrong cells coloured and annotated, as the registers give theirs back."""

from __future__ import annotations

from pathlib import Path

from wenqu.importing.annotate import Marked, annotate
from wenqu.importing.laboratory.delivery import Delivery


def mark(delivery: Delivery, target: Path) -> None:
    """Write the annotated workbook of a delivery that was just read."""
    cells = sum(sheet.rows * len(sheet.raw.columns) for sheet in delivery.sheets)
    annotate(Marked(delivery.con, delivery.form, [sheet.raw for sheet in delivery.sheets], cells, delivery.wrong), delivery.path, target)
