"""Identity numbers that a spreadsheet kept as numbers: their last digits are lost, even where the check digit fits.

A number keeps 15 digits. One in eleven of the wrecks has a good check digit by chance, so a single cell does not tell;
its sheet does. Of real numbers one in a thousand looks like a wreck, and in a sheet without any wreck it is believed.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

from wenqu.importing.coercion import Coerced
from wenqu.importing.errors import report
from wenqu.importing.staging import text_literal
from wenqu.importing.tables import Table
from wenqu.registers.catalogues import Catalogue

# A cell that is a number of 16 digits or more: nothing but a wrecked identity or bank number is that long.
_LONG_NUMBER = re.compile(rb'<c r="[A-Z]+\d+"(?: s="\d+")?(?: t="n")?><v>(?:\d(?:\.\d+)?[Ee]\+1[5-9]|\d{16,19}(?:\.\d+)?)</v>')
_BLOCK, _OVERLAP = 1 << 20, 128


def distrust_damaged(con: Any, catalogue: Catalogue, table: Table, coerced: Coerced) -> str:
    """SQL of the identity number without those that may be wrecks, which are reported; "" where all can be believed."""
    if not any(column.name == "id_number" for column in catalogue.columns):
        return ""
    head = "TRY_CAST(left(id_number, 18) AS BIGINT)"
    # The double nearest to some number of 15 digits and three zeros, or such a number itself.
    wreck = (f"(length(id_number) = 18 AND (id_number LIKE '%000' OR "
             f"CAST(CAST((({head} + 500) // 1000) * 1000 AS DOUBLE) AS BIGINT) = {head}))")
    rows = con.execute(f"SELECT _sheet, id_number, _row FROM {coerced.relation} WHERE {wreck}").fetchall()
    if not rows:
        return ""
    sheets = {name for (name,) in con.execute(f"SELECT DISTINCT sheet FROM {coerced.errors} WHERE code = 'damaged_id'").fetchall()}
    if not sheets and _has_long_numbers(table.path):
        sheets = {sheet for sheet, _raw, _row in rows}
    if not sheets:
        return ""
    numbers = {sheet.name: number for number, sheet in enumerate(table.sheets)}
    found = [(numbers[sheet], raw, row) for sheet, raw, row in rows if sheet in sheets]
    report(con, coerced.errors, catalogue.column("id_number"), "damaged_id", found, table)
    return (f"CASE WHEN NOT coalesce(_sheet IN ({', '.join(map(text_literal, sorted(sheets)))}) AND {wreck}, FALSE) "
            "THEN id_number END AS id_number")


def _has_long_numbers(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not name.startswith("xl/worksheets/sheet"):
                continue
            with archive.open(name) as file:
                tail = b""
                while block := file.read(_BLOCK):
                    if _LONG_NUMBER.search(tail + block):
                        return True
                    tail = block[-_OVERLAP:]
    return False
