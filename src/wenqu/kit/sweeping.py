"""Files that no row refers to: what a kill left between a file and the row that was to name it. Rooms offer their sweeps."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

log = logging.getLogger(__name__)
# Whatever is younger may belong to a row that is about to be written.
KEPT = timedelta(days=1)
Sweep = Callable[[datetime], int]

_sweeps: dict[str, Sweep] = {}


def offer_sweep(name: str, work: Sweep) -> None:
    """Offer a sweep once, from `AppConfig.ready`. `work(before)` removes what is older and belongs to nobody, and tells how much."""
    _sweeps[name] = work


def sweep_all(at: datetime) -> dict[str, int]:
    """Run every sweep; one that fails is told to the log and hinders no start."""
    swept = {}
    for name, work in _sweeps.items():
        try:
            swept[name] = work(at - KEPT)
        except Exception:
            log.exception("sweep %s failed", name)
    return swept


def older(folder: Path, before: datetime) -> list[Path]:
    """What lies in a folder since before a moment."""
    return [path for path in folder.iterdir() if path.lstat().st_mtime < before.timestamp()] if folder.is_dir() else []


def remove(paths: Iterable[Path]) -> int:
    """Remove files and folders. Returns how many."""
    count = 0
    for count, path in enumerate(paths, 1):  # noqa: B007
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return count
