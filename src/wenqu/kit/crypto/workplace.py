"""Where files lie open while they are worked on: folders of one process each, for their owner only, gone afterwards.

A folder is held by a lock for as long as its process lives. Whoever starts sweeps away the folders that nobody holds
any more: what a killed process left.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

from wenqu.kit.crypto.files import is_sealed, open_file

_LOCK = ".held"
_BEING_MADE_SECONDS = 600


@contextmanager
def work_folder() -> Iterator[Path]:
    """An empty folder for open files, removed with all that lies in it at the end of the block."""
    folder, held = _make()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


@contextmanager
def opened(path: Path) -> Iterator[Path]:
    """A readable copy of a sealed file under its own name, removed at the end; a file that was never sealed is given itself."""
    if not is_sealed(path):
        yield path
        return
    with work_folder() as folder:
        copy = folder / path.name
        open_file(path, copy)
        yield copy


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Let libraries write their temporary files (workbooks under construction) into a folder of ours for a while."""
    before, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def keep_temporary_files_private() -> Path:
    """Let everything that this process and its libraries write into temporary files lie in a folder of its own, until it ends.

    Gives the folder, for the processes that it starts.
    """
    folder, held = _make()
    tempfile.tempdir = str(folder)

    def remove() -> None:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)

    atexit.register(remove)
    return folder


def sweep_work() -> int:
    """Remove the folders whose process is gone. Returns how many."""
    place = Path(settings.WORK_DIR)
    swept = 0
    for folder in place.iterdir() if place.is_dir() else ():
        try:
            held = os.open(folder / _LOCK, os.O_RDONLY)
        except OSError:
            # Without a lock it is either being made now or was left by a kill in that very moment.
            old = folder.exists() and time.time() - folder.stat().st_mtime > _BEING_MADE_SECONDS
            if old:
                shutil.rmtree(folder, ignore_errors=True)
            swept += old
            continue
        with suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
        os.close(held)
    return swept


def _make() -> tuple[Path, int]:
    """A new folder and the descriptor whose lock holds it."""
    place = Path(settings.WORK_DIR)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.chmod(0o700)
    while True:
        folder = Path(tempfile.mkdtemp(prefix="w-", dir=place))
        held = os.open(folder / _LOCK, os.O_RDONLY | os.O_CREAT, 0o600)
        fcntl.flock(held, fcntl.LOCK_EX)
        if (folder / _LOCK).exists():
            return folder, held
        os.close(held)  # a sweep was faster than the lock
