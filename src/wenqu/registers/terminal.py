"""A progress bar in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tqdm import tqdm


@contextmanager
def bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar to hand to an action as `progress`; silent where nobody watches."""
    with tqdm(total=100, desc=label, disable=None, bar_format="{desc} {percentage:3.0f}%|{bar}| {elapsed}") as shown:
        def progress(done: int, total: int) -> None:
            shown.update(max(0, 100 * done // total - shown.n) if total else 0)

        yield progress
