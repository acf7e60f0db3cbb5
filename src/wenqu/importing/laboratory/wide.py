"""Headers of a table with a row for each sample: one or two merged rows of items, rows of units, of symbols, of limits."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wenqu.importing.laboratory.layout import Grid, ItemColumn, cell, filled, width
from wenqu.importing.laboratory.words import is_label, is_left_out, role_word, sample_word
from wenqu.rulebook.quality.results.items import Named
from wenqu.rulebook.quality.results.units import unit_of

if TYPE_CHECKING:
    from wenqu.importing.laboratory.recognising import Knowing

_DASHES = frozenset({"/", "-", "--", "—", "——", "–"})


@dataclass(frozen=True, slots=True)
class Wide:
    """The columns of results, the 1-based last row of the header block, and the headers of all other columns."""

    items: tuple[ItemColumn, ...]
    last_header: int
    others: dict[int, str]


def read_wide(grid: Grid, head: int, knowing: Knowing) -> Wide:
    """The header block around the row in which most items stand."""
    texts = {at: (text, head) for at, text in filled(grid, head)}
    for at, text in filled(grid, head - 1) if head else []:
        # Merged downwards: what stands alone in the upper row is the name of its column.
        if at not in texts and (_named(knowing, text).item is not None or sample_word(text) or is_left_out(text)):
            texts[at] = (text, head - 1)
    last = head
    if _is_sub_row(grid, head + 1):
        last = head + 1
        texts = _with_sub_row(grid, last, texts)
    units: dict[int, str] = {}
    while last + 1 < len(grid) and (kind := _kind_below(grid, last + 1, texts, knowing)):
        last += 1
        if kind == "units":
            units |= {at: text for at, text in filled(grid, last) if at in texts and (unit_of(text) or text in _DASHES)}
    items, others = [], {}
    for at, (text, row) in sorted(texts.items()):
        named = None if sample_word(text) or is_left_out(text) else knowing.named(text)
        if named is None or named.item is None and not _looks_like_item(text, units.get(at, "")):
            others[at] = text
        else:
            items.append(_item_column(at, text, row, named, units.get(at, ""), knowing))
    return Wide(_once_each(items), last + 1, others)


def _named(knowing: Knowing, text: str) -> Named:
    return knowing.named(text) or Named(None)


def _item_column(at: int, text: str, row: int, named: Named, below: str, knowing: Knowing) -> ItemColumn:
    unit, code = named.unit or below, named.code
    if named.unit and unit_of(below) is not None and unit_of(below) != unit_of(named.unit):
        code = code or "units_conflict"
    said = knowing.unit(text, named.item)
    if said and code in ("", "units_conflict"):
        unit, code = said, ""
    return ItemColumn(at, text, row + 1, named.item, unit, code if named.item else "item_unknown")


def _once_each(items: list[ItemColumn]) -> tuple[ItemColumn, ...]:
    """One item in two columns: neither is used."""
    keys = [column.item.key for column in items if column.item is not None]
    return tuple(replace(column, code="item_twice") if column.item and not column.code and keys.count(column.item.key) > 1 else column for column in items)


def _is_sub_row(grid: Grid, row: int) -> bool:
    """A row below the items that says of each column whether it is the result, the limit or the verdict."""
    cells = filled(grid, row)
    told = [text for _at, text in cells if (word := role_word(text)) and word[0] == "result" or is_left_out(text)]
    return bool(told) and len(told) == len(cells) and any((word := role_word(text)) and word[0] == "result" for _at, text in cells)


def _with_sub_row(grid: Grid, row: int, texts: dict[int, tuple[str, int]]) -> dict[int, tuple[str, int]]:
    """An item reaches over its result, limit and verdict; only the result keeps the item's name."""
    merged, above = dict(texts), ("", row - 1)
    for at in range(width(grid)):
        above = texts.get(at, above)
        sub = cell(grid, row, at)
        word = role_word(sub) if sub else None
        if word and word[0] == "result":
            merged[at] = above
        elif sub:
            merged[at] = (f"{above[0]} {sub}", row)
    return merged


def _kind_below(grid: Grid, row: int, texts: dict[int, tuple[str, int]], knowing: Knowing) -> str:
    """What a row below the items is, as long as it still belongs to the header: units, symbols, numbers, limits."""
    cells = filled(grid, row)
    if not cells:
        return "blank" if row + 1 < len(grid) and _kind_below(grid, row + 1, texts, knowing) else ""
    under = [(at, text) for at, text in cells if at in texts]
    units = [text for _at, text in under if unit_of(text) is not None]
    rest = [text for _at, text in cells if unit_of(text) is None and text not in _DASHES and not re.fullmatch(r"(计量)?单位[:：]?|unit", text, re.IGNORECASE)]
    if units and not rest:
        return "units"
    if len(cells) >= 3 and [text for _at, text in cells] == [str(n) for n in range(1, len(cells) + 1)]:
        return "numbers"
    twins = [text for at, text in under if (named := _named(knowing, text)).item is not None and named.item == _named(knowing, texts[at][0]).item]
    if len(twins) >= 2 and len(twins) * 2 > len(cells):
        return "symbols"
    return "limits" if is_label(cells[0][1]) else ""


def _looks_like_item(text: str, unit: str) -> bool:
    """Whether an unknown header is that of a measurement: it has a unit."""
    inside = re.findall(r"[(（]([^()（）]*)[)）]", text)
    return unit_of(unit) is not None or any(unit_of(each) is not None for each in inside) or bool(re.search(r"[\s/,，](?:mg|µg|μg|ug|ng)/L$", text, re.IGNORECASE))
