"""The figures of found and fixed. Closed and fixed are counted apart; every rate says what is divided by what.

Found: problems that somebody says are real (no clue, not dismissed; what was merged counts as the one it went on in).
Closed: signed off, whatever the outcome. Fixed: signed off with the outcome «fixed». What is counted (problems, schemes,
people) is the category's own, as its pack says.
"""

from __future__ import annotations

from dataclasses import dataclass

from wenqu.ledger.kinds import BASE, categories, kinds_of
from wenqu.ledger.past.counting import Asked
from wenqu.ledger.past.units import Found, Sums, count_people, count_problems, count_schemes
from wenqu.places.models import Division
from wenqu.places.queries import children
from wenqu.places.scope import Area
from wenqu.rulebook.duties import duty_pack

ENOUGH = 0.9


@dataclass(frozen=True)
class Line:
    """A row of a table: found, closed and fixed, in one unit. `key` is a category or the key of a division."""

    key: str
    label: str
    unit: str
    sums: Sums

    @property
    def rate(self) -> float | None:
        return self.sums.fixed / self.sums.found if self.sums.found else None

    @property
    def low(self) -> bool:
        return self.rate is not None and self.rate < ENOUGH


@dataclass(frozen=True)
class FoundFixed:
    """Both tables. `own` is what belongs to the division itself and to none of its children."""

    by_category: list[Line]
    by_place: list[Line]
    total: Line
    place_unit: str
    clues: int
    dismissed: int
    merged: int

    @property
    def low(self) -> list[Line]:
        return [line for line in self.by_place if line.low]


def found_fixed(division: Division, area: Area, asked: Asked, category: str = "") -> FoundFixed:
    """The figures below a division as of an instant; the table of places in problems, or in the unit of one category."""
    counted = count_problems(asked)
    pack, names = duty_pack(BASE), categories()
    of_category, places = {}, {}
    for name, each in pack.categories.items():
        of_category[name], places[name] = _in_unit(each.counts, kinds_of(name), asked, area, counted, by_place=name == category)
    by_category = [Line(name, names[name], each.counts, of_category[name]) for name, each in pack.categories.items()]
    whole, by_child = _problems(counted, None)
    unit = pack.categories[category].counts if category else "problems"
    shown = places[category] if category else by_child
    by_place = [Line(str(child.pk), child.name, unit, shown.get(child.path, Sums())) for child in children(division)]
    if division.path in shown:
        by_place.append(Line(str(division.pk), f"{division.name}本级", unit, shown[division.path]))
    total = of_category[category] if category else whole
    return FoundFixed(
        by_category, by_place, Line("", "", unit, total), unit, sum(each.clues for each in counted),
        sum(each.dismissed for each in counted), sum(each.merged for each in counted),
    )


def _in_unit(unit: str, kinds: list[str], asked: Asked, area: Area, counted: list[Found], *, by_place: bool) -> tuple[Sums, dict[str, Sums]]:
    if not any(each.kind in kinds for each in counted):
        return Sums(), {}
    if unit == "schemes":
        return count_schemes(asked, kinds)
    if unit == "people":
        return count_people(asked, kinds, area, by_place=by_place)
    return _problems(counted, kinds)


def _problems(counted: list[Found], kinds: list[str] | None) -> tuple[Sums, dict[str, Sums]]:
    whole, by_child = Sums(), {}  # type: ignore[var-annotated]
    for each in counted:
        if kinds is None or each.kind in kinds:
            whole = whole.plus(each.sums)
            by_child[each.child] = by_child.get(each.child, Sums()).plus(each.sums)
    return whole, by_child
