"""Schemes: the list of a division, one with its responsibilities, whom it serves, its facts."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router

from wenqu.api.common import area_of_request, division_asked, number, place, text
from wenqu.api.fields import USUAL, Id, NumberCursor, PlaceCursor, Size
from wenqu.api.operation import operation
from wenqu.api.schema import households as facts_told
from wenqu.api.schema import schemes as told
from wenqu.api.words import fact_words
from wenqu.facts import panels
from wenqu.households.showing import clear, showing
from wenqu.kit.looks import note_look
from wenqu.places.models import Division
from wenqu.places.queries import names_of
from wenqu.places.rights import Right
from wenqu.reports.household_list import Cursor
from wenqu.schemes import queries
from wenqu.schemes.models import ResponsibilityKind, Scheme

router = Router(tags=["schemes"])


@operation(router, "GET", "/schemes", Right.SCHEMES, gives=told.SchemePage, also=(404,))
def list_schemes(
    request: HttpRequest, division: Id | None = None, scheme_class: Literal["urban_rural", "large", "thousand", "small", "decentralised"] | None = None,
    gaps: bool = False, after: PlaceCursor | None = None, limit: Size = USUAL,
) -> dict[str, Any]:
    """List schemes 供水工程

    The schemes registered in a division, in the order of the tree. `gaps=true` gives only those of which one of the three
    responsibilities 三个责任 has no named person.
    """
    top = division_asked(request, division)
    cursor = Cursor.read(after or "")
    rows, following = queries.scheme_rows(top.path, area_of_request(request), scheme_class or "", gaps, (cursor.path, cursor.pk) if cursor else None, limit)
    divisions = Division.objects.in_bulk({row.scheme.division_id for row in rows})
    items = [
        {
            **_scheme(row.scheme, divisions[row.scheme.division_id], row.place, row.named),
            "households": row.households, "people": row.people,
        }
        for row in rows
    ]
    return {"items": items, "next": str(Cursor(*following)) if following else None}


@operation(router, "GET", "/schemes/{scheme}", Right.SCHEMES, gives=told.SchemeInFull, also=(404,))
def get_scheme(request: HttpRequest, scheme: Id) -> dict[str, Any]:
    """Get one scheme with its responsibilities

    All three responsibilities are given, those without a person with empty names: a gap is shown, not left out.
    """
    found = queries.scheme_in(area_of_request(request), scheme)
    note_look(request, "view_scheme", subject=f"scheme:{found.pk}", path=found.path)
    answering = queries.responsibilities_of(found)
    people = [
        {
            "kind": kind.value, "label": str(each["label"]), "name": each["person"].name if each["person"] else "",
            "post": each["person"].post if each["person"] else "", "phone": clear(each["person"].phone) if each["person"] else "",
        }
        for kind, each in zip(ResponsibilityKind, answering, strict=True)
    ]
    households, residents = queries.served_counts([found.pk], area_of_request(request)).get(found.pk, (0, 0))
    named = {each["kind"] for each in people if each["name"]}
    plain = ("has_plant", "source_kind", "process", "disinfection", "built_year", "owner", "operator", "longitude", "latitude", "crs")
    return {
        **_scheme(found, found.division, names_of({found.path}).get(found.path, ""), named), "households": households, "people": residents,
        **{name: getattr(found, name) for name in plain}, "responsibilities": people,
        "design_m3_per_day": None if found.design_m3_per_day is None else str(found.design_m3_per_day),
    }


@operation(router, "GET", "/schemes/{scheme}/households", Right.HOUSEHOLDS, gives=told.ServedPage, also=(404,))
def list_served_households(request: HttpRequest, scheme: Id, after: NumberCursor | None = None, limit: Size = USUAL) -> dict[str, Any]:
    """List the households that a scheme serves now

    Only those of the area, though the scheme may serve others too.
    """
    area = area_of_request(request)
    found = queries.scheme_in(area, scheme)
    rows, following = queries.households_served(found, area, number(after) or 0, limit)
    note_look(request, "list_scheme_households", subject=f"scheme:{found.pk}", path=found.path, page=number(after), rows=len(rows))
    shown = showing(area)
    items = [
        {
            "household": row.household_id, "number": row.household.number, "head_name": shown.name(row.household.head_name, row.household.path),
            "division": place(row.household.division), "from_on": row.from_on,
        }
        for row in rows
    ]
    return {"items": items, "next": text(following)}


@operation(router, "GET", "/schemes/{scheme}/facts", Right.SCHEMES, gives=facts_told.Facts, also=(404,))
def list_scheme_facts(request: HttpRequest, scheme: Id) -> dict[str, Any]:
    """List what is known of a scheme today 现状

    Its own facts only; they hold for every household that it serves.
    """
    found = queries.scheme_in(area_of_request(request), scheme)
    return {"items": [fact_words(row) for row in panels.current_of_scheme(found, request)["rows"]]}


@operation(router, "GET", "/schemes/{scheme}/facts/history", Right.SCHEMES, gives=facts_told.FactHistory, also=(404,))
def list_scheme_history(request: HttpRequest, scheme: Id) -> dict[str, Any]:
    """List all values ever recorded of a scheme 历史记录

    The newest first, withdrawn ones left out.
    """
    found = queries.scheme_in(area_of_request(request), scheme)
    history = panels.history_of_scheme(found, request) or {"rows": []}
    return {"items": [fact_words(row) for row in history["rows"]], "most": panels.MOST_HISTORY}


def _scheme(row: Scheme, division: Division, where: str, named: set[str]) -> dict[str, Any]:
    return {
        "id": row.pk, "number": row.number, "name": row.name, "scheme_class": row.scheme_class, "division": place(division), "place": where,
        "gaps": [kind.value for kind in ResponsibilityKind if kind.value not in named],
    }
