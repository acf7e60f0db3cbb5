"""Households: the list of a division, one, its members, its facts."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router

from wenqu.api.common import area_of_request, division_asked, place
from wenqu.api.fields import USUAL, Id, IndicatorGrade, KindOfHousehold, PlaceCursor, Size
from wenqu.api.operation import operation
from wenqu.api.schema import households as told
from wenqu.api.words import fact_words
from wenqu.facts import panels
from wenqu.households.models import Household
from wenqu.households.queries import household_in
from wenqu.households.showing import showing
from wenqu.judging.models import Grade, GradeCode, OverallCode
from wenqu.kit.looks import note_look
from wenqu.places.models import Division
from wenqu.places.queries import names_of
from wenqu.places.rights import Right
from wenqu.places.scope import Area
from wenqu.reports.household_list import Cursor, Filters, page_of
from wenqu.rulebook.model import INDICATORS

router = Router(tags=["households"])


@operation(router, "GET", "/households", Right.HOUSEHOLDS, gives=told.HouseholdPage, also=(404,))
def list_households(
    request: HttpRequest, division: Id | None = None, overall: Literal["safe", "basic", "unsafe", "unknown"] | None = None,
    indicator: IndicatorGrade | None = None, kind: KindOfHousehold | None = None, after: PlaceCursor | None = None, limit: Size = USUAL,
) -> dict[str, Any]:
    """List households 农户

    The households of a division (of the token's duty where none is named), in the order of the tree, with their latest
    grades. Pages are stable: households that are added or moved meanwhile shift nothing.
    """
    top = division_asked(request, division)
    name, _colon, grade = (indicator or "").partition(":")
    filters = Filters(overall=overall or "", indicator=name, grade=grade, kind=kind or "")
    page = page_of(top.path, filters, Cursor.read(after or ""), limit)
    note_look(request, "list_households", path=top.path, page=after, rows=len(page.rows), overall=overall, indicator=indicator)
    names = names_of({row.path for row in page.rows})
    divisions = Division.objects.in_bulk({row.division_id for row in page.rows})
    area = area_of_request(request)
    items = [_household(row, divisions[row.division_id], names, area) for row in page.rows]
    return {"items": items, "next": str(page.next) if page.next else None}


@operation(router, "GET", "/households/{household}", Right.HOUSEHOLDS, gives=told.Household, also=(404,))
def get_household(request: HttpRequest, household: Id) -> dict[str, Any]:
    """Get one household

    Every look is written down in the audit log.
    """
    area = area_of_request(request)
    found = household_in(area, household)
    note_look(request, "view_household", subject=f"household:{found.pk}", path=found.path)
    return _household(found, found.division, names_of({found.path}), area)


@operation(router, "GET", "/households/{household}/members", Right.HOUSEHOLDS, gives=told.Members, also=(404,))
def list_members(request: HttpRequest, household: Id) -> dict[str, Any]:
    """List the members of a household 家庭成员

    Numbers are masked for everybody. Every look is written down in the audit log.
    """
    area = area_of_request(request)
    found = household_in(area, household)
    note_look(request, "view_members", subject=f"household:{found.pk}", path=found.path)
    shown = showing(area)
    return {"items": [
        {
            "id": member.pk, "number": member.number, "name": shown.name(member.name, found.path),
            "id_number": shown.identity(member.id_number), "relation": member.relation,
        }
        for member in found.members.order_by("id")
    ]}


@operation(router, "GET", "/households/{household}/facts", Right.HOUSEHOLDS, gives=told.Facts, also=(404,))
def list_household_facts(request: HttpRequest, household: Id) -> dict[str, Any]:
    """List what is known of a household today 现状

    Each key once: the household's own value, else that of the scheme that serves it, else that of its divisions from
    below. A scheme's fact is stored once and holds for every household that it serves.
    """
    found = household_in(area_of_request(request), household)
    note_look(request, "view_facts", subject=f"household:{found.pk}", path=found.path)
    return {"items": [fact_words(row) for row in panels.current_of_household(found, request)["rows"]]}


@operation(router, "GET", "/households/{household}/facts/history", Right.HOUSEHOLDS, gives=told.FactHistory, also=(404,))
def list_household_history(request: HttpRequest, household: Id) -> dict[str, Any]:
    """List all values ever recorded of a household 历史记录

    The newest first, withdrawn ones left out.
    """
    found = household_in(area_of_request(request), household)
    note_look(request, "view_facts", subject=f"household:{found.pk}", path=found.path)
    history = panels.history_of_household(found, request) or {"rows": []}
    return {"items": [fact_words(row) for row in history["rows"]], "most": panels.MOST_HISTORY}


def _household(row: Household, division: Division, names: dict[str, str], area: Area) -> dict[str, Any]:
    shown = showing(area)
    return {
        "id": row.pk, "number": row.number, "head_name": shown.name(row.head_name, row.path), "phone": shown.phone(row.phone, row.path),
        "division": place(division), "place": names.get(row.path, ""), "group_name": row.group_name, "kind": row.kind,
        "watch_kind": row.watch_kind, "people": row.people, "grades": _grades(getattr(row, "grade", None)),
    }


def _grades(grade: Grade | None) -> dict[str, Any] | None:
    if grade is None:
        return None
    each = {name: GradeCode(getattr(grade, name)).name.lower() for name in INDICATORS}
    return {"overall": OverallCode(grade.overall).name.lower(), "run": grade.run_id, **each}
