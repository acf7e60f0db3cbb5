"""Lists of keys written short: [1, 2, 3, 7] as [[1, 3], [7, 7]]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def ranges(keys: Iterable[int]) -> list[list[int]]:
    """Keys as ranges of consecutive numbers, both ends included."""
    out: list[list[int]] = []
    for key in sorted(keys):
        if out and key == out[-1][1] + 1:
            out[-1][1] = key
        else:
            out.append([key, key])
    return out


def keys_of(written: Iterable[list[int]]) -> Iterator[int]:
    """The keys of ranges."""
    for first, last in written:
        yield from range(first, last + 1)
