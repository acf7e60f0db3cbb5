"""Persons and households that a sheet would take elsewhere than the register has them: told of in the dry run, row by row.

A sheet from before a split, merge or move says so without meaning it; whoever imports decides, knowing.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from wenqu.importing.staging import text_literal
from wenqu.registers.plan import Plan


def tell_moves(plan: Plan) -> None:
    """Into `found`, refusing nothing. After `household_plan` and `member_plan`."""
    stale = _("；如果那是分户、并户、搬迁之后的情况，这张表是旧的，请先改表再导入")
    person = "concat({}, o.number, {}, p.number, {})".format(*map(text_literal, (
        _("此人在台账里是户编号"), _("的成员，按这张表会移到户编号"), stale)))
    plan.con.execute(f"""
        INSERT INTO found SELECT m.n, 'household_number', 'member_moves', {person}, FALSE
        FROM member_plan m JOIN household_plan p USING (unit) JOIN old_household o ON o.id = m.old_household_id
        WHERE m.id IS NOT NULL AND m.household_id IS DISTINCT FROM m.old_household_id
    """)
    home = text_literal(_("这户在台账里属于另一个村，按这张表会移到这里") + stale)
    plan.con.execute(f"INSERT INTO found SELECT n, 'household_number', 'household_moves', {home}, FALSE FROM household_plan "
                     "WHERE id IS NOT NULL AND division_id <> old_division_id")
