"""Households, second half: the sheet against the database, all rows at once.

A blank cell means «not told»: it never erases what is known. A fact is recorded only where it differs from the latest
value known on the day of the data, so the same sheet a second time changes nothing.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.facts.columns import load_latest
from wenqu.facts.models import SubjectKind
from wenqu.households.models import STANDS
from wenqu.importing.staging import text_literal
from wenqu.registers.existing import load_households
from wenqu.registers.household_moves import tell_moves
from wenqu.registers.household_rows import CHUNK_UNITS, fact_keys, facts_of, person_name, read_rows
from wenqu.registers.plan import Plan
from wenqu.registers.values import canonical

# column of the sheet -> field of the household
HOUSEHOLD_FIELDS = {
    "head_name": "head_name", "phone": "phone", "group_name": "group_name", "household_kind": "kind", "watch_kind": "watch_kind",
    "people": "people",
}
MEMBER_FIELDS = ("number", "name", "id_number", "account_number", "relation")


def plan_households(plan: Plan) -> None:
    """Compare the sheet with the county's households; fills `outcome` and the tables that the writer reads."""
    load_households(plan.con, plan.county.pk)
    read_rows(plan)
    _compare_households(plan)
    _match_members(plan)
    _compare_members(plan)
    tell_moves(plan)
    _compare_facts(plan)
    _compare_supplies(plan)
    _tell_outcomes(plan)
    _count_entities(plan)


def _compare_households(plan: Plan) -> None:
    """`household_plan`: one row a household of the sheet, beside what the database holds (`id` NULL: new)."""
    told = ", ".join(f"u.{column} AS {field}" for column, field in HOUSEHOLD_FIELDS.items() if field != "people")
    old = ", ".join(f"o.{field} AS old_{field}" for field in HOUSEHOLD_FIELDS.values())
    differs = " OR ".join(f"(u.{column} IS NOT NULL AND u.{column} IS DISTINCT FROM o.{field})"
                          for column, field in HOUSEHOLD_FIELDS.items() if field != "people")
    plan.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE household_plan AS
        SELECT u.unit, u.n, u.number, u.division_id, u.path, {told}, CAST(u.people AS INTEGER) AS people, u.scheme_id,
            o.id, o.division_id AS old_division_id, o.path AS old_path, {old},
            o.id IS NOT NULL AND (u.division_id <> o.division_id OR {differs}
                OR (u.people IS NOT NULL AND CAST(u.people AS INTEGER) IS DISTINCT FROM o.people)) AS changed
        FROM unit u LEFT JOIN old_household o USING (number) ORDER BY u.unit
    """)


def _match_members(plan: Plan) -> None:
    """`matched`: rows whose person is known already: by number, else by identity number, else by name in the household.

    A person is claimed once; somebody of the same name or identity number with another number is somebody else.
    """
    con = plan.con
    name = person_name(plan)
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE person AS
        SELECT a.n, a.unit, t.member_number AS number, {name} AS name, t.id_number, t.account_number, t.relation, h.id AS household_id
        FROM acc a JOIN typed t USING (n) JOIN household_plan h USING (unit)
        WHERE coalesce(t.member_number, {name}) IS NOT NULL
    """)
    con.execute("CREATE OR REPLACE TEMP TABLE matched (n BIGINT, id BIGINT)")
    free = ("(SELECT * FROM person WHERE n NOT IN (SELECT n FROM matched))",
            "(SELECT * FROM old_member WHERE id NOT IN (SELECT id FROM matched))")
    same_person = ("(r.number IS NULL OR m.number = '' OR r.number = m.number)",
                   "(r.id_number IS NULL OR m.id_number = '' OR r.id_number = m.id_number)")
    ways = (
        "r.number = m.number",
        f"r.id_number = m.id_number AND {same_person[0]}",
        f"r.household_id = m.household_id AND r.name = m.name AND {same_person[0]} AND {same_person[1]}",
    )
    for way in ways:
        con.execute(f"""
            INSERT INTO matched SELECT r.n, m.id FROM {free[0]} r JOIN {free[1]} m ON {way}
            QUALIFY row_number() OVER (PARTITION BY r.n ORDER BY m.id) = 1 AND row_number() OVER (PARTITION BY m.id ORDER BY r.n) = 1
        """)
    _leave_out_gone(plan)
    if "name" in plan.present:
        told = text_literal(_("没有姓名，这一行只用于户；请补填"))
        con.execute(f"""
            INSERT INTO found SELECT t.n, 'name', 'required_missing', {told}, FALSE FROM acc JOIN typed t USING (n)
            WHERE t.name IS NULL AND t.n NOT IN (SELECT n FROM matched)
        """)
    con.execute("DELETE FROM person WHERE name IS NULL AND n NOT IN (SELECT n FROM matched)")


