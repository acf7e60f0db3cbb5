"""Page servers as `wenqu serve` starts them, and its worker, each for as long as a block lasts."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from visitors import free_port

from wenqu.serving import PAGE_PROCESSES, _die_with_parent


@dataclass(frozen=True)
class Server:
    """A page server with its processes in a group of their own."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def pid(self) -> int:
        return self.process.pid

    def kill(self) -> None:
        """All its processes at once, without a word."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def start(application: str, env: dict[str, str], folder: Path, port: int = 0) -> Server:
    """A page server once it answers; `folder` is where its module lies."""
    port = port or free_port()
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", PAGE_PROCESSES,
        "--blocking-threads", "4", "--log-level", "critical", "--respawn-failed-workers", application,
    ]
    process = subprocess.Popen(command, env=env, cwd=folder, start_new_session=True, preexec_fn=_die_with_parent, stdout=subprocess.DEVNULL)  # noqa: PLW1509
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return Server(port, process)
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the server did not start")


@contextmanager
def page_server(application: str, env: dict[str, str], folder: Path) -> Iterator[Server]:
    server = start(application, env, folder)
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def worker(env: dict[str, str]) -> Iterator[int]:
    """The worker of the product; gives its number."""
    process = subprocess.Popen([sys.executable, "-m", "wenqu.cli", "worker"], env=env, preexec_fn=_die_with_parent, stdout=subprocess.DEVNULL)  # noqa: PLW1509
    try:
        time.sleep(3)
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)
