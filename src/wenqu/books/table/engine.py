"""The engine of a comparison: bounded memory, spilling into the folder of the work."""

from __future__ import annotations

from pathlib import Path

import duckdb

from wenqu.books.table.normal import define

# With the readers and the writer of workbooks beside it the whole process stays under 1 GB.
MEMORY_LIMIT = "450MB"


def connect(folder: Path) -> duckdb.DuckDBPyConnection:
    """A connection for one comparison whose files all lie in `folder`."""
    con = duckdb.connect(config={
        "memory_limit": MEMORY_LIMIT, "threads": "2", "temp_directory": str(folder / "spill"),
        "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
    })
    con.execute("SET enable_progress_bar = false")
    define(con)
    return con
