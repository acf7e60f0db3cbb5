"""The column engine equals the reference for any households, any items and any pack, what is not known included."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from rulebook.watch.judging_engines import any_line, as_batch, one_by_one
from rulebook.watch.judging_strategies import pack_of, told
from wenqu.rulebook.watch.judging.window import Window


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32))
def test_engines_agree_on_any_household_and_any_pack(seed: int) -> None:
    random = Random(seed)
    pack = pack_of(random)
    last = random.choice((202105, 202105, 202012))
    first = last // 100 * 12 + last % 100 - int(pack.months.value)
    window = Window(first // 12 * 100 + first % 12 + 1, last)
    rows = [told(random, pack) for _ in range(80)]
    line = any_line(random.choice((5000, 6320, 7500, 5200)), random.choice(("under", "at_most")))
    for row, mine, other in zip(rows, one_by_one(rows, pack, line, window), as_batch(rows, pack, line, window), strict=True):
        assert mine == other, row


def test_random_households_come_to_every_conclusion() -> None:
    random = Random(6)
    seen: dict[str, Counter[object]] = {}
    for _ in range(40):
        pack = pack_of(random)
        for row in one_by_one([told(random, pack) for _ in range(50)], pack):
            for name, answer in row.items():
                seen.setdefault(name, Counter())[answer] += 1
    for name in ("below", "heavy", "collapsed", "gap", "risk", "excluded"):
        assert all(seen[name][answer] > 50 for answer in (None, True, False)), (name, seen[name])
    assert {"none", "unknown", "unstable", "edge", "sudden", "object", "low_standard", "low_income"} <= set(seen["object"])
    assert {"none", "unknown", "red", "yellow"} <= set(seen["grade"]) and len(seen["way"]) > 8
