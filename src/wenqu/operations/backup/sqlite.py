"""A snapshot of SQLite while others write.

The online backup API copies page by page and begins again whenever somebody else commits between two steps: under a
steady load it would never end. Here the source connection first opens a read transaction and keeps it. In WAL mode
that pins one state of the database, so no step begins again, and a reader never makes a writer wait; the only price is
that the WAL grows until the copy is done. VACUUM INTO gives the same state but writes every index anew, several times
slower.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from wenqu.kit.refusal import Refused

STEP_PAGES = 4096
CHUNK = 1 << 20

Told = Callable[[int, int], None]
Rows = Callable[[str], list[tuple[Any, ...]]]


def size(database: Path) -> int:
    """Bytes that a copy will take: the file and what lies in its WAL."""
    return sum(path.stat().st_size for path in (database, database.with_name(f"{database.name}-wal")) if path.exists())


def copy(database: Path, target: Path, told: Told) -> None:
    """Copy the state of this moment to a new file, complete in itself."""
    if not database.is_file():
        raise Refused("no_database", f"没有找到数据库 {database}：请检查 WENQU_DATA 或 DATABASE_URL")
    source = sqlite3.connect(f"file:{quote(str(database))}?mode=rw", uri=True, isolation_level=None, timeout=30)
    with closing(source), closing(sqlite3.connect(target)) as copied:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        copied.execute("PRAGMA synchronous=OFF")
        source.backup(copied, pages=STEP_PAGES, progress=lambda _status, left, total: told(total - left, total), sleep=0)
        copied.execute("PRAGMA journal_mode=DELETE")
        damage = copied.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        raise Refused("database_damaged", f"数据库已损坏，没有做备份（{damage}）：请先从以前的备份恢复，或联系管理员")


def opened(database: Path) -> sqlite3.Connection:
    """A connection that only reads."""
    return sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)


def reader(con: sqlite3.Connection) -> Rows:
    return lambda sql: con.execute(sql).fetchall()


def tables(rows: Rows) -> list[str]:
    return [name for (name,) in rows("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")]


def damage(database: Path) -> str:
    """What a whole check finds wrong; "" where nothing is."""
    try:
        with closing(opened(database)) as con:
            found = str(con.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found


def compress(source: Path, target: Path, told: Told) -> None:
    """zstd, which pays on pages of a database and costs little."""
    total, done = source.stat().st_size, 0
    with source.open("rb") as plain, pa.OSFile(str(target), "wb") as raw, pa.CompressedOutputStream(raw, "zstd") as packed:
        while chunk := plain.read(CHUNK):
            packed.write(chunk)
            done += len(chunk)
            told(done, total)


def expand(source: Any, target: Path) -> None:
    """Undo `compress`. `source` is a readable file object."""
    try:
        with pa.CompressedInputStream(pa.PythonFile(source, "r"), "zstd") as packed, target.open("wb") as plain:
            while chunk := packed.read(CHUNK):
                plain.write(chunk)
    except (pa.ArrowInvalid, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise Refused("database_damaged", "备份里的数据库无法解压") from None
