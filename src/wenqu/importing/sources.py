"""The SQL of one column of one sheet on its way from raw cell to typed value."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from wenqu.importing.cells import Cell, Value, is_blank
from wenqu.importing.columns import Column
from wenqu.importing.headers import Binding, Placed
from wenqu.importing.mapping import apply_rule
from wenqu.importing.plain_sql import is_not_nan, plain_sql, raw_text
from wenqu.importing.staging import text_literal
from wenqu.importing.tables import Sheet

_INLINE = 100  # more meanings than this go through a join


@dataclass(slots=True)
class Source:
    """One column of one sheet on its way: SQL of the raw cell, of its plain value, and the meanings of odd texts."""

    binding: Binding
    column_no: int
    raw: str = ""
    plain: str = ""
    given: str = ""
    letter: str = ""
    cell: str = ""
    sql_type: str = ""
    settled: bool = False
    whens: list[tuple[str, str]] = field(default_factory=list)
    meanings: dict[str, Cell] = field(default_factory=dict)
    lookup: str = ""

    @property
    def values(self) -> dict[str, Value]:
        """Meanings that are values."""
        return {raw: cell.value for raw, cell in self.meanings.items() if cell.value is not None}


def source_of(sheet: Sheet, binding: Binding, column_no: int) -> Source:
    source = Source(binding, column_no)
    source.whens = [(_holds(sheet, placed), _constant(binding.column, placed.value)) for placed in binding.whens]
    if binding.index is None:
        return source
    raw = next(column for column in sheet.raw.columns if column.index == binding.index)
    source.letter, source.cell, source.sql_type = raw.letter, raw.sql, raw.sql_type
    source.raw = raw_text(raw.sql, raw.sql_type)
    if source.whens:
        source.raw = f"CASE WHEN NOT ({' OR '.join(condition for condition, _ in source.whens)}) THEN {source.raw} END"
    source.given = f"({source.raw if source.whens else raw.sql}) IS NOT NULL"
    if raw.sql_type in ("FLOAT", "DOUBLE"):
        source.given += f" AND {is_not_nan(raw.sql, raw.sql_type)}"
    elif raw.sql_type == "VARCHAR":
        source.given += f" AND {raw.sql} <> ''"
    if binding.rule is not None and binding.rule.converts:
        source.plain = f"NULL::{binding.column.sql_type}"
    else:
        source.plain = plain_sql(binding.column, raw.sql, raw.sql_type)
    return source


def make_lookup(con: Any, source: Source, name: str) -> str:
    """Name of a temporary table of meanings, where there are too many to write into the query."""
    values = source.values
    if len(values) <= _INLINE:
        return ""
    import pyarrow as pa  # noqa: PLC0415  (only for tables with very many spellings)
    arrow = pa.table({"raw": pa.array(values, pa.string()), "value": pa.array([_plain_text(v) for v in values.values()])})
    con.register(f"{name}_arrow", arrow)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS "
                f"SELECT raw, CAST(value AS {source.binding.column.sql_type}) AS value FROM {name}_arrow")
    con.unregister(f"{name}_arrow")
    return name


def _plain_text(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return format(value, "f") if isinstance(value, Decimal) else repr(value) if isinstance(value, float) else str(value)


def _literal(value: Value, sql_type: str) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str | date):
        return f"CAST({text_literal(str(value))} AS {sql_type})"
    return f"CAST('{_plain_text(value)}' AS {sql_type})"


def _holds(sheet: Sheet, placed: Placed) -> str:
    """Condition that all parts of a ``when`` hold in a row; never NULL."""
    columns = {column.index: column for column in sheet.raw.columns}
    parts = []
    for index, texts, part in placed.conditions:
        cell = f"lower(trim({raw_text(columns[index].sql, columns[index].sql_type)}))"
        wanted = [text_literal(text.strip().lower()) for text in texts]
        parts.append(" OR ".join(f"contains({cell}, {text})" for text in wanted) if part else f"{cell} IN ({', '.join(wanted)})")
    return f"coalesce({' AND '.join(f'({part})' for part in parts)}, false)"


def _constant(column: Column, text: str | None) -> str:
    cell = apply_rule(column, None, text) if text is not None and not is_blank(text) else Cell()
    return f"NULL::{column.sql_type}" if cell.value is None else _literal(cell.value, column.sql_type)


def value_sql(source: Source) -> str:
    """SQL of the typed cell, with what the mapping decides by other headers first."""
    value = _written_value(source)
    if not source.whens:
        return value
    cases = " ".join(f"WHEN {condition} THEN {constant}" for condition, constant in source.whens)
    return f"CASE {cases} ELSE {value} END"


def _written_value(source: Source) -> str:
    column, rule = source.binding.column, source.binding.rule
    if source.binding.index is None:
        return _constant(column, rule.constant if rule is not None else None)
    if source.lookup:
        return f"coalesce({source.plain}, {source.lookup}.value)"
    values = source.values
    if not values:
        return source.plain
    by_value: dict[Value, list[str]] = {}
    for raw, value in values.items():
        by_value.setdefault(value, []).append(text_literal(raw))
    cases = [f"WHEN {source.raw} IN ({', '.join(raws)}) THEN {_literal(value, column.sql_type)}"
             for value, raws in by_value.items()]
    return f"coalesce({source.plain}, CASE {' '.join(cases)} END)"
