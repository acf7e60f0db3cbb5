"""Points that a plan asks for and the register can name: each scheme's outlet and taps, as many as its kind says."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from wenqu.places.scope import below
from wenqu.quality.models import Point, PointUse
from wenqu.rulebook.quality.plans import PlanPack, PointKind, expected
from wenqu.rulebook.quality.plans.model import OF_SCHEME
from wenqu.schemes.models import Scheme


@dataclass(frozen=True, slots=True)
class Proposal:
    """A point that a scheme lacks in a plan. ``point`` stands there already, for another plan, and would be used."""

    scheme: Scheme
    kind: PointKind
    ordinal: int
    point: Point | None

    @property
    def key(self) -> str:
        """Its name in a form."""
        return f"{self.kind.id}.{self.scheme.pk}.{self.ordinal}"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many points of a kind there are, how many the plan counts, and how many the register could name."""

    kind: PointKind
    kept: int
    expected: int | None
    proposed: int


def proposals(pack: PlanPack, county: str) -> list[Proposal]:
    """What is lacking in a county, by kind and place. Four queries."""
    kinds = [kind for kind in pack.kinds.values() if kind.shape in OF_SCHEME and kind.classes is not None]
    classes = {name for kind in kinds if kind.classes for name in kind.classes.words}
    schemes = list(Scheme.objects.filter(below(county), scheme_class__in=classes).order_by("path", "pk"))
    uses = PointUse.objects.filter(below(county, "point__path"), pack_id=pack.id, point__to_on=None).values_list("point_id", "kind", "point__scheme")
    here = Counter((kind, scheme) for _point, kind, scheme in uses)
    taken = {point for point, _kind, _scheme in uses}
    free: dict[tuple[str, int | None], list[Point]] = defaultdict(list)
    for point in Point.objects.filter(below(county), to_on=None, shape__in={kind.shape for kind in kinds}).order_by("pk"):
        if point.pk not in taken:
            free[point.shape, point.scheme_id].append(point)
    found = []
    for kind in kinds:
        for scheme in schemes:
            if kind.classes is None or scheme.scheme_class not in kind.classes.words:
                continue
            spare = free[kind.shape, scheme.pk]
            wanted = kind.each.number if kind.each else 1
            found += [Proposal(scheme, kind, ordinal, spare.pop(0) if spare else None) for ordinal in range(here[kind.id, scheme.pk] + 1, wanted + 1)]
    return found


def coverage(pack: PlanPack, kept: dict[str, int], lacking: list[Proposal]) -> list[Coverage]:
    """The kinds of a plan with what there is of each."""
    proposed = Counter(one.kind.id for one in lacking)
    return [Coverage(kind, kept.get(kind.id, 0), expected(kind), proposed[kind.id]) for kind in pack.kinds.values()]
