"""Parquet files: nothing is copied, the file's own typed columns are the raw cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from wenqu.importing.staging import RawColumn, RawSheet, parquet_source, quote, unreadable


def read_columnar(path: Path, con: Any) -> list[RawSheet]:
    """Describe a Parquet file as one sheet without a name; the header is the schema, data begin at row 1."""
    if path.stat().st_size == 0:
        raise unreadable(path, "文件是空的")
    source = parquet_source(path)
    try:
        described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
    except duckdb.Error as error:
        raise unreadable(path, f"文件损坏，或不是 Parquet 文件（{str(error).splitlines()[0][:120]}）") from None
    columns = tuple(RawColumn(f"c{index}", row[1], row[0], index) for index, row in enumerate(described))
    cells = ", ".join(f"{quote(row[0])} AS c{index}" for index, row in enumerate(described))
    source = parquet_source(path, ", file_row_number = true")
    return [RawSheet("", f"(SELECT {cells}, file_row_number + 1 AS _row FROM {source})", columns, typed=True, path=path)]
