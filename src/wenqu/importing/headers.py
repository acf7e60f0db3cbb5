"""From the top rows of a sheet to "this header feeds this column".

Real tables have title rows above the header, two header rows with merged cells, units in brackets, and several ways of
naming the same thing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wenqu.importing.columns import Column
from wenqu.importing.mapping import Mapping, Rule
from wenqu.importing.refusal import TableError
from wenqu.importing.units import is_unit, unit_conflict

_BRACKETS = str.maketrans("【】〔〕[]{}<>《》", "()()()()()()")
_INNERMOST = re.compile(r"\([^()]*\)")
HEADER_WITHIN = 10  # filled rows in which a header is looked for


@dataclass(frozen=True, slots=True)
class Header:
    """One header cell: its place among the cells, the text shown to people, and the names it may go by."""

    index: int
    text: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """One ``When`` of the mapping with the places of its headers: (index, texts, part) for each condition."""

    conditions: tuple[tuple[int, tuple[str, ...], bool], ...]
    value: str


@dataclass(frozen=True, slots=True)
class Binding:
    """A column and where its cells come from: a header, a constant of the mapping, or nowhere."""

    column: Column
    index: int | None = None
    header: str = ""
    rule: Rule | None = None
    whens: tuple[Placed, ...] = ()

    @property
    def present(self) -> bool:
        """True when the column has cells, a constant, or values from other headers."""
        return self.index is not None or (self.rule is not None and self.rule.constant is not None) or bool(self.whens)


@dataclass(frozen=True, slots=True)
class Match:
    """What was made of a sheet's header. ``notes`` are Chinese sentences about headers that were set aside."""

    bindings: tuple[Binding, ...]
    unmatched: tuple[str, ...]
    notes: tuple[str, ...]
    refused: tuple[Binding, ...] = ()  # headers in another unit than their column's

    @property
    def found(self) -> int:
        """Number of columns fed by a header."""
        return sum(binding.index is not None for binding in self.bindings)


@dataclass(frozen=True, slots=True)
class HeaderRows:
    """Where the header stands: 0-based positions among the rows that were looked at, and its cells."""

    first: int
    last: int
    headers: tuple[Header, ...]


def normal(text: str) -> str:
    """Half width, lower case, no blanks, no star or colon at the end."""
    folded = "".join(unicodedata.normalize("NFKC", text).lower().split()).translate(_BRACKETS)
    return folded.strip("*:：;,.、﹡").lstrip("﻿")


def bare(text: str) -> str:
    """The same without anything in brackets: 水平距离（米） -> 水平距离."""
    folded = normal(text)
    while True:
        shorter = _INNERMOST.sub("", folded)
        if shorter == folded:
            return shorter.split("(")[0].strip("*:")
        folded = shorter


def _names(*texts: str) -> tuple[str, ...]:
    names: list[str] = []
    for text in texts:
        stem, _, tail = bare(text).partition("/")
        for name in (normal(text), bare(text), stem if tail and is_unit(tail) else ""):
            if name and name not in names:
                names.append(name)
    return tuple(names)


def single(cells: Sequence[str | None]) -> tuple[Header, ...]:
    """Headers of one row."""
    return tuple(Header(i, " ".join(text.split()), _names(text)) for i, text in enumerate(cells) if text and text.strip())


def double(upper: Sequence[str | None], lower: Sequence[str | None]) -> tuple[Header, ...]:
    """Headers of two rows: an upper cell reaches over the filled lower cells to its right; the lower name wins."""
    headers, above = [], ""
    for i in range(max(len(upper), len(lower))):
        up = (upper[i] or "").strip() if i < len(upper) else ""
        low = (lower[i] or "").strip() if i < len(lower) else ""
        above = up or (above if low else "")
        if low and above:
            headers.append(Header(i, f"{above}/{low}", _names(low, above + low, f"{above}/{low}")))
        elif low or above:
            headers.append(Header(i, low or above, _names(low or above)))
    return tuple(headers)


