"""From raw cells to typed columns and a list of wrong cells. One coercion for the headless command and the registers.

A wrong cell is blank: it is reported with sheet, row, column and reason, it is never used, and its row goes on.

Order of work, for speed: SQL settles the plainly written cells; the few distinct texts that remain are read by
``cells``; what they mean comes back as a small table. A typed Parquet file without odd cells costs one counting scan.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wenqu.importing.columns import Column
from wenqu.importing.errors import (
    add_contradictions,
    add_errors,
    add_shifted,
    add_unit_refusals,
    create_errors,
)
from wenqu.importing.mapping import apply_rule
from wenqu.importing.settled import settle
from wenqu.importing.sources import Source, make_lookup, source_of, value_sql
from wenqu.importing.staging import parquet_source, quote, text_literal
from wenqu.importing.tables import Sheet, Table
from wenqu.rulebook.facts import CONTRADICTIONS


@dataclass(frozen=True, slots=True)
class Coerced:
    """A relation with ``_sheet`` (name), ``_row`` and every column by its English name, in the order of the file.

    ``errors`` is a table: sheet_no, sheet, row, letter, header, column_no, column_name, raw, code, message.
    """

    relation: str
    errors: str
    columns: tuple[Column, ...]
    rows: int
    error_counts: dict[str, int]

    @property
    def error_count(self) -> int:
        """Number of wrong cells."""
        return sum(self.error_counts.values())


def coerce(con: Any, table: Table, columns: Sequence[Column], workdir: Path, name: str = "coerced") -> Coerced:
    """Type every column of a table. Creates the relation ``name`` and the table ``name_errors`` on the connection."""
    # A list of words would become a hash join, and joins on several threads lose the order of the rows.
    con.execute("SET disabled_optimizers = 'in_clause'")
    errors = create_errors(con, f"{name}_errors")
    sheets = []
    for number, sheet in enumerate(table.sheets):
        sources = [source_of(sheet, binding, at) for at, binding in enumerate(sheet.match.bindings)]
        if sheet.raw.typed:
            _settle(con, sheet, sources)
        _read_odd_cells(con, sheet, [source for source in sources if source.given and not source.settled])
        for source in sources:
            source.lookup = make_lookup(con, source, f"{name}_{number}_{source.column_no}")
            add_errors(con, errors, number, sheet, source.binding, source.raw, source.meanings, source.letter)
        add_shifted(con, errors, number, sheet)
        add_unit_refusals(con, errors, number, sheet)
        sheets.append(_select(sheet, sources))
    query = " UNION ALL ".join(sheets)
    joined = any("LEFT JOIN" in select for select in sheets)
    if table.format == "parquet" and not joined:
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name}_single AS {query}")
    else:
        # Text is read once and kept: everything that follows would otherwise take it apart again.
        ordered = [f"SELECT * FROM ({select}) ORDER BY _row" for select in sheets] if joined else sheets
        target = workdir / f"{name}.parquet"
        con.execute(f"COPY ({' UNION ALL '.join(f'({select})' for select in ordered)}) TO {text_literal(str(target))} "
                    "(FORMAT parquet, COMPRESSION lz4)")
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name}_single AS SELECT * FROM {parquet_source(target)}")
    _drop_contradictions(con, table, columns, name)
    counts = dict(con.execute(f"SELECT code, count(*) FROM {errors} GROUP BY 1 ORDER BY 1").fetchall())
    return Coerced(name, errors, tuple(columns), table.rows, counts)


def _settle(con: Any, sheet: Sheet, sources: list[Source]) -> None:
    """Mark the columns of a typed file that are surely right, with the cheapest expression of their value."""
    asked = [source for source in sources
             if source.given and not source.whens
             and not (source.binding.rule is not None and source.binding.rule.converts)]
    values = settle(con, sheet.raw.source, [(source.binding.column, source.cell, source.sql_type) for source in asked])
    for source, value in zip(asked, values, strict=True):
        if value is not None:
            source.plain, source.settled = value, True


def _read_odd_cells(con: Any, sheet: Sheet, sources: list[Source]) -> None:
    """Ask ``cells`` for the meaning of every distinct text that SQL did not settle."""
    if not sources:
        return
    odd = [f"{source.given} AND ({source.plain}) IS NULL" for source in sources]
    counts = con.execute(f"SELECT {', '.join(f'count(*) FILTER (WHERE {condition})' for condition in odd)} "
                         f"FROM {sheet.raw.source}").fetchone()
    for source, condition, count in zip(sources, odd, counts, strict=True):
        if not count:
            continue
        texts = con.execute(f"SELECT DISTINCT {source.raw} FROM {sheet.raw.source} WHERE {condition}")
        column, rule = source.binding.column, source.binding.rule
        while batch := texts.fetchmany(10_000):
            source.meanings.update((raw, apply_rule(column, rule, raw)) for raw, in batch)


def _select(sheet: Sheet, sources: Sequence[Source]) -> str:
    outputs = [f"{text_literal(sheet.name)} AS _sheet", "_row"]
    source_sql = sheet.raw.source
    for source in sources:
        outputs.append(f"{value_sql(source)} AS {quote(source.binding.column.name)}")
        if source.lookup:
            source_sql += f" LEFT JOIN {source.lookup} ON {source.lookup}.raw = {source.raw}"
    return f"SELECT {', '.join(outputs)} FROM {source_sql}"


def _drop_contradictions(con: Any, table: Table, columns: Sequence[Column], name: str) -> None:
    """Make ``name`` from ``name_single``: cells that contradict each other become blank, all looked at at once."""
    names = {binding.column.name for sheet in table.sheets for binding in sheet.match.bindings if binding.present}
    conditions = {}
    for rule in CONTRADICTIONS:
        if rule.more in names and (rule.most in names or rule.default is not None):
            most = rule.most if rule.most in names else "NULL"
            limit = f"coalesce({most}, {rule.default})" if rule.default is not None else most
            conditions[rule] = f"{rule.more} > {limit}"
    found: dict[Any, str] = {}
    if conditions:
        counts = con.execute(f"SELECT {', '.join(f'count(*) FILTER (WHERE {c})' for c in conditions.values())} "
                             f"FROM {name}_single").fetchone()
        found = {rule: condition for (rule, condition), n in zip(conditions.items(), counts, strict=True) if n}
    blanked: dict[str, list[str]] = {}
    for rule, condition in found.items():
        for involved in (rule.more, rule.most):
            if involved in names:
                blanked.setdefault(involved, []).append(f"coalesce({condition}, false)")
    replaced = ", ".join(f"CASE WHEN NOT ({' OR '.join(conditions)}) THEN {column} END AS {column}"
                         for column, conditions in blanked.items())
    con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT *{f' REPLACE ({replaced})' if replaced else ''} "
                f"FROM {name}_single")
    for rule, condition in found.items():
        add_contradictions(con, f"{name}_errors", f"{name}_single", table, rule, condition)


