"""What a trip takes along: a bottle a point, and the blanks, parallels and spikes that quality control asks for beside them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from wenqu.rulebook.quality.control import Control
from wenqu.rulebook.quality.plans import Window


@dataclass(frozen=True, slots=True)
class Wish:
    """A task that a trip answers: at a point, with items, by its key in an edition. What is taken outside its window does not answer it.
    `seen`: how many samples waited to answer it already where it was picked, None where nobody looked."""

    point: int
    edition: int
    key: str
    items: tuple[str, ...]
    window: Window
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Bottle:
    """What is taken at a point: all items that its tasks ask for; named by the first of them."""

    point: int
    edition: int
    key: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Extras:
    """How many of each are taken beside the samples of a trip."""

    field_blanks: int
    transport_blanks: int
    parallels: int
    spikes: int


def bottles(wishes: Iterable[Wish]) -> list[Bottle]:
    """One a point, in the order of the wishes: what one bottle answers is not drawn twice."""
    found: dict[int, Bottle] = {}
    for wish in wishes:
        one = found.get(wish.point)
        items = tuple(dict.fromkeys((*(one.items if one else ()), *wish.items)))
        found[wish.point] = Bottle(wish.point, one.edition if one else wish.edition, one.key if one else wish.key, items)
    return list(found.values())


def asked_extras(samples: int, control: Control) -> Extras:
    """Blanks a batch and the share of parallels as the limits say; one spike, for plans ask for spikes and say no number."""
    if samples <= 0:
        return Extras(0, 0, 0, 0)
    parallels = ceil(samples * Fraction(str(control.share.value)) / 100)
    return Extras(ceil(Fraction(str(control.field_blanks.value))), ceil(Fraction(str(control.transport_blanks.value))), parallels, 1)


def spread(samples: int, number: int) -> Sequence[int]:
    """The places of so many parallels among the samples of a trip, evenly from the first on; each has one at most."""
    number = min(number, samples)
    return [at * samples // number for at in range(number)]
