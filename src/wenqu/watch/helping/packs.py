"""Which pack of measures, and which months of the procedure, hold in a place on a day."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from wenqu.places.paths import ancestors
from wenqu.rulebook.watch.measures import MeasurePack, measures_at, parse_measures
from wenqu.rulebook.watch.procedures import parse_procedure
from wenqu.watch.models import Adoption, PackKind

# Where a county adopted no procedure: what MISSION §4 calls suspicious.
_MONTHS = 1


def _adopted(path: str, kind: str, on: date) -> Adoption | None:
    """What holds at a path: the nearest division's newest adoption that has begun."""
    found = Adoption.objects.select_related("edition").filter(path__in=ancestors(path), kind=kind, from_on__lte=on)
    return max(found, key=lambda row: (len(row.path), row.from_on, row.pk), default=None)


def measures_for(path: str, on: date) -> MeasurePack:
    """The pack of measures that a place goes by on a day; without one of its own, the newest that came with the product."""
    row = _adopted(path, PackKind.MEASURES, on)
    return _measures(row.edition.digest, row.edition.text) if row else measures_at(on)


def months_without_measure(path: str, on: date) -> int:
    """Within how many months of entry the first measure must have been carried out, by the procedure of the place."""
    row = _adopted(path, PackKind.PROCEDURES, on)
    return _months(row.edition.digest, row.edition.text) if row else _MONTHS


@lru_cache(maxsize=32)
def _measures(digest: str, text: str) -> MeasurePack:
    return parse_measures(text, digest)


@lru_cache(maxsize=32)
def _months(digest: str, text: str) -> int:
    return parse_procedure(text, digest).alarms.no_measure.number
