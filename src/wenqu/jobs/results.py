"""The files that jobs make: sealed, in one folder, each under a name of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings

from wenqu.jobs.models import Job
from wenqu.kit.crypto.files import seal_file
from wenqu.kit.crypto.sealed_folders import folder_store
from wenqu.kit.crypto.stores import offer_rotation
from wenqu.kit.crypto.workplace import temporary_files_in, work_folder
from wenqu.kit.sweeping import offer_sweep, older, remove


def offer() -> None:
    """Tell the rotation of keys and the sweep of this folder."""
    offer_rotation(folder_store("任务结果文件", lambda: Path(settings.RESULTS_DIR)))
    offer_sweep("results", sweep)


@contextmanager
def making(stored: str) -> Iterator[Path]:
    """Where to write a result in the clear; at the end of the block it lies sealed among the results, under `stored`."""
    with work_folder() as folder, temporary_files_in(folder):
        clear = folder / stored
        yield clear
        seal_file(clear, Path(settings.RESULTS_DIR) / stored)


def sweep(before: datetime) -> int:
    """Remove results that no job names."""
    found = older(Path(settings.RESULTS_DIR), before)
    known = set(Job.objects.exclude(result_file="").values_list("result_file", flat=True)) if found else set()
    return remove(path for path in found if path.name not in known)
