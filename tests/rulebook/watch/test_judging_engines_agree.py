"""The column engine equals the reference for any households, any items and any pack, what is not known included."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rulebook.watch.judging_engines import any_line, as_batch, one_by_one
from rulebook.watch.judging_strategies import packs, told
from wenqu.rulebook.watch.judging.window import Window

QUIET = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example])
LINES = st.builds(any_line, st.sampled_from([5000, 6320, 7500, 5200]), st.sampled_from(["under", "at_most"]))


@QUIET
@given(data=st.data())
def test_engines_agree_on_any_household_and_any_pack(data: st.DataObject) -> None:
    pack = data.draw(packs())
    months = int(pack.months.value)
    last = data.draw(st.sampled_from([202105, 202012]))
    first = last // 100 * 12 + last % 100 - months
    window = Window(first // 12 * 100 + first % 12 + 1, last)
    rows = data.draw(st.lists(told(pack), min_size=15, max_size=40))
    line = data.draw(LINES)
    ours, theirs = one_by_one(rows, pack, line, window), as_batch(rows, pack, line, window)
    for row, mine, other in zip(rows, ours, theirs, strict=True):
        assert mine == other, row
