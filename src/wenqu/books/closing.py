"""What the other side says of our rulings, and the closing of both books 双销号. Called inside the action's transaction."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from wenqu.books.models import Comparison, ComparisonState, Opinion, Ruling, Verdict
from wenqu.books.returning import Back

# A row that has to be looked into is not settled by agreeing that it has to be.
FINAL = frozenset({Verdict.OURS, Verdict.THEIRS, Verdict.BOTH})
_AT_ONCE = 5_000


def take_opinions(comparison: Comparison, back: Back, at: datetime) -> dict[str, int]:
    """Note every opinion with the name of who gave it; close the rows that both sides agree on, and the comparison with the last."""
    counts = {"agreed": 0, "disagreed": 0, "closed": 0, "already": 0, "stale": 0, "unruled": 0}
    alike: dict[tuple[str, str, bool], list[int]] = defaultdict(list)
    rulings = {ruling.n: ruling for ruling in comparison.rulings.only("n", "version", "verdict", "closed_at", "opinion", "remark").iterator(chunk_size=_AT_ONCE)
               if ruling.n in back.opinions}
    for n, (agreed, remark, version) in back.opinions.items():
        ruling = rulings.get(n)
        if ruling is None or version == 0:
            counts["unruled"] += 1
        elif ruling.closed_at is not None:
            counts["already"] += 1
        elif ruling.version != version:
            counts["stale"] += 1
        else:
            counts["agreed" if agreed else "disagreed"] += 1
            closes = agreed and ruling.verdict in FINAL
            counts["closed"] += closes
            alike[Opinion.AGREE if agreed else Opinion.DISAGREE, remark, closes].append(n)
    for (opinion, remark, closes), numbers in alike.items():
        for start in range(0, len(numbers), _AT_ONCE):
            Ruling.objects.filter(comparison=comparison, n__in=numbers[start : start + _AT_ONCE]).update(
                opinion=opinion, remark=remark, answered_by=back.person, answered_at=at, closed_at=at if closes else None)
    if comparison.rulings.filter(closed_at__isnull=False).count() == comparison.counts["open"]:
        comparison.state, comparison.closed_at = ComparisonState.CLOSED, at
        comparison.save(update_fields=["state", "closed_at"])
    return counts
