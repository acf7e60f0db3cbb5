"""The figures of an export in one canonical form, their digest, and what differs between two."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from wenqu.reports.ledgers.sheets import Cell

TOTAL = "合计"
MOST_SHOWN = 20


def canonical(figures: Any) -> str:
    return json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(figures: Any) -> str:
    return hashlib.sha256(canonical(figures).encode()).hexdigest()


class Proof:
    """Adds up what a ledger prints: its sums in all and by place, and the digest of every row as it stands in the sheet."""

    def __init__(self, totals: Callable[[], Any]) -> None:
        self.make, self.whole, self.places = totals, totals(), {}  # type: ignore[var-annotated]
        self.rows, self.hash = 0, hashlib.sha256()

    def add(self, place: str, cells: list[Cell]) -> None:
        self.rows += 1
        self.whole.add(cells)
        if place:
            self.places.setdefault(place, self.make()).add(cells)
        self.hash.update(canonical(cells).encode())

    def figures(self) -> dict[str, Any]:
        parts = {TOTAL: self.whole.cells(), **{place: each.cells() for place, each in self.places.items()}}
        return {"rows": self.rows, "sums": {place: {name: value for name, value in cells.items() if value not in (None, "")} for place, cells in parts.items()}}


def differences(before: dict[str, Any], now: dict[str, Any]) -> list[str]:
    """What differs, in words: «problems 合计 状态：已销号 3 → 已销号 2»."""
    found = []
    for kind in sorted({*before, *now}):
        first, second = (each.get(kind, {"rows": 0, "sums": {}}) for each in (before, now))
        if first["rows"] != second["rows"]:
            found.append(f"{kind} 行数：{first['rows']} → {second['rows']}")
        for place in sorted({*first["sums"], *second["sums"]}):
            one, two = (each["sums"].get(place, {}) for each in (first, second))
            changed = [name for name in sorted({*one, *two}) if one.get(name) != two.get(name)]
            found += [f"{kind} {place} {name}：{_flat(one.get(name))} → {_flat(two.get(name))}".replace("\n", " ") for name in changed]
    return found


def _flat(value: Any) -> str:
    return "无" if value is None else str(value).replace("\n", "，")
