"""Which edition of a pack a county goes by on a day, and the pack that an edition holds."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from wenqu.places import paths
from wenqu.rulebook.model import Head
from wenqu.rulebook.watch.judging import parse_judging
from wenqu.rulebook.watch.procedures import parse_procedure
from wenqu.watch.models import Adoption, Edition, PackKind


def edition_at(path: str, kind: str, day: date) -> Edition | None:
    """The edition that the county of a place goes by on a day; of several of one day, the one set last."""
    found = Adoption.objects.filter(path=paths.county_of(path), kind=kind, from_on__lte=day).select_related("edition").order_by("-from_on", "-pk").first()
    return found.edition if found else None


def pack_of(edition: Edition) -> Head:
    """The pack of an edition, as it was kept."""
    return _pack(edition.kind, edition.digest, edition.text, edition.pack_id)


@lru_cache(maxsize=32)
def _pack(kind: str, digest: str, text: str, name: str) -> Head:
    pack: Head = parse_judging(text, name) if kind == PackKind.JUDGING else parse_procedure(text, name)
    if pack.digest != digest:
        raise ValueError(f"{name}: {pack.digest} is not the edition's {digest}")
    return pack
