"""The table of wrong cells: filled by the coercion, added to by whoever checks more, read by reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wenqu.importing.cell_errors import message
from wenqu.importing.cells import Cell
from wenqu.importing.columns import Column
from wenqu.importing.headers import Binding
from wenqu.importing.staging import text_literal
from wenqu.importing.tables import Sheet, Table
from wenqu.rulebook.facts import Contradiction

COLUMNS = ("sheet_no", "sheet", "row", "letter", "header", "column_no", "column_name", "raw", "code", "message")


def create_errors(con: Any, name: str) -> str:
    """An empty table of wrong cells."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} (sheet_no INT, sheet VARCHAR, row BIGINT, letter VARCHAR, "
                "header VARCHAR, column_no INT, column_name VARCHAR, raw VARCHAR, code VARCHAR, message VARCHAR)")
    return name


def add_errors(con: Any, errors: str, sheet_no: int, sheet: Sheet, binding: Binding, raw: str,
               meanings: Mapping[str, Cell], letter: str) -> None:
    """Report every cell of one column whose text means nothing."""
    by_code: dict[str, list[str]] = {}
    for text, cell in meanings.items():
        if cell.code is not None:
            by_code.setdefault(cell.code, []).append(text)
    for code, texts in by_code.items():
        place = _place(sheet_no, sheet, binding, letter)
        con.execute(
            f"INSERT INTO {errors} SELECT {place[0]}, _row, {place[1]}, {raw}, ?, ? "
            f"FROM {sheet.raw.source} WHERE {raw} IN (SELECT unnest(?::VARCHAR[]))",
            [code, binding.column.explain(code), texts])


def add_shifted(con: Any, errors: str, sheet_no: int, sheet: Sheet) -> None:
    """Report whole records that were not believed."""
    if sheet.shifted:
        con.execute(f"INSERT INTO {errors} SELECT {sheet_no}, {text_literal(sheet.name)}, place, '', '', -1, '', told, ?, ? "
                    f"FROM ({sheet.shifted}) AS shifted(place, told)", ["shifted_row", message("shifted_row")])


def add_unit_refusals(con: Any, errors: str, sheet_no: int, sheet: Sheet) -> None:
    """Report the header cell of every column that is in another unit."""
    for binding in sheet.match.refused:
        place = _place(sheet_no, sheet, binding, sheet.place(binding))
        row = sheet.header_rows[-1] if sheet.header_rows else 0
        con.execute(f"INSERT INTO {errors} SELECT {place[0]}, {row}, {place[1]}, ?, ?, ?",
                    [binding.header, "unit_conflict", binding.column.explain("unit_conflict")])


def _place(sheet_no: int, sheet: Sheet, binding: Binding, letter: str) -> tuple[str, str]:
    at = -1 if binding.index is None else binding.index
    header = binding.header or binding.column.zh
    return (f"{sheet_no}, {text_literal(sheet.name)}",
            f"{text_literal(letter)}, {text_literal(header)}, {at}, {text_literal(binding.column.name)}")


def add_contradictions(con: Any, errors: str, single: str, table: Table, rule: Contradiction, condition: str) -> None:
    """Report both cells of a contradiction, where they exist."""
    for sheet_no, sheet in enumerate(table.sheets):
        for binding in sheet.match.bindings:
            name = binding.column.name
            if name not in (rule.more, rule.most) or not binding.present:
                continue
            place = _place(sheet_no, sheet, binding, sheet.place(binding))
            con.execute(
                f"INSERT INTO {errors} SELECT {place[0]}, _row, {place[1]}, {number_text(name)}, ?, ? FROM {single} "
                f"WHERE {condition} AND {name} IS NOT NULL AND _sheet = ?",
                [rule.code, binding.column.explain(rule.code), sheet.name])


def number_text(column: str) -> str:
    """SQL of a number as people write it: 18.3, not 18.3000000000."""
    text = f"CAST({column} AS VARCHAR)"
    return f"CASE WHEN contains({text}, '.') THEN rtrim(rtrim({text}, '0'), '.') ELSE {text} END"


def report(con: Any, errors: str, column: Column, code: str, rows: Sequence[tuple[int, str, int]], table: Table) -> None:
    """Add errors found outside the coercion (required, duplicate…) at (sheet number, raw text, row)."""
    for sheet_no, raw, row in rows:
        sheet = table.sheets[sheet_no]
        binding = next(b for b in sheet.match.bindings if b.column.name == column.name)
        place = _place(sheet_no, sheet, binding, sheet.place(binding))
        con.execute(f"INSERT INTO {errors} SELECT {place[0]}, ?, {place[1]}, ?, ?, ?", [row, raw, code, column.explain(code)])


def in_order(errors: str) -> str:
    """Query of all errors as a reader goes through the table: by sheet, row and column."""
    return (f"SELECT sheet, row, letter, header, raw, code, message, column_name FROM {errors} "
            "ORDER BY sheet_no, row, column_no, code")
