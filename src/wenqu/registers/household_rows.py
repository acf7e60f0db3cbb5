"""Households, first half: which rows are usable, which household each belongs to, and what the sheet says of it.

A sheet has one row a person, grouped by household number, or one row a household. A household takes each value from
the first of its rows that tells it; facts on which its rows disagree are wrong in all of them, for nobody can know
which one is right.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.importing.columns import Column
from wenqu.importing.staging import text_literal
from wenqu.places.models import Level
from wenqu.registers.catalogues import KEY_BY_NAME
from wenqu.registers.plan import SAME_PLACE, Plan
from wenqu.registers.scheme_links import link_schemes
from wenqu.registers.values import canonical

# Households written in one transaction: short enough that nobody waits long, long enough to be fast.
CHUNK_UNITS = 4000
FIELDS = ("phone", "group_name", "household_kind", "watch_kind", "people")
_HEADS = ("户主", "本人", "本人或户主", "户主本人")


def read_rows(plan: Plan) -> None:
    """Make `acc` (accepted rows), `unit` (households of the sheet, first told values) and the refusals in `found`."""
    _number_units(plan)
    _refuse_rows(plan)
    link_schemes(plan)
    _gather_units(plan)
    _set_conflicts_aside(plan)


def facts_of(plan: Plan) -> list[Column]:
    """The fact columns that the sheet has."""
    return [column for column in plan.catalogue.facts if column.name in plan.present]


def _number_units(plan: Plan) -> None:
    # Numbered over all rows, refused ones too: chunks must be the same when a killed import goes on.
    plan.con.execute("""
        CREATE OR REPLACE TEMP TABLE unit_of AS
        SELECT household_number AS number, row_number() OVER (ORDER BY min(n)) - 1 AS unit
        FROM typed WHERE household_number IS NOT NULL GROUP BY household_number
    """)
    plan.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE placed AS
        SELECT t.n, u.unit, p.division_id, p.path, p.level, p.code, p.message, p.wrong
        FROM typed t LEFT JOIN unit_of u ON u.number = t.household_number LEFT JOIN place_of p ON {SAME_PLACE}
    """)


def _refuse_rows(plan: Plan) -> None:
    """Fill `found` step by step; a row refused by one step does not count for the next."""
    con = plan.con
    missing = text_literal(_("没有户编号，无法确定是哪一户；请补填"))
    con.execute(f"INSERT INTO found SELECT n, 'household_number', 'required_missing', {missing}, TRUE FROM placed WHERE unit IS NULL")
    no_village = text_literal(_("没有写明所在的村；请填村级区划代码，或乡镇和村"))
    con.execute(f"""
        INSERT INTO found
        SELECT n, coalesce(wrong, 'village'), coalesce(code, 'place_missing'), coalesce(message, {no_village}), TRUE
        FROM placed WHERE unit IS NOT NULL AND (division_id IS NULL OR level <> {int(Level.VILLAGE)})
    """)
    con.execute("INSERT INTO found SELECT n, wrong, code, message, FALSE FROM placed WHERE unit IS NOT NULL "
                f"AND division_id IS NOT NULL AND level = {int(Level.VILLAGE)} AND code IS NOT NULL")
    _refuse_gone(plan)
    _refuse("household_number", "household_in_two_villages", _("同一户编号出现在不同的村；请核对户编号"), plan,
            "SELECT n FROM usable QUALIFY division_id <> first_value(division_id) OVER (PARTITION BY unit ORDER BY n)")
    again = _("与前面的行是同一个人；只保留一行")
    _refuse("member_number", "duplicate", again, plan,
            "SELECT u.n FROM usable u JOIN typed t USING (n) WHERE t.member_number IS NOT NULL "
            "QUALIFY row_number() OVER (PARTITION BY t.member_number ORDER BY u.n) > 1")
    name = person_name(plan)
    _refuse("name" if "name" in plan.present else "household_number", "duplicate", again, plan,
            f"SELECT u.n FROM usable u JOIN typed t USING (n) WHERE t.member_number IS NULL "
            f"QUALIFY row_number() OVER (PARTITION BY u.unit, coalesce(t.id_number, {name}, '') ORDER BY u.n) > 1")
    _usable(plan)
    con.execute("CREATE OR REPLACE TEMP TABLE acc AS SELECT n, unit, division_id, path FROM usable")


