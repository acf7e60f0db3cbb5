"""Random samples with their results, fond of the edges of every limit."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from rulebook.quality.judging.oracle import (
    AGENTS,
    CLASSES,
    EXTRA_2006,
    GUIDES,
    LEFT,
    MOST_2022,
    NONE_MAY_BE,
    NOTE_B,
    TABLE_4,
    THM,
)
from wenqu.rulebook.canonical import dump_toml
from wenqu.rulebook.loader import parse_pack
from wenqu.rulebook.model import Pack, SchemeClass
from wenqu.rulebook.quality.judging import Result, Sample, Sign

ITEMS = (*MOST_2022, *EXTRA_2006, *NONE_MAY_BE, *GUIDES, *LEFT, "ph", "thermotolerant_coliform", "boron", "白色念珠菌")
POINTS = ("outlet", "outlet", "tap", "tap", "secondary", "school", "household", "source", "elsewhere", None)
_DAYS = (date(2006, 1, 1), date(2019, 7, 1), date(2023, 3, 31), date(2023, 4, 1), date(2024, 2, 29), date(2026, 6, 1))


def edges_of(item: str) -> list[Decimal]:
    """Every number that any limit of an item is."""
    texts = [table[item] for table in (MOST_2022, EXTRA_2006, GUIDES, NOTE_B, TABLE_4) if item in table]
    texts += [text for text in LEFT.get(item, ()) if text] + {"free_chlorine": ["4"], "ph": ["6.5", "8.5", "9.5"], "turbidity": ["5"]}.get(item, [])
    return [Decimal(text) for text in texts] or [Decimal(1)]


def value_of(random: Random, item: str) -> Decimal:
    """A value at an edge, next to it, half of it, or anywhere; zero now and then."""
    edge = random.choice(edges_of(item))
    step = edge / random.choice((10, 100, 1000))
    one = random.choice((edge, edge, edge + step, edge - step, edge / 2, edge * 3, Decimal(0), edge * random.randint(0, 2000) / 1000))
    return one.quantize(Decimal("0.000000001")).normalize() + 0


def result_of(random: Random, item: str) -> Result:
    """A result in any of the ways in which laboratories give it."""
    way = random.random()
    value = value_of(random, item)
    if way < 0.5:
        return Result(item, Sign.VALUE, value)
    if way < 0.72:
        return Result(item, random.choice((Sign.BELOW, Sign.BELOW, Sign.NOT_DETECTED)), value or Decimal("0.001"))
    if way < 0.8:
        return Result(item, Sign.ABOVE, value)
    return random.choice((Result(item, None), Result(item, Sign.VALUE), Result(item, Sign.NOT_DETECTED), Result(item, Sign.DETECTED), Result(item, Sign.DETECTED, value)))


def parts_of(random: Random) -> dict[str, Result]:
    """The parts of trihalomethanes with ratios that add up to about one, often to just one; some below detection."""
    cuts = sorted(random.randint(0, 20) for _ in range(len(THM) - 1))
    shares = [upper - lower for lower, upper in zip([0, *cuts], [*cuts, 20 + random.choice((-1, 0, 0, 0, 1))], strict=True)]
    found = {}
    for item, share in zip(random.sample(THM, len(THM)), shares, strict=True):
        value = Decimal(MOST_2022[item]) * max(share, 0) / 20
        below = value > 0 and random.random() < 0.15
        found[item] = Result(item, random.choice((Sign.BELOW, Sign.NOT_DETECTED)) if below else Sign.VALUE, value)
    return found


def sample_of(random: Random, days: tuple[date, ...] = _DAYS) -> Sample:
    """A sample of which anything may not be known."""
    return Sample(
        taken_on=random.choice(days), scheme_class=random.choice((None, *map(SchemeClass, CLASSES))), limited=random.choice((None, True, False)),
        groundwater=random.choice((None, True, False)), raw_permanganate=random.choice((None, Decimal(3), Decimal(6), Decimal("6.01"), Decimal(9))),
        point=random.choice(POINTS), disinfectant=random.choice((None, "none", "bleaching", *AGENTS, "mixed_generator")),
        due=random.choice(((), (), ("arsenic", "e_coli", "total_coliform"), ("free_chlorine", "ozone", "lead", "boron"), ("formaldehyde", "trihalomethanes"))),
    )


def told_of(random: Random, days: tuple[date, ...] = _DAYS) -> tuple[Sample, tuple[Result, ...]]:
    """A sample with up to two dozen results; often with all that belongs together."""
    items = set(random.sample(ITEMS, random.randint(0, 16)))
    if random.random() < 0.4:
        items |= set(random.sample(THM, random.randint(2, 4)))
    if random.random() < 0.4:
        items |= {"free_chlorine", "chlorine_dioxide"}
    results = {item: result_of(random, item) for item in sorted(items, key=ITEMS.index)}
    if random.random() < 0.3:
        results |= parts_of(random)
    return sample_of(random, days), tuple(results.values())


def pack_of(random: Random, pack: Pack) -> Pack:
    """The pack with other numbers and other words, as a county or a later edition might have them."""
    content: Any = copy.deepcopy(dict(pack.content))
    classes = content["classes"]
    classes["small_needs"]["value"] = random.choice(("class", "limited"))
    moved = random.choice(CLASSES)
    for side in ("full", "relaxed"):
        classes[side] = [one for one in classes[side] if one != moved]
    classes[random.choice(("full", "relaxed"))].append(moved)
    for item in content["items"].values():
        if item["kind"] in ("max", "guide") and random.random() < 0.3:
            number = item["limit"]
            number["value"] = Decimal(str(number["value"])) * random.choice((Decimal("0.5"), Decimal("1.5"), Decimal(2)))
            if random.random() < 0.5:
                item["small"] = {**number, "value": number["value"] * random.choice((Decimal("0.5"), Decimal(2)))}
            if random.random() < 0.5:
                when = random.sample(("relaxed", "limited", "groundwater"), random.randint(1, 3))
                item.setdefault("exceptions", []).append({"zh": "x", "en": "x", "when": when, "limit": {**number, "value": number["value"] * 3}})
                if random.random() < 0.5:
                    item["exceptions"][-1]["raw_over"] = {**number, "unit": "mg/L", "value": random.choice((4, 6))}
    for agent in content["disinfectants"].values():
        agent["need"] = random.choice(("all", "any"))
        if random.random() < 0.3:
            agent["residuals"] = random.sample(sorted(content["residuals"]), random.randint(1, 3))
    return parse_pack(dump_toml(content), pack.origin)
