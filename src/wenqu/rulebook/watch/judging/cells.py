"""The cells of judging packs: cited words and amounts, and entries whose ids may become columns and literals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from wenqu.rulebook.model import Number
from wenqu.rulebook.schema import Table, number, rule
from wenqu.rulebook.watch.judging.model import NO, NONE, UNKNOWN, YES

PER_HEAD, YUAN = "元/(人·a)", "元"
YES_NO = (YES, NO)
MOST_MONTHS = 24
NOTHING = Number(1, "rule", "", "", "", "unverified")  # stands in where a problem was found: the pack is refused anyway
ID = re.compile(r"[a-z][a-z0-9_]*")
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def word(table: Table, name: str, allowed: tuple[str, ...]) -> Number:
    """A cited word out of a closed list."""
    return rule(table, name, allowed) or NOTHING


def money(table: Table, name: str, unit: str, required: bool = True) -> Number | None:
    """A cited amount in yuan that is a whole number of fen."""
    found = number(table, name, unit, required)
    if found is not None and Decimal(found.value) * 100 % 1:
        table.problems.add(f"{table.path(name)}.value", "value_range", f"{found.value} 应当精确到分")
    return found


def named_tables(root: Table, name: str) -> Iterator[tuple[str, Table]]:
    """Entries whose ids may become columns and literals."""
    for key, table in root.tables(name):
        if not ID.fullmatch(key) or key in (NONE, UNKNOWN):
            root.problems.add(table.key, "choice_wrong", f"编号“{key}”只能用小写字母、数字和下划线，不能是 none 或 unknown")
            continue
        yield key, table
