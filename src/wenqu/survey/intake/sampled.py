"""Which sample a record tells of: by the number that was scanned or typed, among those of the phone's county."""

from __future__ import annotations

from collections.abc import Mapping

from wenqu.places.paths import county_of
from wenqu.quality.models import Sample
from wenqu.quality.samples.numbering import read_number

SCANNED, TYPED = "sample_scanned", "sample_typed"


def number_said(said: Mapping[str, str]) -> str:
    """As it stands in the record; what was scanned goes before what was typed."""
    return said.get(SCANNED, "") or said.get(TYPED, "")


def sample_said(said: Mapping[str, str], path: str) -> Sample | None:
    """The sample of the county in which a path lies; ``None`` where the number is none, or nobody's."""
    number = read_number(number_said(said))
    if number is None:
        return None
    return Sample.objects.filter(county__path=county_of(path), number=number).select_related("point__scheme", "county").first()
