"""Text cells to a Parquet file on disk: what the readers of Excel and CSV share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

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
