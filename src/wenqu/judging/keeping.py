"""The files of runs, told to the sweep.

They are not sealed: a run file holds keys, household numbers, facts of water and verdicts (`engine.KEPT`), and no name
and no number by which the state knows a person.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings

from wenqu.judging.models import Run
from wenqu.kit.sweeping import offer_sweep, older, remove


def offer() -> None:
    offer_sweep("runs", sweep)


def sweep(before: datetime) -> int:
    """Remove run files that no run names, and half-written ones."""
    found = [path for path in older(Path(settings.RUNS_DIR), before) if path.suffix in {".parquet", ".half"}]
    known = set(Run.objects.filter(file__in=[path.name for path in found]).values_list("file", flat=True))
    return remove(path for path in found if path.name not in known)
