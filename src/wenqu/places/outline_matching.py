"""Which division each shape of an outline file belongs to: by its code in a named system, else by its name."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from wenqu.places.geojson import Shape
from wenqu.places.models import Division, DivisionCode
from wenqu.places.scope import below

CODE_DIGITS = 12


@dataclass(frozen=True)
class Matched:
    """A shape with its division, and how it was found."""

    shape: Shape
    division: Division
    how: str


@dataclass(frozen=True)
class Unmatched:
    shape: Shape
    reason: str


def match_shapes(shapes: list[Shape], parent: Division, system: str) -> tuple[list[Matched], list[Unmatched]]:
    """Match shapes to the divisions at or below `parent`. Two queries, however many shapes there are."""
    by_code: dict[str, Division] = {}
    codes = DivisionCode.objects.filter(below(parent.path, "division__path"), system=system).select_related("division")
    for row in codes.order_by("edition"):
        by_code[row.code] = row.division
    by_name: dict[str, list[Division]] = {}
    for division in Division.objects.filter(below(parent.path)):
        by_name.setdefault(division.name, []).append(division)
    matched: list[Matched] = []
    unmatched: list[Unmatched] = []
    taken: set[int] = set()
    for shape in shapes:
        found = _match(shape, by_code, by_name)
        if isinstance(found, Matched) and found.division.pk in taken:
            found = Unmatched(shape, _("与前面的要素重复，指向同一区划"))
        if isinstance(found, Matched):
            taken.add(found.division.pk)
            matched.append(found)
        else:
            unmatched.append(found)
    return matched, unmatched


def _match(shape: Shape, by_code: dict[str, Division], by_name: dict[str, list[Division]]) -> Matched | Unmatched:
    code = shape.code.ljust(CODE_DIGITS, "0") if shape.code.isdecimal() else ""
    if code in by_code:
        return Matched(shape, by_code[code], _("代码"))
    same = by_name.get(shape.name, [])
    if len(same) == 1:
        return Matched(shape, same[0], _("名称"))
    if same:
        return Unmatched(shape, _("有 %(n)s 个同名区划，请在文件中写明代码") % {"n": len(same)})
    return Unmatched(shape, _("代码和名称都没有对应的区划"))
