"""The canonical text of a fact's value: checked when it is recorded, read back typed when it is judged."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, TypeAlias

from wenqu.facts.models import Key
from wenqu.rulebook.facts import FACTS_BY_NAME

# subject kind, subject id, key, canonical value, observed on, where in the source
FactRow: TypeAlias = tuple[int, int, int, str, date, str]
# The record, and what a row tells, in its order.
FACT_COLUMNS = ("record", "subject_kind", "subject_id", "key", "value", "observed_on", "reference")
YES_NO = {"yes": True, "no": False}


@lru_cache(maxsize=65_536)
def typed(name: str, text: str) -> Any:
    """The value of a column as the rulebook takes it, or None where the text does not fit the column.

    Numbers are floats, days decimals (exact ratios), yes/no booleans, choices the rulebook's own words.
    """
    column = FACTS_BY_NAME[name]
    if column.kind == "yesno":
        return YES_NO.get(text)
    if column.kind == "choice":
        return text if text in {choice.value for choice in column.choices} else None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or not (column.low or 0) <= number <= (column.high or number):
        return None
    return number if column.kind == "days" else float(number)


def check(key: int, text: str) -> None:
    """Raise ValueError unless `text` is a value of the key or empty («known to be unknown»)."""
    name = str(Key(key).label)
    if text != "" and typed(name, text) is None:
        raise ValueError(f"{text!r} is no value of {name}")


def sql(name: str, column: str) -> str:
    """The DuckDB expression that reads the text of `column` as the typed value of the fact `name`, NULL where it does not fit."""
    spec = FACTS_BY_NAME[name]
    if spec.kind == "yesno":
        return f"CASE {column} WHEN 'yes' THEN TRUE WHEN 'no' THEN FALSE END"
    if spec.kind == "choice":
        words = ", ".join(f"'{choice.value}'" for choice in spec.choices)
        return f"CASE WHEN {column} IN ({words}) THEN {column} END"
    number = f"TRY_CAST({column} AS {'DECIMAL(28,10)' if spec.kind == 'days' else 'DOUBLE'})"
    bounds = [f"{number} >= {spec.low or 0}"] + ([f"{number} <= {spec.high}"] if spec.high is not None else [])
    return f"CASE WHEN {' AND '.join(bounds)} THEN {number} END"


def checked(row: FactRow) -> FactRow:
    """A row as it is; ValueError where its value is not one of its key's."""
    check(row[2], row[3])
    return row
