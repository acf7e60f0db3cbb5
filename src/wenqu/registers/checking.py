"""The dry run: counts, the report that the page shows, and the annotated workbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wenqu.importing.annotate import Marked, annotate
from wenqu.importing.models import Batch
from wenqu.kit.crypto.files import seal_file
from wenqu.kit.masking import cover_all
from wenqu.registers.comparing import list_errors, make_plan
from wenqu.registers.reading import Reading, annotated_path, reading

SHOWN_ERRORS = 100
_STEPS = 100


def check(batch: Batch, progress: Callable[[int, int], None]) -> tuple[dict[str, int], dict[str, Any]]:
    """Read, compare and annotate a batch: (counts, report). The registers stay as they are."""
    progress(2, _STEPS)
    with reading(batch, fresh=True) as read:
        progress(50, _STEPS)
        plan = make_plan(read, batch)
        wrong = list_errors(read)
        progress(75, _STEPS)
        counts = plan.counts()
        counts["skipped"] = sum(read.summary["skipped"].values())
        counts["cells"] = plan.scalar(f"SELECT count(*) FROM {wrong}")
        report = cover_all({**read.summary, "entities": plan.entities, **_shown(read, wrong)})
        annotate(_marked(read, wrong), read.source, read.workdir / "annotated.xlsx")
        seal_file(read.workdir / "annotated.xlsx", annotated_path(batch))
        progress(98, _STEPS)
    return counts, report


def _shown(read: Reading, wrong: str) -> dict[str, Any]:
    names = ("sheet", "row", "letter", "header", "raw", "code", "message", "refused")
    rows = read.con.execute(f"SELECT {', '.join(names)} FROM {wrong} ORDER BY sheet_no, row, column_no, code LIMIT {SHOWN_ERRORS}").fetchall()
    kinds = read.con.execute(f"SELECT code, count(*) FROM {wrong} GROUP BY 1 ORDER BY 2 DESC, 1").fetchall()
    return {"errors": [dict(zip(names, row, strict=True)) for row in rows], "error_counts": dict(kinds)}


def _marked(read: Reading, wrong: str) -> Marked:
    assert read.table is not None
    sheets = read.table.sheets
    return Marked(read.con, read.table.format, [sheet.raw for sheet in sheets], sum(sheet.rows * len(sheet.raw.columns) for sheet in sheets), wrong)
