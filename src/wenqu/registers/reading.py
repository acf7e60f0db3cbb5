"""A batch's file as typed rows in DuckDB, read once and kept beside the file until the batch is imported.

What is kept is sealed. It lies open only in the work folder of the job that reads it: readable by its owner only and
removed with the job, or swept by the next start where the job was killed.
"""

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
from wenqu.kit.crypto.files import chunks_of, open_file, seal_file, sealing
from wenqu.kit.crypto.workplace import opened, temporary_files_in, work_folder
from wenqu.registers import identity
from wenqu.registers.catalogues import CATALOGUES, Catalogue

# Beyond this DuckDB spills into the work folder: its tables hold opened numbers.
MEMORY_LIMIT = "350MB"
_TYPED, _SUMMARY = "typed.parquet", "typed.json"


def folder(batch: Batch) -> Path:
    """Where the batch's file and everything made from it lies."""
    return Path(settings.UPLOADS_DIR) / batch.stored


def source_file(batch: Batch) -> Path:
    """The delivered file itself, sealed, under a name of ours."""
    return next(folder(batch).glob("source.*"))


def annotated_path(batch: Batch) -> Path:
    """Where the workbook with its wrong cells annotated lies, sealed."""
    return folder(batch) / "annotated.xlsx"


@dataclass
class Reading:
    """The typed rows (`typed`) of a batch and, where the file was read just now, its raw sheets and cell errors.

    `source` is the delivered file in the clear, `workdir` a folder for open files; both last as long as the reading.
    """

    con: duckdb.DuckDBPyConnection
    catalogue: Catalogue
    source: Path
    workdir: Path
    present: frozenset[str]
    summary: dict[str, Any]
    table: Table | None = None
    errors: str = ""


@contextmanager
def reading(batch: Batch, *, fresh: bool, progress: Callable[[str], None] = lambda _: None) -> Iterator[Reading]:
    """Open a batch for comparison: from its file (`fresh`), else from the typed rows kept since the check."""
    kept, summary = (folder(batch) / "work" / name for name in (_TYPED, _SUMMARY))
    with work_folder() as workdir, temporary_files_in(workdir), opened(source_file(batch)) as source, closing(_connect(workdir / "spill")) as con:
        if not fresh and kept.exists() and summary.exists():
            told = json.loads(b"".join(chunks_of(summary)))
            open_file(kept, workdir / _TYPED)
            con.execute(f"CREATE TEMP VIEW typed AS SELECT * FROM {parquet_source(workdir / _TYPED)}")
            yield Reading(con, CATALOGUES[batch.kind], source, workdir, frozenset(told["present"]), told)
        else:
            read = _read(con, batch, source, workdir, progress)
            forget_work(batch)
            seal_file(workdir / _TYPED, kept)
            # Last: it is what says that the rows are kept.
            with sealing(summary) as out:
                out.write(json.dumps(read.summary, ensure_ascii=False).encode())
            yield read


def _connect(spill: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={
        "memory_limit": MEMORY_LIMIT, "threads": "2", "temp_directory": str(spill),
        "enable_external_access": "true", "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
    })


def forget_work(batch: Batch) -> None:
    """Drop the typed rows; the delivered file and the annotated one stay."""
    shutil.rmtree(folder(batch) / "work", ignore_errors=True)


def _read(con: duckdb.DuckDBPyConnection, batch: Batch, source: Path, workdir: Path, progress: Callable[[str], None]) -> Reading:
    catalogue = CATALOGUES[batch.kind]
    columns = catalogue.all_columns
    mapping = parse_mapping(batch.mapping, columns, batch.file_name) if batch.mapping else None
    table = read_table(con, source, workdir, columns, mapping, progress)
    coerced = coerce(con, table, columns, workdir)
    blanked = identity.distrust_damaged(con, catalogue, table, coerced)
    names = ", ".join(blanked if column.name == "id_number" and blanked else quote(column.name) for column in columns)
    target = workdir / _TYPED
    # Rows keep the order of the file: chunks must be the same whenever they are made.
    con.execute(f"COPY (SELECT row_number() OVER () AS n, _sheet AS sheet, _row AS row, {names} FROM {coerced.relation}) "
                f"TO {text_literal(str(target))} (FORMAT parquet, COMPRESSION lz4)")
    con.execute(f"CREATE TEMP VIEW typed AS SELECT * FROM {parquet_source(target)}")
    present = frozenset(b.column.name for sheet in table.sheets for b in sheet.match.bindings if b.present)
    return Reading(con, catalogue, source, workdir, present, _summary(table, present), table, coerced.errors)


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
