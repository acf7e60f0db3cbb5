"""Income of the window, household by household: the oracle of ``incomes_sql``.

Everything is an interval of fen, ``None`` being without bound on that side. An item that lies only partly in the window, has
no date, no amount, or may not be of the household, may count for nothing or for all of it. A kind that counts and that
nobody was asked about may be any amount: a gap, never a silent zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wenqu.rulebook.watch.judging.facts import Household, Item
from wenqu.rulebook.watch.judging.model import Burden, ItemKind, JudgingPack, SpendingTest
from wenqu.rulebook.watch.judging.window import Window, month_number

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most that an amount may be."""

    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True)
class Income:
    """Net income of the household in the window, its members, the kinds with gaps, and its spending by test."""

    net: Bounds
    members: int | None
    gaps: tuple[ItemKind, ...]
    spending: dict[str, Bounds]
    burden: Bounds | None


@dataclass
class _Told:
    """What was told of one kind: (low, high) of each item, and the months told of."""

    items: list[tuple[int, int | None]] = field(default_factory=list)
    months: set[int] = field(default_factory=set)


def income_of(household: Household, items: Iterable[Item], pack: JudgingPack, window: Window) -> Income:
    """Income and spending of one household from its items."""
    told = {kind: _Told() for kind in pack.items}
    foreign: list[tuple[int, int | None]] = []
    for item in items:
        together = True if pack.counted.value == "registered" else item.together
        span = _span(item)
        if together is False or (span is not None and not _overlap(span, window)):
            continue
        amount = item.amount_fen if item.amount_fen is not None and item.amount_fen >= 0 else None
        certain = together is True and span is not None and window.start <= span[0] and span[1] < window.start + window.months
        share = (amount or 0 if certain else 0, amount)
        if item.kind is None or item.kind not in told:
            # It may be of any kind; an unknown kind never counts for sure.
            foreign.append((0, amount))
            continue
        told[item.kind].items.append(share)
        if together is True and span is not None:
            told[item.kind].months.update(_overlap(span, window))
    gaps = tuple(kind for kind in pack.items.values() if kind.counts.value != "leave_out" and _has_gap(kind, told[kind.id], window))
    return Income(
        _net(pack, told, foreign, {kind.id for kind in gaps}), _members(household, pack), gaps,
        {test.id: _spent(test, told, foreign, gaps) for test in pack.spending},
        _burden(pack.burden, told, foreign, gaps) if pack.burden else None,
    )


def _span(item: Item) -> Span | None:
    """First and last month by number; ``None`` when it is not known when."""
    first = month_number(item.first)
    last = first if item.last is None else month_number(item.last)
    return None if first is None or last is None or last < first else (first, last)


def _overlap(span: Span, window: Window) -> range:
    return range(max(span[0], window.start), min(span[1], window.start + window.months - 1) + 1)


def _has_gap(kind: ItemKind, told: _Told, window: Window) -> bool:
    monthly = kind.asked is not None and kind.asked.value == "monthly"
    return len(told.months) < window.months if monthly else not told.months


def _sum_low(items: Sequence[tuple[int, int | None]]) -> int:
    return sum(low for low, _ in items)


def _sum_high(items: Sequence[tuple[int, int | None]]) -> int | None:
    """``None`` when one of them has no bound."""
    highs = [high for _, high in items]
    return None if None in highs else sum(high for high in highs if high is not None)


def _net(pack: JudgingPack, told: dict[str, _Told], foreign: list[tuple[int, int | None]], gaps: set[str]) -> Bounds:
    adds, costs = pack.kinds("add"), pack.kinds("subtract")
    added = [share for kind in adds for share in told[kind].items]
    spent = [share for kind in costs for share in told[kind].items]
    most = None if gaps & set(adds) else _sum_high(added + foreign)
    dearest = None if gaps & set(costs) else _sum_high(spent + foreign)
    low = None if dearest is None else _sum_low(added) - dearest
    high = None if most is None else most - _sum_low(spent)
    return Bounds(low, high)


def _members(household: Household, pack: JudgingPack) -> int | None:
    unchecked = household.living is None and pack.unchecked.value == "registered"
    found = household.registered if pack.counted.value == "registered" or unchecked else household.living
    return found if found is not None and found > 0 else None


def _spent(test: SpendingTest, told: dict[str, _Told], foreign: list[tuple[int, int | None]], gaps: Sequence[ItemKind]) -> Bounds:
    """The largest single item or the total of the kinds of a test."""
    if test.measure.value == "total":
        return _total(test.kinds, told, foreign, gaps)
    shares = [share for kind in test.kinds for share in told[kind].items]
    highs = [high for _, high in shares + foreign]
    unbounded = None in highs or any(gap.id in test.kinds for gap in gaps)
    return Bounds(max((low for low, _ in shares), default=0), None if unbounded else max((high or 0 for high in highs), default=0))


def _burden(burden: Burden, told: dict[str, _Told], foreign: list[tuple[int, int | None]], gaps: Sequence[ItemKind]) -> Bounds:
    return _total(burden.kinds, told, foreign, gaps)


def _total(kinds: Sequence[str], told: dict[str, _Told], foreign: list[tuple[int, int | None]], gaps: Sequence[ItemKind]) -> Bounds:
    shares = [share for kind in kinds for share in told[kind].items]
    unbounded = any(gap.id in kinds for gap in gaps)
    return Bounds(_sum_low(shares), None if unbounded else _sum_high(shares + foreign))
