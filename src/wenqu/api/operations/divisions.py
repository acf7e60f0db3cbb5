"""Divisions: the tree with its codes."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from wenqu.api.common import area_of_request, division_asked
from wenqu.api.fields import USUAL, Id, LevelNumber, PathCursor, Size
from wenqu.api.operation import operation
from wenqu.api.schema import places as told
from wenqu.places import paths
from wenqu.places.models import Division
from wenqu.places.queries import children, division_in
from wenqu.places.scope import Area, below

router = Router(tags=["divisions"])


@operation(router, "GET", "/divisions", gives=told.DivisionPage, also=(404,))
def list_divisions(
    request: HttpRequest, division: Id | None = None, level: LevelNumber | None = None, after: PathCursor | None = None, limit: Size = USUAL,
) -> dict[str, Any]:
    """List divisions 行政区划

    The division of the token's duty and everything below it, in the order of the tree: each after the one that holds it.
    `division` begins at another division of the area, `level` gives only one level (1 province … 5 village).
    """
    top = division_asked(request, division)
    found = Division.objects.filter(below(top.path)).prefetch_related("codes").order_by("path")
    if level is not None:
        found = found.filter(level=level)
    if after is not None:
        found = found.filter(path__gt=after)
    rows = list(found[: limit + 1])
    area = area_of_request(request)
    return {"items": [_division(row, area) for row in rows[:limit]], "next": rows[limit - 1].path if len(rows) > limit else None}


@operation(router, "GET", "/divisions/{division}", gives=told.DivisionWithChildren, also=(404,))
def get_division(request: HttpRequest, division: Id) -> dict[str, Any]:
    """Get one division with its children

    The children are those directly below it.
    """
    area = area_of_request(request)
    found = division_in(area, division)
    rows = children(found).prefetch_related("codes")
    return {**_division(found, area), "children": [_division(row, area) for row in rows]}


def _division(row: Division, area: Area) -> dict[str, Any]:
    codes = sorted((each.system, each.edition, each.code) for each in row.codes.all())
    return {
        "id": row.pk, "name": row.name, "level": row.level,
        # What lies above the duty's own division is none of the token's business.
        "parent": row.parent_id if area.covers(row.path[: -paths.STEP]) else None,
        "codes": [{"system": system, "edition": edition, "code": code} for system, edition, code in codes],
    }
