"""One text of a workbook in its place: which item in which unit, and what it says there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context as DecimalContext
from decimal import Decimal, localcontext
from typing import Any

from wenqu.importing.cells import plain
from wenqu.importing.laboratory.mapping import looked_up
from wenqu.importing.laboratory.recognising import Knowing
from wenqu.importing.laboratory.unfolding import LabSheet
from wenqu.rulebook.quality.results.items import Item, reading_of
from wenqu.rulebook.quality.results.units import times, unit_of
from wenqu.rulebook.quality.results.values import Result, fold, read_result

DECIMALS, _MOST = 15, Decimal(10) ** 22
# What says nothing in a unit needs none.
_UNITLESS = ("not_detected", "word", "blank")
_FLOAT_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Context:
    """One item with its unit as one place of a workbook writes them. ``code`` says why its numbers cannot be used."""

    number: int
    item: Item | None
    name: str
    unit_written: str
    unit_used: str
    factor: Decimal
    code: str


def context_of(number: int, sheet: LabSheet, item: str, unit: str, knowing: Knowing) -> Context:
    """What is known of a column of a wide table, or of an item and a unit as rows of the others write them."""
    nothing = Decimal(1)
    if sheet.layout.kind == "wide":
        column = next(each for each in sheet.layout.items if f"#{each.index}" == item)
        known, name, written, code = column.item, column.header, column.unit, column.code
    else:
        named = knowing.named(item)
        if named is None:  # the mapping leaves it out
            return Context(number, None, item, unit, "", nothing, "left_out")
        known, name, code = named.item, item, named.code or ("" if named.item else "item_unknown")
        said = knowing.unit(item, known)
        written = said or (unit if unit_of(unit) is not None else named.unit or unit)
        if not said and named.unit and unit_of(unit) is not None and unit_of(unit) != unit_of(named.unit):
            code = code or "units_conflict"
    if known is None or code:
        return Context(number, known, name, written, "", nothing, code)
    written = written or _unit_of_all(sheet, known, knowing)
    used, factor, code = reading_of(known, written)
    return Context(number, known, name, written, used, factor, code)


def _unit_of_all(sheet: LabSheet, item: Item, knowing: Knowing) -> str:
    """The unit of a title, where it can be the item's; else the standard's, where a person said so."""
    title = sheet.layout.title_unit
    if title and not reading_of(item, title)[2]:
        return title
    return item.units[0] if knowing.mapping.standard_units and item.needs_unit and item.units else ""


@dataclass(frozen=True, slots=True)
class Text:
    """A cell as it came: its text, whether digits of it were raised, and whether a spreadsheet wrote it."""

    raw: str
    raised: bool
    from_excel: bool

    def read(self, words: Mapping[str, str]) -> Result:
        """What it says, by the words of the mapping first."""
        said = looked_up(words, self.raw) if words else None
        result = read_result(said if said is not None else _shown(self.raw) if self.from_excel else self.raw)
        return Result("wrong", code="raised_digit") if self.raised and said is None and result.value is not None else result


def read_text(context: Context, text: Text, knowing: Knowing) -> dict[str, Any]:
    """One text in its context, as a row of ``odd_results``."""
    result = text.read(knowing.mapping.words)
    code, value = result.code, result.value
    written, used = context.unit_written, context.unit_used
    if result.kind in _UNITLESS and context.code in ("", "unit_missing"):
        return {"kind": result.kind, "value": None, "word": result.word, "unit_written": written, "unit": used, "code": ""}
    if result.kind == "blank":
        return {"kind": "blank", "value": None, "word": "", "unit_written": written, "unit": used, "code": ""}
    factor, faulty = context.factor, context.code
    if result.unit and context.item is not None and faulty in ("", "unit_missing"):
        factor, used, faulty, written = _unit_in_cell(context, result, faulty)
    code = faulty or code
    if value is not None and not code:
        value = times(value, factor)
        code = "" if _fits(value) else "too_fine"
    return {"kind": "wrong" if code else result.kind, "value": None if code else value, "word": result.word, "unit_written": written, "unit": used, "code": code}


def _unit_in_cell(context: Context, result: Result, faulty: str) -> tuple[Decimal, str, str, str]:
    """A unit in the cell itself stands for a missing one; beside another one it is a contradiction."""
    assert context.item is not None
    if not faulty and context.unit_written and unit_of(context.unit_written) != unit_of(result.unit):
        return context.factor, context.unit_used, "units_conflict", context.unit_written
    used, factor, code = reading_of(context.item, result.unit)
    return factor, used, code, result.unit


def _fits(value: Decimal) -> bool:
    with localcontext() as exact:
        exact.prec = 60
        return abs(value) < _MOST and value == value.quantize(Decimal(1).scaleb(-DECIMALS))


def _shown(raw: str) -> str:
    """A number with more digits than a spreadsheet shows, as it shows it: 0.1 + 0.2 is 0.3 and not 0.30000000000000004. Digits
    that somebody typed as text are not those of a float and stay."""
    text = plain(fold(raw))
    digits = text.replace(".", "").lower().partition("e")[0].lstrip("0")
    if len(digits) <= _FLOAT_DIGITS or not digits.isdigit() or read_result(text).value is None:
        return raw
    number, binary = Decimal(text), float(text)
    # The reader of workbooks prints a float with nine decimals, or whole.
    if number not in (Decimal(repr(binary)), Decimal(f"{binary:.9f}")):
        return raw
    return format(DecimalContext(prec=_FLOAT_DIGITS).create_decimal(number).normalize(), "f")