def _leave_out_gone(plan: Plan) -> None:
    """Persons who left by a decision and stand nowhere now: a sheet that still has them does not bring them back."""
    told = "concat({}, g.left_on, {})".format(
        text_literal(_("此人已于")), text_literal(_("经核定减少，这一行的人没有导入；确需恢复请撤销那次变更，或办理“增加成员”")))
    same = ("(r.number <> '' AND r.number = g.number) OR (r.id_number <> '' AND r.id_number = g.id_number) OR (coalesce(r.id_number, '') = '' "
            "AND coalesce(r.number, '') = '' AND r.name = g.name AND h.number = g.household)")
    plan.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE gone AS SELECT r.n, min({told}) AS message FROM person r JOIN household_plan h USING (unit)
        JOIN gone_member g ON {same} WHERE r.n NOT IN (SELECT n FROM matched) GROUP BY r.n
    """)
    column = "name" if "name" in plan.present else "household_number"
    plan.con.execute(f"INSERT INTO found SELECT n, '{column}', 'member_left', message, FALSE FROM gone")
    plan.con.execute("DELETE FROM person WHERE n IN (SELECT n FROM gone)")


def _compare_members(plan: Plan) -> None:
    """`member_plan`: one row a person, beside what the database holds (`id` NULL: new)."""
    relation = "p.relation" if "name" in plan.present else "coalesce(p.relation, '户主')"
    kept = [column for column in plan.catalogue.details if column.name in plan.present]
    pairs = ", ".join(f"{text_literal(c.zh)}, {canonical(c, f't.{c.name}')}" for c in kept)
    # Merging into an empty object drops what is blank.
    details = f"json_merge_patch('{{}}', json_object({pairs}))" if kept else "'{}'::JSON"
    changed = " OR ".join(f"(r.{field} IS NOT NULL AND r.{field} <> m.{field})" for field in MEMBER_FIELDS)
    old = ", ".join(f"m.{field} AS old_{field}" for field in MEMBER_FIELDS)
    # Without details the register keeps an empty text.
    there = "coalesce(nullif(m.details, ''), '{}')::JSON"
    plan.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE member_plan AS
        SELECT r.*, m.id, m.household_id AS old_household_id, {old}, m.details AS old_details,
            json_merge_patch({there}, r.details)::VARCHAR AS new_details,
            m.id IS NOT NULL AND ({changed} OR r.household_id IS DISTINCT FROM m.household_id
                OR NOT json_contains({there}, r.details)) AS changed
        FROM (SELECT p.n, p.unit, p.number, p.name, p.id_number, p.account_number, {relation} AS relation, p.household_id, {details} AS details
              FROM person p JOIN typed t USING (n)) r
        LEFT JOIN matched k USING (n) LEFT JOIN old_member m ON m.id = k.id
        ORDER BY r.n
    """)


def _compare_facts(plan: Plan) -> None:
    """`fact_plan`: the values to record."""
    columns = facts_of(plan)
    plan.con.execute("CREATE OR REPLACE TEMP TABLE fact_plan (unit BIGINT, key SMALLINT, value VARCHAR, reference VARCHAR)")
    if not columns:
        return
    load_latest(plan.con, kind=SubjectKind.HOUSEHOLD, on=plan.batch.observed_on, params=[plan.county.pk],
                subjects=f"SELECT h.id FROM households_household h WHERE county_id = %s AND {STANDS.format('h')}")
    for name, key in fact_keys(columns):
        plan.con.execute(f"""
            INSERT INTO fact_plan SELECT u.unit, {key}, u.{name}, u.reference FROM unit u JOIN household_plan h USING (unit)
            LEFT JOIN latest k ON k.subject_id = h.id AND k.key = {key}
            WHERE u.{name} IS NOT NULL AND k.value IS DISTINCT FROM u.{name}
        """)


def _compare_supplies(plan: Plan) -> None:
    """`supply_plan`: new supply links. A link that began after the day of the data is newer and stays."""
    on = plan.batch.observed_on.isoformat()
    plan.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE supply_plan AS
        SELECT h.unit, h.scheme_id, s.id AS old_id, s.scheme_id AS old_scheme_id, s.from_on AS old_from_on
        FROM household_plan h LEFT JOIN old_supply s ON s.household_id = h.id
        WHERE h.scheme_id IS NOT NULL AND h.scheme_id IS DISTINCT FROM s.scheme_id AND (s.id IS NULL OR s.from_on <= '{on}')
    """)


def _tell_outcomes(plan: Plan) -> None:
    """One status a row: its person's, and on the first row of a household also the household's."""
    plan.con.execute(f"""
        CREATE OR REPLACE TEMP TABLE outcome AS
        SELECT t.n, CAST(coalesce(a.unit, 0) // {CHUNK_UNITS} AS INTEGER) AS chunk,
            CASE WHEN a.n IS NULL THEN 'refused'
                 WHEN (m.n IS NOT NULL AND m.id IS NULL) OR (h.n IS NOT NULL AND h.id IS NULL) THEN 'created'
                 WHEN m.changed OR h.changed OR f.unit IS NOT NULL OR s.unit IS NOT NULL THEN 'changed'
                 ELSE 'unchanged' END AS status
        FROM (SELECT n FROM typed) t LEFT JOIN acc a ON a.n = t.n
        LEFT JOIN member_plan m ON m.n = t.n LEFT JOIN household_plan h ON h.n = t.n
        LEFT JOIN (SELECT DISTINCT unit FROM fact_plan) f ON f.unit = h.unit
        LEFT JOIN supply_plan s ON s.unit = h.unit
    """)


def _count_entities(plan: Plan) -> None:
    count = plan.scalar
    plan.entities = {
        "households_created": count("SELECT count(*) FROM household_plan WHERE id IS NULL"),
        "households_changed": count("SELECT count(*) FROM household_plan WHERE changed"),
        "members_created": count("SELECT count(*) FROM member_plan WHERE id IS NULL"),
        "members_changed": count("SELECT count(*) FROM member_plan WHERE changed"),
        "supplies": count("SELECT count(*) FROM supply_plan"),
        "facts": count("SELECT count(*) FROM fact_plan"),
    }
