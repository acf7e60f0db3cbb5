"""Strict reading of a TOML table: every key is asked for by name, and a key nobody asked for is a problem."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from wenqu.rulebook.model import Levels, Number
from wenqu.rulebook.problems import Problems

CONFIDENCES = ("sourced", "unverified")
NOT_FOUND = "not found"
RULE_UNIT = "rule"  # unit of a citation whose value is a word (a join, a yes), not a quantity
_KINDS = {str: "文字", bool: "true 或 false", dict: "表", list: "列表", Decimal: "数"}
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
MOST_DECIMALS = 10


class Table:
    """One table of a pack with the dotted key of its place; problems are collected, not raised."""

    def __init__(self, data: Mapping[str, object], key: str, problems: Problems) -> None:
        self.data = data
        self.key = key
        self.problems = problems
        self.asked: set[str] = set()

    def path(self, name: str) -> str:
        """Dotted key of an entry of this table."""
        return f"{self.key}.{name}" if self.key else name

    def has(self, name: str) -> bool:
        """True when the table gives the entry."""
        return name in self.data

    def get(self, name: str, kind: type, required: bool) -> object | None:
        """The entry, or ``None`` with a problem when it is missing or of another type."""
        self.asked.add(name)
        value = self.data.get(name)
        if value is None:
            if required:
                self.problems.add(self.path(name), "key_missing", "缺少必填项")
            return None
        fits = isinstance(value, int | Decimal) and not isinstance(value, bool) if kind is Decimal else (
            isinstance(value, kind))
        if not fits:
            self.problems.add(self.path(name), "type_wrong", f"应当是{_KINDS[kind]}")
            return None
        return value

    def text(self, name: str, required: bool = True) -> str:
        """A text; "" when it is missing. A required text may not be empty."""
        value = self.get(name, str, required)
        if required and isinstance(value, str) and not value.strip():
            self.problems.add(self.path(name), "key_missing", "不能为空")
        return value if isinstance(value, str) else ""

    def flag(self, name: str) -> bool:
        """A true or false; missing is false."""
        return bool(self.get(name, bool, required=False))

    def choice(self, name: str, allowed: Sequence[str]) -> str:
        """A text out of a closed list; the first of the list stands in for a wrong one."""
        value = self.text(name)
        if value in allowed:
            return value
        if value:
            self.problems.add(self.path(name), "choice_wrong", f"“{value}”不可用，可选：{'、'.join(allowed)}")
        return allowed[0]

    def texts(self, name: str, allowed: Sequence[str] | None = None, required: bool = False) -> tuple[str, ...]:
        """A list of texts, out of a closed list when one is given."""
        values = self.get(name, list, required)
        if not isinstance(values, list):
            return ()
        for value in values:
            if not isinstance(value, str):
                self.problems.add(self.path(name), "type_wrong", "列表里应当都是文字")
                return ()
            if allowed is not None and value not in allowed:
                self.problems.add(self.path(name), "choice_wrong", f"“{value}”不可用，可选：{'、'.join(allowed)}")
        return tuple(v for v in values if allowed is None or v in allowed)

    def table(self, name: str, required: bool = True) -> Table | None:
        """A table inside this one."""
        value = self.get(name, dict, required)
        return Table(value, self.path(name), self.problems) if isinstance(value, dict) else None

    def tables(self, name: str, required: bool = False) -> Iterator[tuple[str, Table]]:
        """The named tables of a table, in order: ``[items.arsenic]`` gives ("arsenic", ...)."""
        group = self.table(name, required)
        for key in group.data if group else ():
            assert group is not None
            entry = group.table(key)
            if entry is not None:
                yield key, entry

    def rows(self, name: str) -> Iterator[Table]:
        """The tables of an array of tables: ``[[lines]]``."""
        values = self.get(name, list, required=False)
        for index, value in enumerate(values if isinstance(values, list) else (), start=1):
            if isinstance(value, dict):
                yield Table(value, f"{self.path(name)}[{index}]", self.problems)
            else:
                self.problems.add(f"{self.path(name)}[{index}]", "type_wrong", "应当是表")

    def done(self) -> None:
        """Call last: every key that nobody asked for is a problem."""
        for name in self.data:
            if name not in self.asked:
                self.problems.add(self.path(name), "key_unknown", f"不认识的键“{name}”")


def iso_date(table: Table, name: str, required: bool = True) -> str:
    """An ISO date of full or reduced precision: "2018", "2023-04", "2023-04-01"."""
    text = table.text(name, required)
    if not text:
        return ""
    match = _DATE.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        table.problems.add(table.path(name), "date_wrong", f"“{text}”不是日期，应写成 2018、2023-04 或 2023-04-01")
    return text


def _citation(table: Table, value: Decimal | int | str, unit: str) -> Number:
    number = Number(value, unit, iso_date(table, "date"), table.text("clause"), table.text("document"),
                    table.choice("confidence", CONFIDENCES), table.text("note", required=False))
    if number.confidence == "sourced" and number.document == NOT_FOUND:
        table.problems.add(table.path("confidence"), "citation_missing", "没有出处文件的数不能标为 sourced")
    return number


def amount(table: Table, name: str = "value", required: bool = True) -> Decimal | int:
    """A number of at least zero with at most ten decimals (both engines compare such numbers alike)."""
    value = table.get(name, Decimal, required)
    if not isinstance(value, int | Decimal):
        return 0
    if not Decimal(value).is_finite() or not 0 <= value <= 10**9:
        table.problems.add(table.path(name), "value_range", f"{value} 不合理，应在 0 到 1000000000 之间")
        return 0
    plain = Decimal(value).normalize()
    exponent = plain.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MOST_DECIMALS:
        table.problems.add(table.path(name), "value_range", f"{value} 的小数超过 {MOST_DECIMALS} 位")
        return 0
    return int(plain) if plain == plain.to_integral_value() else plain


def number(parent: Table, name: str, unit: str | None = None, required: bool = True) -> Number | None:
    """A cited number. ``unit`` is the only unit allowed, ``None`` allows any."""
    table = parent.table(name, required)
    if table is None:
        return None
    value = amount(table)
    given = table.text("unit")
    if unit is not None and given and given != unit:
        table.problems.add(table.path("unit"), "unit_wrong", f"单位应当是 {unit}，不是 {given}")
    result = _citation(table, value, given)
    table.done()
    return result


def rule(parent: Table, name: str, allowed: Sequence[str], required: bool = True) -> Number | None:
    """A cited rule whose value is a word out of a closed list; its unit is "rule"."""
    table = parent.table(name, required)
    if table is None:
        return None
    value = table.choice("value", allowed)
    given = table.text("unit")
    if given and given != RULE_UNIT:
        table.problems.add(table.path("unit"), "unit_wrong", f"单位应当是 {RULE_UNIT}，不是 {given}")
    result = _citation(table, value, given)
    table.done()
    return result


def levels(table: Table, unit: str, rising: bool, ceiling: int | None = None) -> Levels | None:
    """``met`` and perhaps ``basic``. ``rising``: more is better, so ``met`` may not be below ``basic``."""
    met = number(table, "met", unit)
    basic = number(table, "basic", unit, required=False)
    for name, one in (("met", met), ("basic", basic)):
        if one is not None and ceiling is not None and Decimal(one.value) > ceiling:
            table.problems.add(f"{table.path(name)}.value", "value_range", f"{one.value} 超过 {ceiling}")
    if met is None:
        return None
    if basic is not None:
        better, worse = Decimal(met.value), Decimal(basic.value)
        if (better < worse) if rising else (better > worse):
            table.problems.add(table.path("met"), "levels_order", "达标限值不能比基本达标限值宽")
    return Levels(met, basic)
