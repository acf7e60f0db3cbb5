"""Which limits of quality control a county goes by: its own newest, else those that come along, of which nobody has seen the document."""

from __future__ import annotations

from functools import lru_cache

from wenqu.quality.models import ControlLimits
from wenqu.rulebook.loader import load_pack, parse_pack
from wenqu.rulebook.model import Pack
from wenqu.rulebook.quality.control import Control, control_of

PACK = "quality-control"


def limits_of(county: str) -> ControlLimits | None:
    """The newest row of a county. One query."""
    return ControlLimits.objects.filter(path=county).select_related("set_by").order_by("-pk").first()


def pack_of(row: ControlLimits | None) -> Pack:
    """The pack that a row holds; the one that comes along where a county has none."""
    return load_pack(PACK) if row is None else _read(row.digest, row.text)


def control_limits(county: str | None = None) -> Control:
    """The limits of a county, or those that come along. One query."""
    return control_of(pack_of(limits_of(county) if county else None))


@lru_cache(maxsize=64)
def _read(digest: str, text: str) -> Pack:
    pack = parse_pack(text, PACK)
    if pack.digest != digest:
        raise LookupError(f"{PACK}: kept as {digest}, read as {pack.digest}")
    return pack
