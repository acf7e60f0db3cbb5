"""The files of imports, told to the rotation of keys and to the sweep."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from django.conf import settings

from wenqu.importing.models import Batch
from wenqu.kit.crypto.sealed_folders import folder_store
from wenqu.kit.crypto.stores import offer_rotation
from wenqu.kit.sweeping import offer_sweep, older, remove

_OURS = re.compile(r"[0-9a-f]{32}")


def offer() -> None:
    offer_rotation(folder_store("导入的文件", lambda: Path(settings.UPLOADS_DIR)))
    offer_sweep("uploads", sweep)


def sweep(before: datetime) -> int:
    """Remove the folders that no batch names, and what a kill left half-written in the others."""
    found = [path for path in older(Path(settings.UPLOADS_DIR), before) if _OURS.fullmatch(path.name)]
    known = set(Batch.objects.filter(stored__in=[path.name for path in found]).values_list("stored", flat=True))
    halves = (half for path in found if path.name in known for half in older(path, before) if half.name.startswith("."))
    return remove(halves) + remove(path for path in found if path.name not in known)
