"""The sign of life of a worker: a file that it touches, in the data folder that workers and pages share anyway.

Not a row: on SQLite it would wait behind a long import, just when one asks whether the worker still lives.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from pathlib import Path

from django.conf import settings

EVERY_SECONDS = 5.0
# Older than this, the worker is taken for dead.
DEAD_SECONDS = 30.0
_FORGOTTEN_SECONDS = 24 * 3600.0


def _folder() -> Path:
    return Path(settings.DATA_DIR, "beats")


def start() -> threading.Event:
    """Beat until the process ends or the event is set."""
    stop = threading.Event()
    threading.Thread(target=_keep, args=(stop,), name="beat", daemon=True).start()
    return stop


def _keep(stop: threading.Event) -> None:
    mine = _folder() / f"worker-{socket.gethostname()}-{os.getpid()}"
    with contextlib.suppress(OSError):
        _sweep()
    while True:
        with contextlib.suppress(OSError):  # a full disk is for others to tell
            mine.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            mine.touch(mode=0o600)
        if stop.wait(EVERY_SECONDS):
            break
    mine.unlink(missing_ok=True)


def _sweep() -> None:
    for path in _folder().glob("worker-*"):
        if time.time() - path.stat().st_mtime > _FORGOTTEN_SECONDS:
            path.unlink(missing_ok=True)


def age() -> float | None:
    """Seconds since a worker last gave a sign of life; None where none ever did."""
    beats = []
    with contextlib.suppress(OSError):
        for path in _folder().glob("worker-*"):
            with contextlib.suppress(OSError):
                beats.append(path.stat().st_mtime)
    return max(0.0, time.time() - max(beats)) if beats else None
