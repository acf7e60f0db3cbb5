"""Reads of changes: the list, one, and what of them a page shows in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from wenqu.changes.models import Change, Line, State
from wenqu.changes.planning import Home, Plan
from wenqu.households.models import Household, Member
from wenqu.households.showing import Showing, showing
from wenqu.kit import masking
from wenqu.places.models import Division
from wenqu.places.queries import names_of, row_in
from wenqu.places.scope import Area, within
from wenqu.schemes.models import Supply

PAGE = 50


def change_in(area: Area, pk: int) -> Change:
    """The change, or 404 where it does not exist or its household lies outside the area."""
    rows = Change.objects.select_related("household__county", "household__division", "other", "to_division", "undoes", "asked_by", "decided_by")
    return row_in(rows, area, pk, "change")


def change_rows(area: Area, state: str, before: int | None, size: int = PAGE) -> tuple[list[dict[str, Any]], int | None]:
    """One page of changes of an area, the newest first, and where the next page begins."""
    found: QuerySet[Change] = within(Change.objects.select_related("household", "asked_by", "decided_by"), area)
    if state in State.values:
        found = found.filter(state=state)
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found.order_by("-pk")[: size + 1])
    places, shown = names_of({row.path for row in rows}), showing(area)
    told = [{"change": row, "place": places.get(row.path, ""), "name": shown.name(row.household.head_name, row.path)} for row in rows[:size]]
    return told, rows[size - 1].pk if len(rows) > size else None


def open_count(area: Area) -> int:
    return within(Change.objects.filter(state=State.ASKED), area).count()


def changes_of(household: Household) -> list[Change]:
    """Every change that touched a household, the newest first."""
    return list(Change.objects.filter(parties__household=household).select_related("asked_by", "decided_by", "other", "household").order_by("-pk"))


@dataclass(frozen=True)
class Side:
    """One household before or after a change, as somebody is shown it."""

    title: str
    place: str
    people: int | None
    head: str
    members: list[dict[str, Any]]
    left: bool
    new: bool
    outside: bool


def sides_of(homes: list[Home], area: Area, other: list[Home]) -> list[Side]:
    """The households of a preview in words; what differs from the `other` side is marked. Of a household that lies outside the area
    on both sides only the number is told, and who comes to it from inside or goes there."""
    inside = {home.pk for home in (*homes, *other) if area.whole.covers(home.path)}
    came = {each.pk for home in other if home.pk in inside for each in home.present}
    places, shown = names_of({home.path for home in homes}), showing(area)
    known = {each.pk: (each.relation, home.pk) for home in other if not home.left for each in home.present if each.pk is not None}
    return [
        Side(
            home.number, f"{places.get(home.path, '')} {home.group_name if home.pk in inside else ''}".strip(), home.people if home.pk in inside else None,
            shown.name(home.head_name, home.path) if home.pk in inside else "",
            [{"name": shown.name(each.name, home.path), "relation": each.relation, "differs": home.left or known.get(each.pk or 0) != (each.relation, home.pk)}
             for each in home.present if home.pk in inside or each.pk in came],
            home.left, home.pk is None, home.pk not in inside,
        )
        for home in homes
    ]


def totals_of(plan: Plan) -> list[tuple[str, int]]:
    """Village -> by how many people it grows or shrinks."""
    names = names_of(set(plan.moved))
    return [(names.get(path, path), number) for path, number in sorted(plan.moved.items()) if number]


def effects_of(plan: Plan) -> list[str]:
    """What else is written, beside people: the links to the scheme that supplies them."""
    told = []
    if plan.ends:
        told.append(_("原供水关系到发生日期为止"))
    if plan.copies is not None:
        told.append(_("新户沿用原户的供水工程；新户先按工程和所在地的情况评价，本户的用水情况待入户调查"))
    if any(put.what == "household" and put.field == "path" for put in plan.puts):
        told.append(_("名下的问题、授权和监测记录随户迁移；原住址的用水数据不再代表新住址，请尽快入户调查"))
    if any(put.what == "supply" and put.after is None for put in plan.puts):
        told.append(_("原供水关系恢复"))
    return told


_FIELDS: dict[str, Any] = {
    "people": gettext_lazy("人数"), "head_name": gettext_lazy("户主"), "division_id": gettext_lazy("所在村"), "group_name": gettext_lazy("自然村（组）"), "left_on": gettext_lazy("退出"), "merged_into_id": gettext_lazy("并入"),
    "household_id": gettext_lazy("所在户"), "relation": gettext_lazy("与户主关系"), "to_on": gettext_lazy("供水止于"),
}


def lines_of(change: Change, area: Area) -> list[dict[str, str]]:
    """What a change wrote, line by line, in words; nothing of a household that lies outside the area."""
    lines = [line for line in change.lines.all() if line.field != "path"]
    rows: dict[str, dict[int, Any]] = {
        "household": Household.ever.in_bulk({line.row for line in lines if line.what == "household"}),
        "member": Member.ever.select_related("household").in_bulk({line.row for line in lines if line.what == "member"}),
        "supply": Supply.objects.select_related("scheme").in_bulk({line.row for line in lines if line.what == "supply"}),
    }
    homes = Household.ever.in_bulk({value for line in lines if line.field in {"household_id", "merged_into_id"} for value in (line.before, line.after) if value})
    villages = Division.objects.in_bulk({value for line in lines if line.field == "division_id" for value in (line.before, line.after)})
    shown = showing(area)
    outside = {key for key, row in rows["household"].items() if key != change.household_id and not area.whole.covers(row.path)}
    return [
        {
            "subject": _subject(line, rows[line.what].get(line.row), shown), "field": str(_FIELDS.get(line.field, "")) if line.field else _("新增"),
            "before": _value(line.field, line.before, homes, villages, shown, change.path), "after": _value(line.field, line.after, homes, villages, shown, change.path),
        }
        for line in lines if not (line.what == "household" and line.row in outside)
    ]


def _subject(line: Line, row: Any, shown: Showing) -> str:
    if isinstance(row, Household):
        return _("户 %(number)s") % {"number": row.number}
    if isinstance(row, Member):
        return shown.name(row.name, row.household.path)
    return _("供水 %(scheme)s") % {"scheme": row.scheme.name} if row is not None else ""


def _value(field: str, value: Any, homes: dict[int, Household], villages: dict[int, Division], shown: Showing, path: str) -> str:
    if value is None or not field:
        return "–"
    if field in {"household_id", "merged_into_id"}:
        return homes[value].number if value in homes else str(value)
    if field == "division_id":
        return villages[value].name if value in villages else str(value)
    return shown.name(value, path) if field == "head_name" else str(value)


def told_of(change: Change, area: Area) -> dict[str, Any]:
    """What was asked for beside the preview: the person with a masked number."""
    return {"identity": masking.identity(change.identity.open()) if change.identity else "", "note": change.note.open() if change.note else "",
            "decided_note": change.decided_note.open() if change.decided_note else ""}
