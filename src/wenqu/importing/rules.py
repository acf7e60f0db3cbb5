"""What a mapping says, once read: how each column is fed, and what one cell means under it."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from decimal import Decimal

from wenqu.importing.cells import BLANK, Cell, number_cell, read_cell, read_decimal
from wenqu.importing.columns import Column
from wenqu.rulebook.facts import fold


@dataclass(frozen=True, slots=True)
class Condition:
    """Another header of the same row holds one of some texts, or (``part``) a cell with one of them inside."""

    header: str
    texts: tuple[str, ...]
    part: bool = False


@dataclass(frozen=True, slots=True)
class When:
    """Where all conditions hold the cell is ``value`` (blank when empty), whatever is written in it."""

    conditions: tuple[Condition, ...]
    value: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one column is fed. Without any conversion only ``source`` is set."""

    source: str | None = None
    constant: str | None = None
    multiply: Decimal = Decimal(1)
    add: Decimal = Decimal(0)
    blank: tuple[str, ...] = ()
    values: MappingType[str, str] = field(default_factory=dict)
    yes_words: tuple[str, ...] = ()
    no_words: tuple[str, ...] = ()
    otherwise: str = "refuse"
    when: tuple[When, ...] = ()

    @property
    def converts(self) -> bool:
        """True when cells cannot be taken as they are written (``when`` is decided before they are looked at)."""
        return (bool(self.blank or self.values or self.yes_words or self.no_words)
                or self.multiply != 1 or self.add != 0)


@dataclass(frozen=True, slots=True)
class Mapping:
    """A whole mapping file; the empty one changes nothing."""

    rules: MappingType[str, Rule] = field(default_factory=dict)
    sheets: tuple[str, ...] = ()
    header_rows: tuple[int, ...] = ()
    text: str = ""


def apply_rule(column: Column, rule: Rule | None, raw: str) -> Cell:
    """Read one cell the way the mapping wants it; without a rule, as written."""
    if rule is None or not rule.converts:
        return read_cell(column, raw)
    word = fold(raw)
    if word in map(fold, rule.blank) or _same_number(column, rule.blank, raw):
        return BLANK
    for written, meant in rule.values.items():
        if fold(written) == word:
            return read_cell(column, meant)
    if rule.yes_words or rule.no_words:
        return _by_words(column, rule, raw)
    if rule.multiply != 1 or rule.add != 0:
        number = read_decimal(raw)
        if number is not None:
            return number_cell(column, number * rule.multiply + rule.add)
    return read_cell(column, raw)


def _same_number(column: Column, blanks: tuple[str, ...], raw: str) -> bool:
    # 999 as a mark for "not asked" also stands as 999.0 in typed tables.
    number = read_decimal(raw) if blanks and column.kind in ("number", "days") else None
    return number is not None and any(read_decimal(blank) == number for blank in blanks)


def _by_words(column: Column, rule: Rule, raw: str) -> Cell:
    if read_cell(Column("", "", kind="text"), raw) == BLANK:
        return BLANK
    text = fold(raw)
    no = any(fold(word) in text for word in rule.no_words)
    yes = any(fold(word) in text for word in rule.yes_words)
    if no or yes:
        # One bad word among good ones is still bad: "清澈，有异味".
        return Cell(value=not no)
    if rule.otherwise == "refuse":
        return Cell(code="not_yes_no")
    return BLANK if rule.otherwise == "blank" else Cell(value=rule.otherwise == "yes")