class Matcher:
    """Knows every name of every column; made once, asked for each sheet."""

    def __init__(self, columns: Sequence[Column], mapping: Mapping) -> None:
        self.columns, self.mapping = columns, mapping
        self.ranks: dict[str, tuple[str, int]] = {}
        for column in columns:
            for rank, texts in ((2, column.aliases), (1, (column.name, column.zh, column.en))):
                for text in filter(None, texts):
                    self.ranks[normal(text)] = (column.name, rank)
                    self.ranks.setdefault(bare(text), (column.name, rank + 1))

    def candidates(self, header: Header) -> list[tuple[str, int]]:
        """Columns that this header may feed, with rank: 0 by the mapping, 1 by its name, 2 and 3 by an alias."""
        mapped = [name for name, rule in self.mapping.rules.items()
                  if rule.source is not None and normal(rule.source) in {header.names[0], normal(header.text)}]
        if mapped:
            return [(name, 0) for name in mapped]
        for name in header.names:
            column, rank = self.ranks.get(name, ("", 0))
            rule = self.mapping.rules.get(column)
            if column and (rule is None or (rule.source is None and rule.constant is None)):
                return [(column, rank)]
        return []

    def score(self, headers: Iterable[Header]) -> int:
        """How many different columns a row of headers would feed."""
        return len({name for header in headers for name, _ in self.candidates(header)})

    def match(self, headers: Sequence[Header], sheet: str) -> Match:
        """Bind every column; refuses when two headers claim one column with the same right."""
        claims: dict[str, list[tuple[int, Header]]] = {}
        unmatched = []
        for header in headers:
            found = self.candidates(header)
            if not found:
                unmatched.append(header.text)
            for name, rank in found:
                claims.setdefault(name, []).append((rank, header))
        bindings, notes, refused = [], [], []
        for column in self.columns:
            rule = self.mapping.rules.get(column.name)
            ranked = sorted(claims.get(column.name, []), key=lambda claim: (claim[0], claim[1].index))
            best = [header for rank, header in ranked if rank == ranked[0][0]]
            if len(best) > 1:
                raise _ambiguous(column, best, sheet)
            for _, header in ranked[1:]:
                notes.append(f"“{header.text}”没有使用：{column.zh}已由“{best[0].text}”提供")
            if not best and rule is not None and rule.source is not None:
                notes.append(f"映射要求的表头“{rule.source}”不在表中，{column.zh}按空白处理")
            conflict = best and ranked[0][0] > 0 and unit_conflict(best[0].text, column.unit)
            if conflict:
                refused.append(Binding(column, best[0].index, best[0].text))
            whens = _placed(rule, headers)
            if not best or conflict:
                bindings.append(Binding(column, rule=rule, whens=whens))
            else:
                bindings.append(Binding(column, best[0].index, best[0].text, rule, whens))
        return Match(tuple(bindings), tuple(unmatched), tuple(notes), tuple(refused))


def _placed(rule: Rule | None, headers: Sequence[Header]) -> tuple[Placed, ...]:
    places = {name: header.index for header in headers for name in (normal(header.text), *header.names)}
    placed = []
    for when in rule.when if rule is not None else ():
        for condition in when.conditions:
            if normal(condition.header) not in places:
                raise TableError("bad_mapping", f"映射的 when 条件用到表头“{condition.header}”，表中没有")
        placed.append(Placed(tuple((places[normal(c.header)], c.texts, c.part) for c in when.conditions), when.value))
    return tuple(placed)


def _ambiguous(column: Column, headers: Sequence[Header], sheet: str) -> TableError:
    place = f"工作表“{sheet}”中，" if sheet else ""
    named = "、".join(f"“{header.text}”（第 {header.index + 1} 列）" for header in headers)
    return TableError("ambiguous_header", f"{place}{named}都像是“{column.zh}”。请删去多余的一列，或用映射文件（--map）指定用哪一列。")


def find_header(rows: Sequence[Sequence[str | None]], matcher: Matcher) -> HeaderRows | None:
    """The best header among the first filled rows: most columns, then one row rather than two, then the topmost."""
    filled = [i for i, row in enumerate(rows) if any(cell and cell.strip() for cell in row)][:HEADER_WITHIN]
    best: tuple[tuple[int, bool], HeaderRows] | None = None
    for i in filled:
        for last in (i, i + 1):
            if last >= len(rows):
                continue
            headers = single(rows[i]) if last == i else double(rows[i], rows[last])
            score = (matcher.score(headers), last == i)
            if score[0] and (best is None or score > best[0]):
                best = (score, HeaderRows(i, last, headers))
    return best[1] if best else None


def below_header(rows: Sequence[Sequence[str | None]], last: int, matcher: Matcher) -> int:
    """Last row of the header block: rows of units, of column numbers, or of the same headers in the other language."""
    while last + 1 < len(rows):
        cells = [cell.strip() for cell in rows[last + 1] if cell and cell.strip()]
        numbers = len(cells) >= 6 and cells == [str(n) for n in range(1, len(cells) + 1)]
        units = bool(cells) and all(map(is_unit, cells))
        twin = len(cells) >= 2 and matcher.score(single(rows[last + 1])) * 2 > len(cells)
        if not (numbers or units or twin):
            break
        last += 1
    return last
