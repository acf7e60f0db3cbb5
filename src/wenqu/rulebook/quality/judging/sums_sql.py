"""Sums of ratios in columns, exact: values become whole numbers of 10⁻⁹, each weighted so that all limits are one."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

from wenqu.rulebook.quality.judging import regimes
from wenqu.rulebook.quality.judging.reasons import BY_CODE
from wenqu.rulebook.quality.judging.regimes import Layout
from wenqu.rulebook.quality.judging.sums import limit_of
from wenqu.rulebook.vectorised import quoted
from wenqu.rulebook.water import WaterItem, WaterLimits

SCALE = 10**9
# A part beyond this is over by itself; it keeps whole numbers small.
MOST = 10**6


def sum_names(layout: Layout) -> tuple[str, ...]:
    """The sums of any edition."""
    return tuple(dict.fromkeys(item.key for water in layout.waters for item in water.items.values() if item.kind == "sum-ratio"))


def sum_items(layout: Layout, name: str) -> tuple[str, ...]:
    """A sum and its parts in any edition."""
    return name, *dict.fromkeys(part for water in layout.waters if name in water.items for part in water.items[name].parts)


def _weights(item: WaterItem, water: WaterLimits) -> tuple[dict[str, int], Fraction]:
    """Whole weights of the parts, and the weighted sum at which the limit is reached."""
    limits = {part: Fraction(str(limit_of(water.items[part]).value)) for part in item.parts}
    whole = lcm(*(limit.numerator for limit in limits.values()))
    weights = {part: whole / limit for part, limit in limits.items()}
    scale = lcm(*(weight.denominator for weight in weights.values()))
    return {part: int(weight * scale) for part, weight in weights.items()}, whole * scale * Fraction(str(limit_of(item).value))


def sum_branch(layout: Layout, related: str, name: str, key: str, keep: Sequence[str]) -> str:
    """A SELECT of a sum out of a relation with the results of its items, with the columns of a judged result."""
    waters = {number: water for number, water in enumerate(layout.waters, start=1) if name in water.items and water.items[name].parts}
    edition = f"regime & {regimes.mask_of('edition')}"
    place, source = regimes.mask_of("place"), regimes.field("place", regimes.SOURCE_PLACE)
    base = {one: layout.keys.index(one) << regimes.ITEM_BIT for one in layout.keys}
    weighted, shapes, wanted = [], [], []
    for number, water in waters.items():
        weights, most = _weights(water.items[name], water)
        whens = " ".join(f"WHEN {base[part]} THEN {weight}" for part, weight in weights.items())
        weighted.append(f"WHEN {number} THEN CASE base {whens} END")
        wanted.append(f"({edition} = {number} AND base IN ({', '.join(str(base[one]) for one in (*weights, name))}))")
        bit = (*water.items, *water.residuals).index(name)
        limit = limit_of(water.items[name]).value
        shapes.append(f"({number}, {len(weights)}, {int(most * SCALE)}::HUGEINT, {bit}, {limit})")
    exact = f"CAST(round(LEAST(value, {MOST}) * {SCALE}) AS HUGEINT) * CAST(weight AS HUGEINT)"
    rows = (f"SELECT {key}, {edition} AS edition, told, value, base, CASE {edition} {' '.join(weighted)} END AS weight FROM {related} "
            f"WHERE told <> 0 AND regime & {place} <> {source} AND ({' OR '.join(wanted)})")
    grouped = (f"SELECT {key}, any_value(edition) AS edition, count(weight) AS parts_told, count(weight) FILTER (told IN (1, 2)) AS bounded, "
               f"COALESCE(bool_or(told = 3 AND weight IS NOT NULL), false) AS beyond, bool_or(weight IS NULL) AS own, "
               f"COALESCE(sum(CASE WHEN told IN (1, 3) AND weight IS NOT NULL THEN {exact} END), 0) AS lowest, "
               f"COALESCE(sum(CASE WHEN told IN (1, 2) AND weight IS NOT NULL THEN {exact} END), 0) AS highest FROM ({rows}) GROUP BY {key}")
    n = {code: reason.number for code, reason in BY_CODE.items()}
    reason = (f"CASE WHEN lowest > limit_sum OR (beyond AND lowest >= limit_sum) THEN {n['sum_over']} "
              f"WHEN bounded = parts AND highest <= limit_sum THEN {n['sum_within']} ELSE {n['sum_open']} END")
    shaped = (f"SELECT {key}, own OR parts_told < parts AS own, bit, most, {reason} AS reason FROM ({grouped}) JOIN (VALUES {', '.join(shapes)}) AS shapes(edition, parts, limit_sum, bit, most) "
              "USING (edition) WHERE parts_told > 0")
    kept = "".join(f", NULL AS {quoted(one)}" for one in keep)
    return (f"SELECT {key}, '{name}' AS item, CAST(reason AS UTINYINT) AS reason, CAST(bit AS TINYINT) AS bit{kept}, CAST(most AS DOUBLE) AS high, NULL::DOUBLE AS lenient_low, "
            f"CAST(most AS DOUBLE) AS lenient_high FROM ({shaped}) WHERE NOT own OR reason = {n['sum_over']}")
