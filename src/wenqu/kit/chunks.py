"""Chunks of a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size` (`itertools.batched` is Python 3.12)."""
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk
