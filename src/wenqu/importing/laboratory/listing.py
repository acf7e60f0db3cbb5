"""The list of wrong cells of a laboratory's workbook, with the place of each and a sentence that says what to do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wenqu.importing.errors import create_errors
from wenqu.importing.laboratory.settling import letter_sql, told
from wenqu.importing.laboratory.unfolding import LabSheet
from wenqu.importing.laboratory.words import ROLE_TITLES, SAMPLE_TITLES
from wenqu.importing.staging import letters
from wenqu.rulebook.quality.results.items import Names
from wenqu.rulebook.quality.results.wrongs import sentence

_UNIT_CODES = ("unit_missing", "unit_unknown", "unit_differs", "units_conflict")
_NAME_CODES = ("item_unknown", "basis_differs")


def list_wrong(con: Any, sheets: Sequence[LabSheet], names: Names, wrong: str = "wrong") -> str:
    """Fill the table of wrong cells (as of the registers, with ``refused``: nothing of the row was used)."""
    create_errors(con, wrong)
    con.execute(f"ALTER TABLE {wrong} ADD COLUMN refused BOOLEAN DEFAULT false")
    _add_columns(con, sheets, wrong)
    _add_cells(con, names, wrong)
    _add_samples(con, sheets, wrong)
    _add_days(con, wrong)
    return wrong


def _insert(con: Any, wrong: str, query: str, arguments: Sequence[Any] = ()) -> None:
    con.execute(f"INSERT INTO {wrong} (sheet_no, sheet, row, letter, header, column_no, column_name, raw, code, message, refused) {query}", list(arguments))


def _add_columns(con: Any, sheets: Sequence[LabSheet], wrong: str) -> None:
    """A column of a wide table of which no number is used: told once, at its header."""
    for number, sheet in enumerate(sheets):
        for column in sheet.layout.items if sheet.layout.kind == "wide" else ():
            counted = con.execute("SELECT count(*) FROM settled WHERE sheet_no = ? AND idx = ? AND code <> '' AND code = faulty", [number, column.index]).fetchone()[0]
            code = column.code or (con.execute("SELECT any_value(faulty) FROM settled WHERE sheet_no = ? AND idx = ?", [number, column.index]).fetchone()[0] or "")
            if code and (counted or code == "item_unknown"):
                _insert(con, wrong, "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, false)",
                        [number, sheet.name, column.row, letters(column.index), column.header, column.index, column.item.key if column.item else "",
                         column.header, code, told(code, column.item)])


def _add_cells(con: Any, names: Names, wrong: str) -> None:
    """Single cells, at the place where they have to be put right: the unit, the name, or the result."""
    kinds = con.execute("SELECT DISTINCT code, key FROM settled WHERE code <> '' AND code <> 'sample_differs'").fetchall()
    for code, key in kinds:
        at = "unit_at" if code in _UNIT_CODES else "item_at" if code in _NAME_CODES else "idx"
        at = f"CASE WHEN wide OR {at} < 0 THEN idx ELSE {at} END"
        title = ROLE_TITLES["unit" if code in _UNIT_CODES else "item" if code in _NAME_CODES else "result"]
        raw = "CASE WHEN wide THEN s.raw ELSE named END" if code in _NAME_CODES else "CASE WHEN wide OR s.unit_at < 0 THEN s.raw ELSE s.unit_written END" if code in _UNIT_CODES else "s.raw"
        _insert(con, wrong, f"""SELECT s.sheet_no, n.sheet, s.row, {letter_sql(f'({at})')}, CASE WHEN wide THEN s.named ELSE ? END, {at}, coalesce(s.key, ''), {raw}, s.code, ?, false
            FROM settled s JOIN lab_sheets n USING (sheet_no) WHERE s.code = ? AND s.key IS NOT DISTINCT FROM ? AND NOT (wide AND s.code = s.faulty)""",
                [title, told(code, names.items.get(key or "")), code, key])


def _add_samples(con: Any, sheets: Sequence[LabSheet], wrong: str) -> None:
    """Rows whose sample is not told, once for each row (once for a report)."""
    reports = ", ".join(str(number) for number, sheet in enumerate(sheets) if sheet.layout.kind == "report") or "-1"
    for code, condition in (("sample_missing", "number IS NULL"), ("sample_differs", "code = 'sample_differs'")):
        _insert(con, wrong, f"""SELECT sheet_no, any_value(sheet), place, {letter_sql('min(number_at)')}, ?, min(number_at), 'number', coalesce(any_value(number), ''), ?, ?, true
            FROM (SELECT s.sheet_no, n.sheet, s.number, greatest(s.number_at, 0) AS number_at, CASE WHEN sheet_no IN ({reports}) THEN 1 ELSE s.row END AS place
                  FROM settled s JOIN lab_sheets n USING (sheet_no) WHERE {condition}) GROUP BY sheet_no, place""",
                [SAMPLE_TITLES["number"], code, sentence(code)])


def _add_days(con: Any, wrong: str) -> None:
    _insert(con, wrong, f"""SELECT DISTINCT s.sheet_no, n.sheet, s.day_row, {letter_sql('s.day_at')}, ?, s.day_at, 'day', s.day, s.day_code, ?, false
        FROM settled s JOIN lab_sheets n USING (sheet_no) WHERE s.day_code <> ''""", [SAMPLE_TITLES["day"], sentence("bad_date")])
