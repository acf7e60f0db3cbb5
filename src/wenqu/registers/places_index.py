"""The divisions of a county as an import looks them up: by code within one system, or by the stem of the name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from wenqu.kit.chunks import chunks
from wenqu.places.models import Division, DivisionCode, Level
from wenqu.places.naming import folded, stem
from wenqu.places.scope import below


@dataclass(frozen=True)
class Place:
    """A division as the import needs it."""

    pk: int
    level: int
    name: str
    path: str
    parent: int | None


@dataclass
class PlacesIndex:
    """The county and all that lies below it, with the codes of one system."""

    county: Place
    system: str
    places: dict[int, Place]
    codes: dict[str, int]
    other_systems: dict[str, str]
    strangers: dict[str, str]
    by_stem: dict[tuple[int, str], list[Place]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for place in self.places.values():
            self.by_stem[(place.level, stem(place.name, place.level))].append(place)

    def named(self, level: int, name: str, parent: Place | None = None) -> list[Place]:
        """Places of a level by the stem of a name, below `parent` if given. One with exactly this name stands alone."""
        found = [p for p in self.by_stem.get((level, stem(name, level)), []) if parent is None or p.parent == parent.pk]
        exact = [p for p in found if folded(p.name) == folded(name)]
        return exact if len(exact) == 1 else found

    def title(self, place: Place) -> str:
        """甲镇甲一村: the place with the town above it."""
        above = self.places.get(place.parent or 0)
        return f"{above.name}{place.name}" if above is not None and above.level == Level.TOWN else place.name


def load_index(county: Division, system: str, codes: Iterable[str]) -> PlacesIndex:
    """Load the county's divisions, all their codes of `system`, and what the sheet's other `codes` are elsewhere."""
    places = {
        row[0]: Place(*row)
        for row in Division.objects.filter(below(county.path)).values_list("pk", "level", "name", "path", "parent_id")
    }
    mine: dict[str, int] = {}
    others: dict[str, str] = {}
    inside = DivisionCode.objects.filter(below(county.path, "division__path")).order_by("edition", "pk")
    for division, of_system, code in inside.values_list("division_id", "system", "code"):
        # The newest edition wins: a code given again to another place means the newer place.
        if of_system == system:
            mine[code] = division
        else:
            others[code] = of_system
    strangers: dict[str, str] = {}
    for chunk in chunks({code for code in codes if code not in mine}, 500):
        outside = DivisionCode.objects.filter(system=system, code__in=chunk).values_list("code", "division__name")
        strangers.update(outside)
    return PlacesIndex(places[county.pk], system, places, mine, others, strangers)
