"""Who is told when other results of samples count: reviewed ones, and none that were invalidated or replaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from wenqu.quality.models import Sample

# What rooms work out of samples whose counted results changed, by whom, when: inside the transaction that changed them.
Counting = Callable[[Sequence[Sample], Any, datetime], object]
_countings: list[Counting] = []


def offer_counting(counting: Counting) -> None:
    """Offer what follows from changed results once, from `AppConfig.ready`."""
    if counting not in _countings:
        _countings.append(counting)


def counted_changed(sample: Sample, by: Any, at: datetime) -> None:
    """Let every room know that other results of a sample count now."""
    all_changed([sample], by, at)


def all_changed(samples: Sequence[Sample], by: Any, at: datetime) -> None:
    """The same of many samples together."""
    for counting in _countings:
        counting(samples, by, at)
