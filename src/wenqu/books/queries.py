"""What the pages of comparisons read."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from wenqu.books.models import BookMapping, Comparison, Issue, Opinion, Return, RowClass, Ruling, Verdict
from wenqu.books.permissions import check_can_compare
from wenqu.books.storing import Filter, Keep, Shown, numbers_of, rows_after, stretch
from wenqu.books.table.ledgers import LEDGERS
from wenqu.kit.addresses import number_in
from wenqu.kit.refusal import why_not
from wenqu.places.models import Division, Level
from wenqu.places.scope import Area, within

SHOWN_COMPARISONS = 50
SHOWN_ROWS = 30
OPEN_CLASSES = tuple(kind for kind in RowClass if kind != RowClass.MATCHED)


def rows_of(args: dict[str, Any]) -> dict[str, Any]:
    """The arguments of a job as the action takes them: the row itself instead of its number."""
    if "comparison" in args:
        return {**args, "comparison": Comparison.objects.select_related("division", "job").get(pk=args["comparison"])}
    if "issue" in args:
        return {"issue": Issue.objects.select_related("comparison__division", "by").get(pk=args["issue"])}
    return {"returned": Return.objects.select_related("comparison__division").get(pk=args["return"])}


def comparisons(area: Area, before: int | None = None) -> QuerySet[Comparison]:
    """Comparisons of an area, the newest first."""
    found = within(Comparison.objects.select_related("division", "by", "job").defer("look", "parts"), area)
    return (found.filter(pk__lt=before) if before else found).order_by("-pk")


def divisions(area: Area) -> list[Division]:
    """The counties and towns for which somebody with this area may compare."""
    every = within(Division.objects.filter(level__in=[Level.COUNTY, Level.TOWN]), area).order_by("path")
    return [division for division in every if why_not(check_can_compare, division, area) is None]


def mappings(area: Area) -> QuerySet[BookMapping]:
    return within(BookMapping.objects.select_related("division"), area).order_by("kind", "name")


def tiles(comparison: Comparison) -> list[dict[str, Any]]:
    """The classes with their rows, and how many of them are ruled and closed."""
    rows = comparison.counts.get("rows", {})
    ranges = {kind.value: Q(n__range=stretch(comparison, Filter(kind))) for kind in OPEN_CLASSES}
    numbers = comparison.rulings.aggregate(
        **{f"{kind}_ruled": Count("pk", filter=inside) for kind, inside in ranges.items()},
        **{f"{kind}_closed": Count("pk", filter=inside & Q(closed_at__isnull=False)) for kind, inside in ranges.items()},
    )
    css = {RowClass.MATCHED: "good", RowClass.DIFFERS: "bad"}
    return [{"kind": kind.value, "label": kind.label, "count": rows.get(kind, 0), "ruled": numbers.get(f"{kind.value}_ruled", 0),
             "closed": numbers.get(f"{kind.value}_closed", 0), "css": css.get(kind, "fair"), "open": kind != RowClass.MATCHED} for kind in RowClass]


def verdict_counts(comparison: Comparison) -> list[dict[str, Any]]:
    """How the rulings are spread, and what the other side says of them."""
    found = comparison.rulings.order_by().values("verdict", "opinion").annotate(number=Count("pk"))
    spread = {(row["verdict"], row["opinion"]): row["number"] for row in found}
    return [{"label": verdict.label, "count": sum(number for (each, _o), number in spread.items() if each == verdict),
             "agreed": spread.get((verdict, Opinion.AGREE), 0), "disagreed": spread.get((verdict, Opinion.DISAGREE), 0)} for verdict in Verdict]


def towns(comparison: Comparison) -> list[dict[str, Any]]:
    """By town: the classes as a list of numbers, in their order."""
    return [{"town": row["town"], "name": row["town"] or _("未写乡镇"), "numbers": [(kind, row[kind]) for kind in RowClass.values]}
            for row in comparison.counts.get("towns", [])]


def wanted_of(comparison: Comparison, given: Any) -> Filter:
    """The filter that a query names; anything unknown in it counts as not named."""
    kind = given.get("class", "")
    kind = kind if kind in RowClass.values else RowClass.DIFFERS.value
    known = {town for _kind, town, _first, _last in comparison.counts.get("ranges", [])}
    town = given.get("town")
    place = number_in(given.get("column", ""))
    known_place = kind == RowClass.DIFFERS and place is not None and place < len(comparison.columns)
    return Filter(kind, town if town in known and town != "-" else "" if town == "-" else None, place if known_place else None)


def page_of_rows(comparison: Comparison, wanted: Filter, ruled: str, after: int, area: Area) -> tuple[list[dict[str, Any]], int | None]:
    """One page of rows with their rulings, as this area is shown them, and where the next page begins."""
    found = rows_after(comparison, wanted, after, SHOWN_ROWS + 1, _keep(comparison, ruled))
    rows, more = found[:SHOWN_ROWS], len(found) > SHOWN_ROWS
    rulings = {ruling.n: ruling for ruling in comparison.rulings.filter(n__in=[row["n"] for row in rows]).select_related("by")}
    shown = Shown(comparison, area)
    return [_shown(comparison, row, rulings.get(row["n"]), shown) for row in rows], rows[-1]["n"] if more else None


# Which rulings a row must have, or (False) must not have, to be told by each word.
_TOLD = {
    "unruled": (Q(), False), "open": (Q(closed_at__isnull=False), False),
    "disagreed": (Q(opinion=Opinion.DISAGREE), True), "closed": (Q(closed_at__isnull=False), True),
}
RULED = ("", *_TOLD)


def _keep(comparison: Comparison, ruled: str) -> Keep:
    if ruled not in _TOLD:
        return lambda numbers: numbers
    condition, having = _TOLD[ruled]

    def keep(numbers: Sequence[int]) -> Sequence[int]:
        found = set(comparison.rulings.filter(condition, n__range=(numbers[0], numbers[-1])).values_list("n", flat=True))
        return [n for n in numbers if (n in found) is having]

    return keep


def _shown(comparison: Comparison, row: dict[str, Any], ruling: Ruling | None, shown: Shown) -> dict[str, Any]:
    ledger = LEDGERS[comparison.kind]
    matched = row["class"] == RowClass.MATCHED
    cells = []
    for place, name in enumerate(comparison.columns):
        # Of a matched row only the one normal form was kept.
        sides = {side: shown.cell(place, row[at][place]) if row[at] is not None else None for side, at in
                 (("ours", "o" if matched else "ow"), ("ours_normal", "o"), ("theirs", "o" if matched else "tw"), ("theirs_normal", "o" if matched else "t"))}
        cells.append({"title": ledger.column(name).zh, "differs": place in row["diff"], "masked": bool(shown.kinds[place]),
                      "alike": place in row["diff"] and sides["ours"] == sides["theirs"], **sides})
    cells.sort(key=lambda cell: not cell["differs"])
    return {"n": row["n"], "key": shown.key(row["key"]), "town": row["town"], "ours_at": row["o_at"], "theirs_at": row["t_at"], "cells": cells, "ruling": ruling,
            "version": ruling.version if ruling else 0, "both": row["o_at"] is not None and row["t_at"] is not None}


def unruled(comparison: Comparison, wanted: Filter) -> int:
    """How many rows of a class and town (and column) are not ruled yet."""
    first, last = stretch(comparison, wanted)
    within_it = comparison.rulings.filter(n__range=(first, last))
    if wanted.column is None:
        return max(0, last - first + 1) - within_it.count()
    ruled = set(within_it.values_list("n", flat=True))
    return sum(n not in ruled for n in numbers_of(comparison, wanted))


def columns_with_headers(comparison: Comparison) -> dict[str, Any]:
    """Our columns with the header that feeds each, and all headers of their book, for the mapping editor."""
    look = comparison.look
    bound = {each["name"]: each["header"] for each in look.get("placed", [])}
    if comparison.mapping:
        told = tomllib.loads(comparison.mapping).get("columns", {})
        bound |= {name: rule["from"] for name, rule in told.items() if "from" in rule}
    headers = list(dict.fromkeys([each["header"] for each in look.get("placed", [])] + look.get("unplaced", [])))
    columns = [{"name": column.name, "title": column.zh, "header": bound.get(column.name, "")} for column in LEDGERS[comparison.kind].columns]
    return {"columns": columns, "headers": headers}


def titles(comparison: Comparison, names: list[str]) -> list[str]:
    ledger = LEDGERS[comparison.kind]
    return [ledger.column(name).zh for name in names]
