"""The figures of found and fixed. Closed and fixed are counted apart; every rate says what is divided by what.

Found: problems that somebody says are real (no clue, not dismissed; what was merged counts as the one it went on in).
Closed: signed off, whatever the outcome. Fixed: signed off with the outcome «fixed». What is counted (problems, schemes,
people) is the category's own, as its pack says.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from wenqu.ledger import lifecycle
from wenqu.ledger.kinds import BASE, categories, kinds_of
from wenqu.ledger.past.counting import Asked, Counted, count_stood
from wenqu.ledger.past.units import Sums, count_people, count_schemes
from wenqu.places.models import Division
from wenqu.places.queries import children
from wenqu.places.scope import Area
from wenqu.rulebook.duties import duty_pack

ENOUGH = 0.9
# (child place, kind) -> its problems.
Tally = dict[tuple[str, str], Sums]


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
    counted = count_stood(asked)
    tally = _tally(counted)
    pack, names = duty_pack(BASE), categories()
    of_category, places = {}, {}
    for name, each in pack.categories.items():
        of_category[name], places[name] = _in_unit(each.counts, kinds_of(name), asked, area, tally, by_place=name == category)
    by_category = [Line(name, names[name], each.counts, of_category[name]) for name, each in pack.categories.items()]
    whole, by_child = _problems(tally, None)
    unit = pack.categories[category].counts if category else "problems"
    shown = places[category] if category else by_child
    by_place = [Line(str(child.pk), child.name, unit, shown.get(child.path, Sums())) for child in children(division)]
    if division.path in shown:
        by_place.append(Line(str(division.pk), f"{division.name}本级", unit, shown[division.path]))
    total = of_category[category] if category else whole
    return FoundFixed(
        by_category, by_place, Line("", "", unit, total), unit, sum(each.number for each in counted if each.clue),
        _state(counted, lifecycle.DISMISSED), _state(counted, lifecycle.MERGED),
    )


def _in_unit(unit: str, kinds: list[str], asked: Asked, area: Area, tally: Tally, *, by_place: bool) -> tuple[Sums, dict[str, Sums]]:
    if not any(kind in kinds for _child, kind in tally):
        return Sums(), {}
    if unit == "schemes":
        return count_schemes(asked, kinds)
    if unit == "people":
        return count_people(asked, kinds, area, by_place=by_place)
    return _problems(tally, kinds)


def _tally(counted: list[Counted]) -> Tally:
    """The real ones, in problems, by child place and kind: a tenth of the rows, read once for all categories."""
    numbers: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for each in counted:
        if each.real:
            sums = numbers[each.child, each.kind]
            sums[0] += each.number
            sums[1] += each.number * each.signed
            sums[2] += each.number * each.fixed
    return {key: Sums(*sums) for key, sums in numbers.items()}


def _problems(tally: Tally, kinds: list[str] | None) -> tuple[Sums, dict[str, Sums]]:
    whole, by_child = Sums(), {}  # type: ignore[var-annotated]
    for (child, kind), sums in tally.items():
        if kinds is None or kind in kinds:
            whole = whole.plus(sums)
            by_child[child] = by_child.get(child, Sums()).plus(sums)
    return whole, by_child


def _state(counted: list[Counted], state: str) -> int:
    return sum(each.number for each in counted if each.state == state)