def _refuse_gone(plan: Plan) -> None:
    """Households that left the register or were merged keep their numbers: nobody else gets them, and no sheet brings them back."""
    merged = "concat({}, g.left_on, {}, g.into, {})".format(*map(text_literal, (
        _("这户已于"), _("并入户编号"), _("；请改用并入后的户编号，或先撤销那次变更"))))
    left = "concat({}, g.left_on, {})".format(*map(text_literal, (_("这户已于"), _("退出台账；不应再出现在表中，确需恢复请先撤销那次变更"))))
    _usable(plan)
    plan.con.execute(f"""
        INSERT INTO found SELECT u.n, 'household_number', CASE WHEN g.into IS NULL THEN 'household_left' ELSE 'household_merged' END,
            CASE WHEN g.into IS NULL THEN {left} ELSE {merged} END, TRUE
        FROM usable u JOIN typed t USING (n) JOIN gone_household g ON g.number = t.household_number
    """)


def _usable(plan: Plan) -> None:
    plan.con.execute("CREATE OR REPLACE TEMP VIEW usable AS SELECT n, unit, division_id, path FROM placed "
                     "WHERE n NOT IN (SELECT n FROM found WHERE refused)")


def _refuse(name: str, code: str, message: str, plan: Plan, rows: str) -> None:
    _usable(plan)
    plan.con.execute(f"INSERT INTO found SELECT n, '{name}', '{code}', {text_literal(message)}, TRUE FROM ({rows})")


def person_name(plan: Plan) -> str:
    """SQL of the person's name: where the sheet has no column of its own for it, the row is the head of household."""
    return "t.name" if "name" in plan.present else "t.head_name"


def _gather_units(plan: Plan) -> None:
    heads = ", ".join(text_literal(word) for word in _HEADS)
    firsts = ", ".join(f"arg_min(t.{f}, a.n) FILTER (WHERE t.{f} IS NOT NULL) AS {f}" for f in FIELDS)
    facts = "".join(
        f", arg_min({value}, a.n) FILTER (WHERE t.{c.name} IS NOT NULL) AS {c.name}, "
        f"coalesce(min({value}) <> max({value}), FALSE) AS {c.name}_differs"
        for c in facts_of(plan) for value in [canonical(c, f"t.{c.name}")]
    )
    plan.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE unit AS
        SELECT a.unit, min(a.n) AS n, arg_min(t.household_number, a.n) AS number, arg_min(a.division_id, a.n) AS division_id,
            arg_min(a.path, a.n) AS path, {firsts}, arg_min(l.scheme_id, a.n) FILTER (WHERE l.scheme_id IS NOT NULL) AS scheme_id,
            coalesce(arg_min(t.head_name, a.n) FILTER (WHERE t.head_name IS NOT NULL),
                     arg_min(t.name, a.n) FILTER (WHERE t.name IS NOT NULL AND t.relation IN ({heads})),
                     CASE WHEN count(*) = 1 THEN min(t.name) END) AS head_name,
            arg_min(t.sheet || '!' || t.row, a.n)[:60] AS reference{facts}
        FROM acc a JOIN typed t USING (n) LEFT JOIN linked l USING (n)
        GROUP BY a.unit ORDER BY a.unit
    """)


def _set_conflicts_aside(plan: Plan) -> None:
    """Blank the facts on which the rows of a household disagree, and report each of the cells."""
    message = text_literal(_("同一户的几行填写不一致；请核对后改成一致"))
    for column in facts_of(plan):
        name = column.name
        if not plan.scalar(f"SELECT count(*) FROM unit WHERE {name}_differs"):
            continue
        plan.con.execute(f"""
            INSERT INTO found SELECT a.n, '{name}', 'differs_in_household', {message}, FALSE
            FROM unit u JOIN acc a USING (unit) JOIN typed t ON t.n = a.n WHERE u.{name}_differs AND t.{name} IS NOT NULL
        """)
        plan.con.execute(f"UPDATE unit SET {name} = NULL WHERE {name}_differs")


def fact_keys(columns: list[Column]) -> list[tuple[str, int]]:
    """(column name, stored key) of fact columns."""
    return [(column.name, KEY_BY_NAME[column.name]) for column in columns]

