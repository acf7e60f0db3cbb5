"""Income and spending of every household in one pass over the items, as SQL (DuckDB).

A row becomes (kind number, least, most, months told of). What was told is kept as bits, so that gaps of all kinds are one
BIT_OR: each counting kind has a field (a bit for each month, or one bit) and a bit for "an amount is not known".
The result has a row for each household that has items; ``Layout`` says what its bits mean. Pure text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wenqu.rulebook.vectorised import quoted
from wenqu.rulebook.watch.judging.model import JudgingPack
from wenqu.rulebook.watch.judging.window import Window

_BITS = 62


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a kind stands: its number, the mask, the first bit and width of its field; the next bit is "not known"."""

    number: int
    mask: int
    at: int
    width: int

    @property
    def field(self) -> int:
        """The field when all was told."""
        return ((1 << self.width) - 1) << self.at

    @property
    def unknown(self) -> int:
        """The bit that says that an amount is not known."""
        return 1 << (self.at + self.width)


@dataclass(frozen=True)
class Layout:
    """The slots of the kinds that count. Bit 0 of mask 0: an item of an unknown kind has no amount."""

    slots: dict[str, Slot]

    @property
    def masks(self) -> int:
        """How many masks there are."""
        return 1 + max((slot.mask for slot in self.slots.values()), default=0)

    def unbounded(self, kinds: Iterable[str]) -> str:
        """SQL: the sum of these kinds has no upper bound. A household without items has NULL masks."""
        slots = [self.slots[kind] for kind in kinds]
        parts = []
        for mask in range(self.masks):
            mine = [slot for slot in slots if slot.mask == mask]
            told = f"COALESCE(told{mask}, 0)"
            full = sum(slot.field for slot in mine)
            unknown = sum(slot.unknown for slot in mine) + (1 if mask == 0 else 0)
            parts += [f"({told} & {full}) <> {full}"] if full else []
            parts += [f"({told} & {unknown}) <> 0"] if unknown else []
        return f"({' OR '.join(parts)})"


def layout(pack: JudgingPack) -> Layout:
    """Bits for every kind that counts."""
    slots: dict[str, Slot] = {}
    mask, at = 0, 1
    for number, kind in enumerate(pack.kinds("add", "subtract", "spend"), start=1):
        asked = pack.items[kind].asked
        width = int(pack.months.value) if asked is not None and asked.value == "monthly" else 1
        if at + width + 1 > _BITS:
            mask, at = mask + 1, 0
        slots[kind] = Slot(number, mask, at, width)
        at += width + 1
    return Layout(slots)


def incomes_sql(pack: JudgingPack, items: str, window: Window, key: str = "household_id") -> str:
    """SELECT of the key, ``told0`` …, ``net_low``, ``net_high`` and the bounds of every spending test, from a relation of items."""
    bits = layout(pack)
    told = [f"BIT_OR({_told(bits, mask)}) AS told{mask}" for mask in range(bits.masks)]
    adds, costs = (_numbers(bits, pack.kinds(counts)) for counts in ("add", "subtract"))
    net_low = f"CASE WHEN {adds} THEN low WHEN {costs} OR n = 0 THEN -high END"
    net_high = f"CASE WHEN {adds} OR n = 0 THEN high WHEN {costs} THEN -low END"
    sums = [f"SUM({net_low}) AS net_low", f"SUM({net_high}) AS net_high"]
    for name, kinds, single in spending_sums(pack):
        mine, function = _numbers(bits, kinds), "MAX" if single else "SUM"
        sums += [f"{function}(CASE WHEN {mine} THEN low END) AS {name}_low", f"{function}(CASE WHEN {mine} OR n = 0 THEN high END) AS {name}_high"]
    return f"SELECT {quoted(key)}, {', '.join([*told, *sums])} FROM ({_shares(pack, bits, items, window, key)}) GROUP BY {quoted(key)}"


def spending_sums(pack: JudgingPack) -> list[tuple[str, tuple[str, ...], bool]]:
    """Column, kinds, and whether it is the largest single item, of every test of spending."""
    found = [(f"spent_{test.id}", test.kinds, test.measure.value == "single") for test in pack.spending]
    return [*found, ("burden", pack.burden.kinds, False)] if pack.burden else found


def _numbers(bits: Layout, kinds: Iterable[str]) -> str:
    numbers = ", ".join(str(bits.slots[kind].number) for kind in kinds)
    return f"n IN ({numbers})" if numbers else "FALSE"


def _told(bits: Layout, mask: int) -> str:
    parts = [f"WHEN {slot.number} THEN {f'(cover << {slot.at})' if slot.width > 1 else f'CASE WHEN cover <> 0 THEN {slot.field} ELSE 0 END'}"
             f" + CASE WHEN blank THEN {slot.unknown} ELSE 0 END" for slot in bits.slots.values() if slot.mask == mask]
    if mask == 0:
        parts.append("WHEN 0 THEN CASE WHEN blank THEN 1 ELSE 0 END")
    return f"CAST(CASE n {' '.join(parts)} ELSE 0 END AS BIGINT)"


def _shares(pack: JudgingPack, bits: Layout, items: str, window: Window, key: str) -> str:
    """Rows that may count: kind number ``n`` (0 for a kind that the pack does not know), least, most, months told of.

    Months are compared as YYYYMM; they become numbers only where a span covers a part of the window.
    """
    full = (1 << window.months) - 1
    numbers = [f"WHEN '{kind}' THEN {bits.slots[kind].number if kind in bits.slots else -1}" for kind in pack.items]
    together = "TRUE" if pack.counted.value == "registered" else "together"
    rows = (f"SELECT {quoted(key)}, CAST(CASE kind {' '.join(numbers)} ELSE 0 END AS TINYINT) AS n, \"first\" AS f, "
            f"COALESCE(\"last\", \"first\") AS l, CASE WHEN amount_fen >= 0 THEN amount_fen END AS amount, {together} AS together FROM {items}")
    dated = f"SELECT *, COALESCE({_is_month('f')} AND {_is_month('l')} AND l >= f, FALSE) AS dated FROM ({rows})"
    begin = f"({_number(f'GREATEST(f, {window.first})')} - {window.start})"
    end = f"({_number(f'LEAST(l, {window.last})')} - {window.start})"
    part = f"((CAST(1 AS BIGINT) << ({end} + 1)) - (CAST(1 AS BIGINT) << {begin}))"
    return (f"SELECT {quoted(key)}, n, COALESCE(amount, 0) AS high, amount IS NULL AS blank, "
            f"CASE WHEN dated AND together AND f >= {window.first} AND l <= {window.last} THEN COALESCE(amount, 0) ELSE 0 END AS low, "
            f"CASE WHEN dated AND together THEN CASE WHEN f <= {window.first} AND l >= {window.last} THEN {full} ELSE {part} END ELSE 0 END AS cover "
            f"FROM ({dated}) WHERE n >= 0 AND together IS NOT FALSE AND NOT (dated AND (l < {window.first} OR f > {window.last}))")


def _is_month(column: str) -> str:
    return f"{column} BETWEEN 190000 AND 299912 AND {column} % 100 BETWEEN 1 AND 12"


def _number(month: str) -> str:
    """YYYYMM as months since the year 0: 88 fewer for each century of the digits."""
    return f"({month} - {month} // 100 * 88 - 1)"
