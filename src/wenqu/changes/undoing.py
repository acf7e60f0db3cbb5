"""The plan that takes a change back: its lines read backwards. Nothing is deleted: what was made is marked as left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from wenqu.changes.models import Change, Kind, Line, Party, State
from wenqu.changes.planning import Plan
from wenqu.households.models import Household, Member
from wenqu.kit.refusal import Refused
from wenqu.schemes.models import Supply

TABLES: dict[str, type[models.Model]] = {"household": Household, "member": Member, "supply": Supply}


def check_newest(change: Change) -> None:
    """Only the newest change of each of its households that still holds can be taken back: what came later rests on it."""
    mine = Party.objects.filter(change=change).values("household")
    newest = change.lines.order_by("-pk").values_list("pk", flat=True)[:1]
    later = Change.objects.filter(parties__household__in=mine, lines__pk__gt=newest, state=State.DONE).exclude(kind=Kind.UNDO).distinct()
    if any(_holds(each) for each in later):
        raise Refused("changed_since", _("这户后来又办理过变更；请先撤销较晚的变更"))


def _holds(change: Change) -> bool:
    """Whether a change that was carried out was not taken back, or its taking back was."""
    return not any(_holds(each) for each in change.undone_by.filter(state=State.DONE))


def plan_undo(change: Change, on: date) -> Plan:
    """Every value that the change wrote goes back to what it was, if it still stands as written."""
    plan = Plan(moved={path: -number for path, number in change.moved.items()})
    lines = list(Line.objects.filter(change=change).order_by("-pk"))
    rows = {what: TABLES[what]._base_manager.in_bulk({each.row for each in lines if each.what == what}) for what in TABLES}
    made = {(each.what, each.row) for each in lines if not each.field}
    for line in lines:
        row: Any = rows[line.what].get(line.row)
        if row is None:
            raise _changed()
        if line.field:
            if plain(getattr(row, line.field)) != line.after:
                raise _changed()
            plan.put(line.what, line.row, line.field, line.after, line.before)
            continue
        if plain(getattr(row, _END[line.what])) is not None:
            raise _changed()
        ended = max(on, row.from_on + timedelta(days=1)) if isinstance(row, Supply) else on
        plan.put(line.what, line.row, _END[line.what], None, ended.isoformat())
        if line.what == "household":
            plan.put("household", line.row, "merged_into_id", None, change.household_id)
    _check_emptied([row for what, row in made if what == "household"], lines)
    _check_reopened(plan)
    return plan


_END = {"household": "left_on", "member": "left_on", "supply": "to_on"}


def _check_emptied(made: Sequence[int], lines: Sequence[Line]) -> None:
    """Into a household that goes away again nobody came meanwhile."""
    back = {each.row for each in lines if each.what == "member"}
    if Member.objects.filter(household__in=made).exclude(pk__in=back).exists():
        raise _changed()


def _check_reopened(plan: Plan) -> None:
    """A supply that goes on again meets no other that began meanwhile."""
    again = [put.pk or 0 for put in plan.puts if put.what == "supply" and put.after is None]
    ending = [put.pk or 0 for put in plan.puts if put.what == "supply" and put.after is not None]
    homes = Supply.objects.filter(pk__in=again).values("household")
    if Supply.objects.filter(household__in=homes, to_on=None).exclude(pk__in=[*again, *ending]).exists():
        raise _changed()


def _changed() -> Refused:
    return Refused("changed_since", _("这次变更之后，相关的户或成员又有改动，不能撤销；请按现在的情况另行申请变更"))


def plain(value: Any) -> Any:
    """A value as a line keeps it."""
    return value.isoformat() if isinstance(value, date) else value
