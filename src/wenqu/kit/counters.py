"""Numbers of a series, each given out once."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from wenqu.kit.models import Counter


@transaction.atomic
def take_numbers(*, series: str, count: int) -> range:
    """Take the next `count` numbers of a series. Concurrent takers wait for each other's transaction."""
    Counter.objects.get_or_create(name=series)
    Counter.objects.filter(name=series).update(value=F("value") + count)
    last = Counter.objects.values_list("value", flat=True).get(name=series)
    return range(last - count + 1, last + 1)
