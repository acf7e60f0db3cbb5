"""Text cells to a Parquet file on disk: what the readers of Excel and CSV share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from wenqu.importing.staging import RawColumn, RawSheet, letters, parquet_source

BATCH = 50_000


def write_text_sheet(
    path: Path, name: str, indexes: Sequence[int], batches: Iterator[list[pa.Array]], *, visible: bool = True,
    ragged: bool = False,
) -> RawSheet:
    """Write batches of [row numbers, text columns…] to Parquet and describe them. ``indexes`` are 0-based places."""
    schema = pa.schema([("_row", pa.int32()), *((f"c{index}", pa.string()) for index in indexes)])
    with pq.ParquetWriter(path, schema, compression="lz4") as writer:
        for arrays in batches:
            writer.write_batch(pa.record_batch(arrays, schema=schema), row_group_size=BATCH)
    columns = tuple(RawColumn(f"c{index}", "VARCHAR", letters(index), index) for index in indexes)
    return RawSheet(name, parquet_source(path), columns, visible, ragged=ragged, path=path)


def head(sheet: RawSheet, last_row: int = 60) -> list[tuple[Any, ...]]:
    """The first rows as (row number, cells…), for finding the header."""
    if sheet.path is None or not sheet.columns:
        return []
    with pq.ParquetFile(sheet.path) as file:
        batch = next(file.iter_batches(batch_size=last_row), None)
    rows = list(zip(*(column.to_pylist() for column in batch.columns), strict=True)) if batch is not None else []
    return [row for row in rows if row[0] <= last_row]
