"""How often somebody may do something: a bucket of tokens per key that fills up steadily, in the memory of one process."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

# Forgotten oldest first: nobody can fill the memory with keys.
MOST_KEYS = 20_000


class Limit:
    """`burst` at once, then `per_minute` steadily. With several processes each counts for itself."""

    def __init__(self, per_minute: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate = per_minute / 60
        self.burst = burst
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, float]] = {}

    def take(self, key: str) -> float:
        """Take one. 0 where it was there, else the seconds until it will be."""
        now = self._clock()
        with self._lock:
            left, since = self._kept.pop(key, (float(self.burst), now))
            left = min(float(self.burst), left + (now - since) * self.rate)
            wait = 0.0 if left >= 1 else (1 - left) / self.rate
            self._kept[key] = (left if wait else left - 1, now)
            if len(self._kept) > MOST_KEYS:
                self._kept.pop(next(iter(self._kept)))
        return wait

    def forget(self) -> None:
        """Begin again with every bucket full."""
        with self._lock:
            self._kept.clear()
