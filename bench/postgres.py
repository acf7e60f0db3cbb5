"""A PostgreSQL server of one's own for a measurement: loopback, a scratch folder, `fsync` on as in service."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from visitors import free_port


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise SystemExit("PostgreSQL is not installed: no /usr/lib/postgresql/*/bin/initdb")
    return found[-1].parent


def _run(command: list[str]) -> None:
    """PostgreSQL refuses to run as root: the account of Debian's package runs it then."""
    if os.getuid() == 0:
        command = ["su", "postgres", "-s", "/bin/sh", "-c", shlex.join(command)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def server(memory_mb: int = 512) -> Iterator[str]:
    """The URL of a fresh database; everything is gone afterwards."""
    programs, port = _programs(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="wenqu-bench-pg-"))
    if os.getuid() == 0:
        shutil.chown(folder, "postgres")
    data = str(folder / "data")
    _run([str(programs / "initdb"), "-D", data, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-U", "wenqu"])
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c shared_buffers={memory_mb}MB -c max_wal_size=4GB"
    _run([str(programs / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log"), "-o", options, "start"])
    try:
        yield f"postgres://wenqu@127.0.0.1:{port}/postgres"
    finally:
        _run([str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)
