"""What limits depend on, as the bits of one integer a sample, and the limits under each as rows.

A *regime* is edition, class, the conditions of exceptions, place and disinfectant. An item looks only at the bits of its
``mask``, so that a few hundred rows hold all limits of all editions. The rows come from the functions that the
row-by-row engine asks (``limits``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from wenqu.rulebook.model import Amount, Number, Pack
from wenqu.rulebook.quality.judging.due import keys_of
from wenqu.rulebook.quality.judging.editions import water_of
from wenqu.rulebook.quality.judging.limits import Conditions, bounds_of, residual_bounds
from wenqu.rulebook.quality.judging.model import NO_DISINFECTANT, Bounds
from wenqu.rulebook.water import WaterItem, WaterLimits

# Field of a regime -> (lowest bit, number of bits). Zero is "not known", for the edition "none".
FIELDS = {"edition": (0, 4), "relaxed": (4, 2), "limited": (6, 2), "groundwater": (8, 2), "raw": (10, 4), "place": (14, 2), "disinfectant": (16, 6)}
ITEM_BIT = 22
ANSWERS = (None, False, True)
PLACE_NAMES = (None, "outlet", "tap", "source")
SOURCE_PLACE = PLACE_NAMES.index("source")
ABSENT, PLAIN, GUIDE, ANY, OTHER, UNKNOWN = range(6)
MOST_KEYS = 62


@dataclass(frozen=True, slots=True)
class Layout:
    """The editions with the numbers that columns know their items, disinfectants and raw water by."""

    packs: tuple[Pack, ...]
    keys: tuple[str, ...]
    disinfectants: tuple[str | None, ...]
    raw: tuple[Decimal, ...]

    @property
    def waters(self) -> tuple[WaterLimits, ...]:
        """The limits of each edition."""
        return tuple(water_of(pack) for pack in self.packs)

    def raw_level(self, level: int) -> Amount | None:
        """A value of raw water that stands for a level: 0 is not known, 1 none of the thresholds passed, and so on."""
        return None if level == 0 else self.raw[level - 1] if level <= len(self.raw) else self.raw[-1] + 1 if self.raw else Decimal(0)


@dataclass(frozen=True, slots=True)
class LimitRow:
    """The limits of an item under what matters of a regime. ``need`` is the number of residuals of which any is enough."""

    code: int
    kind: int
    bit: int
    bounds: Bounds
    need: int = 0


def layout_of(packs: Sequence[Pack]) -> Layout:
    """The layout of some editions; ``ValueError`` where they are more than columns have room for."""
    waters = [water_of(pack) for pack in packs]
    keys = tuple(dict.fromkeys(key for water in waters for key in keys_of(water)))
    agents = tuple(dict.fromkeys(key for water in waters for key in water.disinfectants))
    raw = sorted({Decimal(one.raw_over.value) for water in waters for item in water.items.values() for one in item.exceptions if one.raw_over})
    room = {"edition": len(packs), "disinfectant": len(agents) + 1, "raw": len(raw) + 1}
    if any(used >= 1 << FIELDS[name][1] for name, used in room.items()) or len(keys) >= 1 << 31 - ITEM_BIT or any(len(keys_of(w)) > MOST_KEYS for w in waters):
        raise ValueError("too many editions, items or disinfectants for one judging in columns")
    return Layout(tuple(packs), keys, (None, NO_DISINFECTANT, *agents), tuple(raw))


def field(name: str, value: int) -> int:
    """A value at the bits of its field."""
    return value << FIELDS[name][0]


def mask_of(*names: str) -> int:
    """The bits of some fields."""
    return sum((1 << FIELDS[name][1]) - 1 << FIELDS[name][0] for name in names)


def item_mask(key: str, water: WaterLimits) -> int:
    """What an item or residual of an edition looks at."""
    return mask_of("edition", *_asked(water.items[key], water)) if key in water.items else mask_of("edition", "place", "disinfectant")


def _asked(item: WaterItem, water: WaterLimits) -> tuple[str, ...]:
    asked: dict[str, None] = {}
    if item.small or item.small_low or item.small_high:
        asked |= dict.fromkeys(("relaxed", "limited") if water.small_needs.value == "limited" else ("relaxed",))
    for one in item.exceptions:
        asked |= dict.fromkeys((*one.when, *(("raw",) if one.raw_over else ())))
    return tuple(asked)


def limit_rows(layout: Layout) -> Iterator[LimitRow]:
    """The limits of every item and residual of every edition under all that matters to it."""
    for edition, water in enumerate(layout.waters, start=1):
        for bit, key in enumerate(keys_of(water)):
            base = layout.keys.index(key) << ITEM_BIT | field("edition", edition)
            if key in water.items:
                yield from _item_rows(layout, water, water.items[key], base, bit)
            else:
                yield from _residual_rows(layout, water, key, base, bit)


def _item_rows(layout: Layout, water: WaterLimits, item: WaterItem, base: int, bit: int) -> Iterator[LimitRow]:
    names = _asked(item, water)
    kind = {"absent": ABSENT, "guide": GUIDE}.get(item.kind, PLAIN)
    for values in product(*(range(len(layout.raw) + 2) if name == "raw" else range(len(ANSWERS)) for name in names)):
        given = dict(zip(names, values, strict=True))
        relaxed, limited, groundwater = (ANSWERS[given.get(name, 0)] for name in ("relaxed", "limited", "groundwater"))
        conditions = Conditions(relaxed, limited, groundwater, layout.raw_level(given.get("raw", 0)))
        code = base | sum(field(name, value) for name, value in given.items())
        yield LimitRow(code, kind, bit, bounds_of(item, water, conditions))


def _residual_rows(layout: Layout, water: WaterLimits, key: str, base: int, bit: int) -> Iterator[LimitRow]:
    for number, name in enumerate(layout.disinfectants):
        agent = water.disinfectants.get(name or "")
        if agent is None:
            kind = OTHER if name == NO_DISINFECTANT else UNKNOWN
        else:
            kind = OTHER if key not in agent.residuals else ANY if agent.need == "any" else PLAIN
        for place, where in enumerate(PLACE_NAMES[:SOURCE_PLACE]):
            code = base | field("disinfectant", number) | field("place", place)
            yield LimitRow(code, kind, bit, residual_bounds(water.residuals[key], where), len(agent.residuals) if agent and kind == ANY else 0)


def literal(number: Number | None, otherwise: str) -> str:
    """A limit as SQL; what is not asked for is beyond every value."""
    return f"{otherwise}" if number is None or isinstance(number.value, str) else format(Decimal(number.value), "f")
