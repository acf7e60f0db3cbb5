"""The files of a backup: which there are, which the rows of a snapshot refer to, how much of a growing one belongs."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from wenqu.books import keeping
from wenqu.importing.models import Batch
from wenqu.judging.models import Run
from wenqu.operations.backup import proofs
from wenqu.operations.backup.manifest import Manifest
from wenqu.quality.results.delivering import keeping as laboratory
from wenqu.rulebook.loader import PACKS

Rows = Callable[[str], list[tuple[Any, ...]]]
# What a running engine spills and drops again.
PASSING = {"spill"}


@dataclass(frozen=True)
class Found:
    """A file on disk and its name in the backup; `size` is how much of it belongs into the backup."""

    name: str
    path: Path
    size: int


def folders() -> dict[str, Path]:
    """Name in the backup -> folder, of everything beside the database."""
    return {
        "runs": Path(settings.RUNS_DIR), "uploads": Path(settings.UPLOADS_DIR), "results": Path(settings.RESULTS_DIR),
        "audit": Path(settings.AUDIT_DIR), "evidence": Path(settings.EVIDENCE_DIR),
    }


def found_files(audit_until: int | None) -> Iterator[Found]:
    """All files as they are now, half-written ones (a dot before the name) left out, in the order of their names.

    Of the second copy of the audit log only the lines up to `audit_until` belong to a snapshot whose chain ends there.
    """
    for top, folder in folders().items():
        for place, names, files in os.walk(folder):
            names[:] = sorted(name for name in names if name not in PASSING and not name.startswith("."))
            for each in sorted(files):
                path = Path(place, each)
                if each.startswith(".") or path.is_symlink():
                    continue
                try:
                    size = path.stat().st_size
                except FileNotFoundError:
                    continue  # swept since the folder was listed
                if top == "audit" and audit_until is not None:
                    size = _until(path, size, audit_until)
                    if size == 0:
                        continue  # begun after the snapshot
                yield Found(f"{top}/{path.relative_to(folder).as_posix()}", path, size)
    for path in sorted(PACKS.rglob("*.toml")):
        yield Found(f"packs/{path.relative_to(PACKS).as_posix()}", path, path.stat().st_size)


def _until(path: Path, size: int, seq: int) -> int:
    """Where the last whole line of an audit file ends whose entry is at or before a place of the chain."""
    with path.open("rb") as file:
        end, tail = size, b""
        while True:
            cut = tail.rfind(b"\n", 0, len(tail) - 1) + 1
            if cut == 0 and end > 0:
                begin = max(0, end - 65536)
                file.seek(begin)
                tail, end = file.read(end - begin) + tail, begin
                continue
            line = tail[cut:]
            if line.endswith(b"\n") and _seq(line) <= seq:
                return end + len(tail)
            if not tail:
                return 0
            tail = tail[:cut]


def _seq(line: bytes) -> int:
    """The place of a line in the chain; of a header, the place of the first line after it."""
    try:
        content = json.loads(line)
        return int(content["seq"] if "seq" in content else content.get("first", 0))
    except (ValueError, AttributeError, TypeError):
        return 0


def needed_files(rows: Rows, manifest: Manifest) -> list[str]:
    """The names of the files without which rows of the snapshot mean nothing: runs, the delivered workbooks, those of laboratories,
    the books that were compared, and the evidence where it lies in a folder. `manifest` has the tables of the snapshot."""
    runs = rows(f'SELECT DISTINCT file FROM "{Run._meta.db_table}"')
    batches = rows(f'SELECT DISTINCT stored FROM "{Batch._meta.db_table}"')
    delivered = [f"uploads/{stored}/source." for (stored,) in batches]
    books = [f"uploads/{name}" for name in keeping.needed(rows, manifest.rows)]
    workbooks = [f"uploads/{name}" for name in laboratory.needed(rows, manifest.rows)]
    return sorted([f"runs/{file}" for (file,) in runs] + delivered + books + workbooks + proofs.needed(rows, manifest))
