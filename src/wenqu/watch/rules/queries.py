"""Reads of the shelf: what a county goes by on a day, what it kept, and the packs read from them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any

from wenqu.places import paths
from wenqu.rulebook.heads import Shelf
from wenqu.rulebook.model import Head
from wenqu.rulebook.watch.judging import loader as judging
from wenqu.rulebook.watch.judging.model import JudgingPack
from wenqu.rulebook.watch.measures import MeasurePack, measures_at
from wenqu.rulebook.watch.measures import loader as measures
from wenqu.rulebook.watch.procedures import ProcedurePack
from wenqu.rulebook.watch.procedures import loader as procedures
from wenqu.watch.models import Adoption, Edition, PackKind

SHELVES: dict[str, Shelf[Any]] = {
    PackKind.PROCEDURES: procedures.SHELF, PackKind.JUDGING: judging.SHELF, PackKind.MEASURES: measures.SHELF,
}


def edition_at(path: str, kind: str, day: date) -> Edition | None:
    """The edition that a place goes by on a day: what its county adopted last among all that were in use by then."""
    found = adoption_at(path, kind, day)
    return found.edition if found is not None else None


def adoption_at(path: str, kind: str, day: date) -> Adoption | None:
    """The same with its document. One query."""
    rows = Adoption.objects.filter(path__in=paths.ancestors(path), kind=kind, from_on__lte=day)
    return rows.select_related("edition").order_by("-path", "-from_on", "-pk").first()


def editions_at(counties: Iterable[str], kind: str, day: date) -> dict[str, Edition]:
    """The same of many counties at once; who adopted none is left out. One query."""
    counties = tuple(counties)
    wanted = {above for county in counties for above in paths.ancestors(county)}
    rows = Adoption.objects.filter(path__in=wanted, kind=kind, from_on__lte=day).select_related("edition").order_by("from_on", "pk")
    by_path = {row.path: row.edition for row in rows}
    found = {}
    for county in counties:
        near = [by_path[above] for above in paths.ancestors(county) if above in by_path]
        if near:
            found[county] = near[-1]
    return found


def adoptions_of(path: str, most: int = 50) -> list[Adoption]:
    """What was adopted for a county, the newest first."""
    return list(Adoption.objects.filter(path=path).select_related("edition", "set_by").order_by("-from_on", "-pk")[:most])


def editions_of(path: str, kind: str | None = None) -> list[Edition]:
    """What a county keeps, the newest first."""
    rows = Edition.objects.filter(path=path).select_related("made_by", "origin").defer("text").order_by("-pk")
    return list(rows.filter(kind=kind) if kind else rows)


def pack_of(edition: Edition) -> Any:
    """The pack that an edition holds: a `ProcedurePack`, a `JudgingPack` or a `MeasurePack`, as its kind says."""
    return _read(edition.kind, edition.digest, edition.pack_id, edition.text)


def procedure_of(edition: Edition) -> ProcedurePack:
    """The procedure that an edition holds."""
    pack: ProcedurePack = pack_of(edition)
    return pack


def judging_of(edition: Edition) -> JudgingPack:
    """The judging rules that an edition holds."""
    pack: JudgingPack = pack_of(edition)
    return pack


def measures_in(edition: Edition | None, day: date) -> MeasurePack:
    """The measures that an edition holds; where a county adopted none, those of the newest pack that came with Wenqu."""
    pack: MeasurePack = measures_at(day) if edition is None else pack_of(edition)
    return pack


def measures_for(path: str, day: date) -> MeasurePack:
    """The measures that a place goes by on a day. One query."""
    return measures_in(edition_at(path, PackKind.MEASURES, day), day)


@lru_cache(maxsize=128)
def _read(kind: str, digest: str, pack_id: str, text: str) -> Head:
    """Read once. A text from which another pack is read than the one that was kept is never gone by."""
    pack: Head = SHELVES[kind].read(text, pack_id)
    if pack.digest != digest:
        raise LookupError(f"{pack_id}: kept as {digest}, read as {pack.digest}")
    return pack
