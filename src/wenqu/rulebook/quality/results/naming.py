"""The names of the items of every edition, the newest first."""

from __future__ import annotations

from functools import lru_cache

from wenqu.rulebook.loader import load_pack, pack_ids
from wenqu.rulebook.quality.results.items import Names
from wenqu.rulebook.water import Residual, WaterItem, WaterLimits


def _editions() -> list[WaterLimits]:
    packs = sorted(map(load_pack, pack_ids("water-limits")), key=lambda pack: pack.in_force, reverse=True)
    return [pack.water for pack in packs if isinstance(pack.water, WaterLimits)]


@lru_cache(maxsize=1)
def names_of_all() -> Names:
    """What laboratories may call an item, whatever the edition."""
    return Names(_editions())


@lru_cache(maxsize=1)
def item_names() -> dict[str, tuple[str, str]]:
    """key -> (Chinese, English) name, in the order of the editions."""
    names: dict[str, tuple[str, str]] = {}
    for limits in _editions():
        entries: list[WaterItem | Residual] = [*limits.items.values(), *limits.residuals.values()]
        for entry in entries:
            names.setdefault(entry.key, (entry.zh, entry.en))
    return names
