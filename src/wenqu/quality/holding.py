"""Hold samples: whoever changes what counts of a sample does so one after the other, and in one order for all.

What is said of one sample is worked out beside the others of its scheme, and is judged and opened in the ledger at once. So the
counties come first, as whoever judges or moves a household holds them, then the households, then the samples.
"""

from __future__ import annotations

from collections.abc import Iterable

from wenqu.households.holding import hold_all
from wenqu.judging.spot import lock_counties
from wenqu.quality.models import Sample
from wenqu.schemes.models import Supply

_WITH = ("edition", "county", "point__scheme", "point__household")


def hold_samples(keys: Iterable[int]) -> list[Sample]:
    """Samples as they are now, where nothing of what counts changes: entered, handed on."""
    rows = Sample.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=list(keys)).order_by("pk")
    return list(rows.select_related(*_WITH))


def hold_counting(keys: Iterable[int]) -> list[Sample]:
    """Samples as they are now, with all that follows from what counts of them."""
    keys = list(keys)
    told = list(Sample.objects.filter(pk__in=keys).values_list("county__path", "point__scheme", "point__household"))
    served = Supply.objects.filter(scheme__in={scheme for _county, scheme, _home in told if scheme is not None})
    counties = {county for county, _scheme, _home in told} | set(served.order_by().values_list("household__county__path", flat=True).distinct())
    for county in sorted(counties):
        lock_counties(county)
    homes = {home for _county, _scheme, home in told if home is not None}
    if homes:
        hold_all(homes)
    return hold_samples(keys)
