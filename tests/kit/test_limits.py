"""A limit lets a burst through, then a steady stream, each key for itself."""

from __future__ import annotations

from wenqu.kit.limits import MOST_KEYS, Limit


def test_a_burst_then_a_steady_stream():
    now = [0.0]
    limit = Limit(per_minute=60, burst=3, clock=lambda: now[0])
    assert [limit.take("a") for _ in range(3)] == [0, 0, 0]
    assert limit.take("a") == 1.0
    assert limit.take("b") == 0
    now[0] = 0.5
    assert limit.take("a") == 0.5
    now[0] = 1.0
    assert limit.take("a") == 0
    assert limit.take("a") == 1.0


def test_the_memory_is_bounded():
    limit = Limit(per_minute=60, burst=1, clock=lambda: 0.0)
    for number in range(MOST_KEYS + 10):
        limit.take(str(number))
    assert len(limit._kept) == MOST_KEYS
