"""Packs with something changed."""

from __future__ import annotations

import copy
from typing import Any

from wenqu.rulebook.watch.procedures import ProcedurePack
from wenqu.rulebook.watch.procedures.loader import read_procedure

GONE = object()


def changed(pack: ProcedurePack, key: str, value: object) -> dict[str, Any]:
    """The content of a pack with one key set, or taken away (``GONE``)."""
    content: dict[str, Any] = copy.deepcopy(dict(pack.content))
    *way, last = key.split(".")
    place: Any = content
    for part in way:
        place = place.setdefault(part, {})
    if value is GONE:
        del place[last]
    else:
        place[last] = value
    return content


def edited(pack: ProcedurePack, key: str, value: object, *more: tuple[str, object]) -> ProcedurePack:
    """The pack with keys set, as a county would edit it."""
    for name, one in ((key, value), *more):
        pack = read_procedure(changed(pack, name, one), "county.toml")
    return pack


def cite(value: object, unit: str = "rule") -> dict[str, object]:
    """A clause of the county's own."""
    return {"value": value, "unit": unit, "date": "2026", "clause": "第三条", "document": "县文件", "confidence": "sourced"}
