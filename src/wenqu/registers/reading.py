"""A batch's file as typed rows in DuckDB, read once and kept beside the file until the batch is imported."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from django.conf import settings

from wenqu.importing.coercion import coerce
from wenqu.importing.mapping import parse_mapping
from wenqu.importing.models import Batch
from wenqu.importing.staging import parquet_source, quote, text_literal
from wenqu.importing.tables import Sheet, Table, read_table
from wenqu.kit.crypto.workplace import work_folder
from wenqu.registers import identity
from wenqu.registers.catalogues import CATALOGUES, Catalogue

# Beyond this DuckDB spills: never beside the batch, for the tables hold opened numbers, but into a work folder that is
# readable by its owner only and removed with the job, or swept by the next start where the job was killed.
MEMORY_LIMIT = "350MB"
_TYPED, _SUMMARY = "typed.parquet", "typed.json"


def folder(batch: Batch) -> Path:
    """Where the batch's file and everything made from it lies."""
    return Path(settings.UPLOADS_DIR) / batch.stored


def source_file(batch: Batch) -> Path:
    """The delivered file itself, under a name of ours."""
    return next(folder(batch).glob("source.*"))


@dataclass
class Reading:
    """The typed rows (`typed`) of a batch and, where the file was read just now, its raw sheets and cell errors."""

    con: duckdb.DuckDBPyConnection
    catalogue: Catalogue
    workdir: Path
    present: frozenset[str]
    summary: dict[str, Any]
    table: Table | None = None
    errors: str = ""


@contextmanager
def reading(batch: Batch, *, fresh: bool, progress: Callable[[str], None] = lambda _: None) -> Iterator[Reading]:
    """Open a batch for comparison: from its file (`fresh`), else from the typed rows kept since the check."""
    workdir = folder(batch) / "work"
    workdir.mkdir(parents=True, exist_ok=True)
    with work_folder() as spill, closing(_connect(spill)) as con:
        kept = workdir / _TYPED
        summary = workdir / _SUMMARY
        if not fresh and kept.exists() and summary.exists():
            told = json.loads(summary.read_text())
            con.execute(f"CREATE TEMP VIEW typed AS SELECT * FROM {parquet_source(kept)}")
            yield Reading(con, CATALOGUES[batch.kind], workdir, frozenset(told["present"]), told)
        else:
            yield _read(con, batch, workdir, progress)


def _connect(spill: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={
        "memory_limit": MEMORY_LIMIT, "threads": "2", "temp_directory": str(spill),
        "enable_external_access": "true", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
    })


def forget_work(batch: Batch) -> None:
    """Drop the staged and typed rows; the delivered file and the annotated one stay."""
    shutil.rmtree(folder(batch) / "work", ignore_errors=True)


def forget_raw(batch: Batch) -> None:
    """Drop what only the annotation needed: the raw cells."""
    for path in (folder(batch) / "work").glob("*.parquet"):
        if path.name != _TYPED:
            path.unlink()


def _read(con: duckdb.DuckDBPyConnection, batch: Batch, workdir: Path, progress: Callable[[str], None]) -> Reading:
    catalogue = CATALOGUES[batch.kind]
    columns = catalogue.all_columns
    mapping = parse_mapping(batch.mapping, columns, batch.file_name) if batch.mapping else None
    table = read_table(con, source_file(batch), workdir, columns, mapping, progress)
    coerced = coerce(con, table, columns, workdir)
    blanked = identity.distrust_damaged(con, catalogue, table, coerced)
    names = ", ".join(blanked if column.name == "id_number" and blanked else quote(column.name) for column in columns)
    target = workdir / _TYPED
    # Rows keep the order of the file: chunks must be the same whenever they are made.
    con.execute(f"COPY (SELECT row_number() OVER () AS n, _sheet AS sheet, _row AS row, {names} FROM {coerced.relation}) "
                f"TO {text_literal(str(target))} (FORMAT parquet, COMPRESSION lz4)")
    con.execute(f"CREATE TEMP VIEW typed AS SELECT * FROM {parquet_source(target)}")
    present = frozenset(b.column.name for sheet in table.sheets for b in sheet.match.bindings if b.present)
    summary = _summary(table, present)
    (workdir / _SUMMARY).write_text(json.dumps(summary, ensure_ascii=False))
    return Reading(con, catalogue, workdir, present, summary, table, coerced.errors)


def _summary(table: Table, present: frozenset[str]) -> dict[str, Any]:
    skipped: dict[str, int] = {}
    for sheet in table.sheets:
        for kind, count in sheet.skipped.items():
            skipped[kind] = skipped.get(kind, 0) + count
    return {
        "present": sorted(present), "rows": table.rows, "skipped": skipped, "left_out": table.left_out,
        "notes": table.notes + table.unit_refusals,
        "sheets": [
            {"name": sheet.name, "rows": sheet.rows, "header_rows": sorted(set(sheet.header_rows)), "skipped": sheet.skipped,
             "unknown": list(sheet.match.unmatched), "headers": _headers(sheet)}
            for sheet in table.sheets
        ],
    }


def _headers(sheet: Sheet) -> list[dict[str, str]]:
    return [
        {"letter": sheet.place(b), "header": b.header, "column": b.column.name, "title": b.column.zh}
        for b in sorted(sheet.match.bindings, key=lambda b: -1 if b.index is None else b.index) if b.index is not None
    ]
