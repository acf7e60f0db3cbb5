"""A batch's rows against the database: the plan of what an import would do, and the list of everything wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wenqu.importing.errors import COLUMNS
from wenqu.importing.models import Batch
from wenqu.importing.staging import text_literal
from wenqu.registers.catalogues import DIVISIONS, HOUSEHOLDS, SCHEMES, personal_columns
from wenqu.registers.division_writer import plan_divisions
from wenqu.registers.household_plan import plan_households
from wenqu.registers.household_writer import HouseholdWriter
from wenqu.registers.offering import offered
from wenqu.registers.plan import Plan, start_plan
from wenqu.registers.reading import Reading
from wenqu.registers.scheme_plan import plan_schemes


def _households(plan: Plan) -> None:
    plan_households(plan)
    plan.writer = HouseholdWriter(plan)


_PLANNERS: dict[str, Callable[[Plan], None]] = {DIVISIONS: plan_divisions, SCHEMES: plan_schemes, HOUSEHOLDS: _households}


def make_plan(read: Reading, batch: Batch) -> Plan:
    """Compare all rows of a batch with the database as it is now."""
    plan = start_plan(read.con, read.catalogue, batch, batch.division, read.present)
    other = offered(batch.kind)
    (other.planner if other else _PLANNERS[batch.kind])(plan)
    return plan


def list_errors(read: Reading) -> str:
    """The table of everything wrong: cells that could not be read and what the comparison found.

    Columns as in `importing.errors`, and `refused`: the whole row was left out, not only the cell.
    """
    assert read.table is not None
    con = read.con
    columns = ", ".join(COLUMNS)
    # A required cell that is blank is found here, by the row's refusal.
    con.execute(f"CREATE OR REPLACE TEMP TABLE wrong AS SELECT {columns}, FALSE AS refused FROM {read.errors}")
    for number, sheet in enumerate(read.table.sheets):
        bindings = {binding.column.name: (place, binding) for place, binding in enumerate(sheet.match.bindings)}
        names = con.execute("SELECT DISTINCT f.name FROM found f JOIN typed t USING (n) WHERE t.sheet = ?", [sheet.name]).fetchall()
        for (name,) in names:
            place, binding = bindings[name]
            raw = f"CAST(r.c{binding.index} AS VARCHAR)" if binding.index is not None else "NULL"
            con.execute(f"""
                INSERT INTO wrong
                SELECT {number}, t.sheet, t.row, {text_literal(sheet.place(binding))}, {text_literal(binding.header or binding.column.zh)},
                    {place}, f.name, {raw}, f.code, f.message, f.refused
                FROM found f JOIN typed t USING (n) LEFT JOIN {sheet.raw.source} r ON r._row = t.row
                WHERE t.sheet = ? AND f.name = ?
            """, [sheet.name, name])
    _mask_numbers(con)
    return "wrong"


def _mask_numbers(con: Any) -> None:
    """Hide the numbers of persons in what is told of wrong cells: the sheet, row and column say where to look.

    A telephone or an identity number in somebody else's column is one too.
    """
    personal = ", ".join(text_literal(name) for name in sorted(personal_columns()))
    stray = "(^|[^0-9])(1[3-9][0-9]{9}|[1-9][0-9]{16}[0-9Xx])([^0-9]|$)"
    con.execute(f"""
        UPDATE wrong SET raw = CASE WHEN length(raw) < 9 THEN repeat('*', length(raw)) ELSE left(raw, 3) || repeat('*', length(raw) - 5) || right(raw, 2) END
        WHERE length(regexp_replace(raw, '[^0-9０-９]', '', 'g')) >= 5 AND (column_name IN ({personal}) OR regexp_matches(raw, '{stray}'))
    """)
