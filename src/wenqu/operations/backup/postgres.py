"""A snapshot of PostgreSQL: pg_dump in the snapshot of a transaction that also counts the rows.

The client's programs are found on the PATH or where Debian puts them. The password goes through the environment,
never through arguments, which everybody on the machine can read.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from wenqu.kit.masking import scrub
from wenqu.kit.refusal import Refused

Told = Callable[[int, int], None]
Rows = Callable[[str], list[tuple[Any, ...]]]

_LIBPQ = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}
_LIBPQ_OPTIONS = {"sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY", "service": "PGSERVICE"}
_OWN_TABLES = (
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p') AND n.nspname = current_schema() ORDER BY c.relname"
)


def environment(database: dict[str, Any]) -> dict[str, str]:
    """The environment in which the client's programs find the database."""
    found = {_LIBPQ[key]: str(database[key]) for key in _LIBPQ if database.get(key)}
    options = database.get("OPTIONS", {})
    found |= {name: str(options[key]) for key, name in _LIBPQ_OPTIONS.items() if options.get(key)}
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG") or key in {"PGPASSFILE", "PGSYSCONFDIR"}}
    return {**kept, **found, "PGAPPNAME": "wenqu backup", "LC_MESSAGES": "C"}


def connect(database: dict[str, Any]) -> psycopg.Connection[tuple[Any, ...]]:
    options = {key: value for key, value in database.get("OPTIONS", {}).items() if key in _LIBPQ_OPTIONS}
    given = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return psycopg.connect(**{key: database[name] for key, name in given.items() if database.get(name)}, **options)


def programs() -> list[Path]:
    """Folders where the client's programs may be, the newest version first."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: _number(path.parent.name), reverse=True)
    first = shutil.which("pg_dump")
    return [*debian, *([Path(first).parent] if first else [])]


def program(name: str, at_least: int) -> str:
    """The program of the client, of the server's version or later. `Refused` names the package to install."""
    versions = []
    for folder in programs():
        path = folder / name
        if not path.is_file():
            continue
        said = subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False).stdout
        version = _number(said.split()[2]) if len(said.split()) > 2 else 0
        if version >= at_least:
            return str(path)
        versions.append(version)
    if versions:
        raise Refused("pg_client_old", f"{name} 的版本（{max(versions)}）低于数据库服务器（{at_least}）：请安装 Debian 软件包 postgresql-client-{at_least}")
    raise Refused("pg_client_missing", f"没有找到 {name}：请安装 Debian 软件包 postgresql-client（apt install postgresql-client）")


def _number(text: str) -> int:
    found = re.match(r"\d+", text)
    return int(found.group()) if found else 0


def server_version(rows: Rows) -> int:
    return int(rows("SHOW server_version_num")[0][0]) // 10000


@contextmanager
def snapshot(database: dict[str, Any]) -> Iterator[tuple[Rows, str]]:
    """A reader that sees one state of the database, and the name by which pg_dump sees the same."""
    with connect(database) as con:
        con.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        con.read_only = True
        name = str(_rows(con)("SELECT pg_export_snapshot()")[0][0])
        yield _rows(con), name


def _rows(con: psycopg.Connection[tuple[Any, ...]]) -> Rows:
    return lambda sql: con.execute(sql.encode()).fetchall()


def tables(rows: Rows) -> list[str]:
    return [name for (name,) in rows(_OWN_TABLES)]


def size(rows: Rows) -> int:
    return int(rows("SELECT pg_database_size(current_database())")[0][0])


def dump(database: dict[str, Any], name: str, version: int, target: Path, told: Told, about: int) -> None:
    """Dump the named snapshot. How much it will be is not known beforehand: `about` is the size of the database."""
    command = [
        program("pg_dump", version), "--format=custom", "--compress=1", "--no-owner", "--no-privileges", "--no-password",
        f"--snapshot={name}", f"--file={target}",
    ]
    run(command, environment(database), "pg_dump", lambda: told(min(target.stat().st_size if target.exists() else 0, about), about))


def run(command: list[str], env: dict[str, str], name: str, waiting: Callable[[], None] = lambda: None) -> None:
    """Run a program of the client to its end; `Refused` with what it says, cleaned of rows."""
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
    try:
        while True:
            try:
                _out, said = process.communicate(timeout=0.3)
                break
            except subprocess.TimeoutExpired:
                waiting()
    except BaseException:
        process.kill()
        process.wait()
        raise
    if process.returncode:
        raise Refused("pg_client_failed", f"{name} 失败：{_reason(said.decode(errors='replace'))}")


def _reason(said: str) -> str:
    """The sentence of the error, without the rows that stand below it."""
    lines = [line for line in said.splitlines() if re.match(r"pg_\w+: (error|fatal)|.*\bERROR:", line)]
    return scrub("；".join(lines[:3])) or "没有说明原因"


def readable(dumped: Path) -> str:
    """What is wrong with a dump; "" where the client reads it from end to end."""
    try:
        tool = program("pg_restore", 0)
        run([tool, "--list", str(dumped)], dict(os.environ), "pg_restore")
        run([tool, "--file=/dev/null", str(dumped)], dict(os.environ), "pg_restore")
    except Refused as refusal:
        if refusal.code == "pg_client_missing":
            raise
        return refusal.message
    return ""


def restore(database: dict[str, Any], version: int, dumped: Path, told: Told) -> None:
    """Put a dump into an empty database, whole or not at all."""
    started = time.monotonic()
    command = [
        program("pg_restore", version), "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-password",
        f"--dbname={database['NAME']}", str(dumped),
    ]
    run(command, environment(database), "pg_restore", lambda: told(int(time.monotonic() - started), 0))
