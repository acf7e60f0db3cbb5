"""Random households that love the edges, and packs with other numbers and words that the loader still accepts.

Made by a random number generator from one drawn seed: a hundred households in the time in which hypothesis draws two.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any, TypeVar

from rulebook.watch.judging_engines import Told
from wenqu.rulebook.watch.judging.facts import COLUMNS, Household, Item, household_columns
from wenqu.rulebook.watch.judging.loader import judging_pack, judging_pack_ids, read_pack
from wenqu.rulebook.watch.judging.model import JudgingPack

T = TypeVar("T")
FLAGS = (None, True, False)
SELDOM = (None, None, None, None, True, False)
MONTHS = (None, 202005, 202006, 202006, 202008, 202012, 202101, 202105, 202105, 202106, 202113, 199912)
# In yuan a head of up to four people, around the lines and the limits of spending.
EDGES = (0, 1, 4000, 5000, 5200, 6000, 6320, 7500, 8700, 10000, 12640, 20000, 31600)


def _fen(random: Random) -> int | None:
    if random.random() < 0.1:
        return None
    return random.choice(EDGES) * 100 + random.choice((-1, 0, 0, 1)) if random.random() < 0.6 else random.randrange(4_000_000)


def _item(random: Random, kinds: Sequence[str]) -> Item:
    kind = random.choice((*kinds, *kinds, None, "gift"))
    amount = random.choice((_fen(random), _fen(random), _fen(random), -5))
    return Item(kind, random.choice(MONTHS), random.choice((None, random.choice(MONTHS))), amount, random.choice((True, True, True, None, False)))


def told(random: Random, pack: JudgingPack) -> Told:
    """A household that may have told everything, or anything."""
    kinds = list(pack.items)
    items = [_item(random, kinds) for _ in range(random.randrange(5))]
    if random.random() < 0.75:
        # Everything was asked: the income is exact but for the random items.
        items += [Item(kind, 202006, 202105, random.choice((0, 0, 0, 0, 100_000, 632_000, 1_000_000))) for kind in kinds]
    columns = household_columns(pack)
    # Mostly nothing is excluded and everything secured, but for one fact that may be anything.
    clean = random.random() < 0.75
    yes_no = [name for name, kind in columns.items() if kind == "BOOLEAN" and name not in COLUMNS]
    facts = {name: name.startswith("secured") if clean else random.choice(FLAGS) for name in yes_no} | {random.choice(yes_no): random.choice(FLAGS)}
    measures = {name: random.choice((None, 0, 1, 2, 3, 0.5, 1.5)) for name, kind in columns.items() if kind == "DOUBLE"}
    house = Household(
        was_poor=random.choice((None, True, True, False, False)), registered=random.choice((None, 0, 1, 2, 2, 4)), living=random.choice((None, None, 1, 2, 3)),
        cause=random.choice((None, "none", "none", "nonsense", *(cause.id for cause in pack.causes))), stable=random.choice(FLAGS),
        marked=random.choice((None, True, False, False, False)), heavy=random.choice(SELDOM), collapsed=random.choice(SELDOM),
        income_before_fen=_fen(random), forecast_fen=_fen(random), meeting_admits=random.choice(FLAGS),
        meeting_reason=random.choice((None, "", "  ", "独居老人，车为已故子女所有")), kept_grade=random.choice((None, "none", "green", "yellow", "red", "blue")),
        facts=facts, measures=measures,
    )
    return house, tuple(items)


_WORDS = {
    "counted": ("living", "registered"), "unchecked": ("registered", "unknown"), "asked": ("monthly", "once"), "meeting": ("with_reasons", "never"),
    "measure": ("single", "total"), "of": ("income", "income_before"), "income": ("window", "forecast"), "worse": ("at_once", "by_review"),
    "better": ("at_once", "by_review"), "applies": ("yes", "yes", "no"), "heavy": ("yes", "no"), "screens": ("yes", "no"),
}
_NUMBERS = {"months": (1, 6, 12, 12, 18), "percent": (0, 30, 50, 100, Decimal("33.3333333333")), "was_poor": (0, 4000, 10000), "others": (0, 4000, 10000)}


def pack_of(random: Random) -> JudgingPack:
    """A pack as delivered, or one with other words and numbers, a collapse share and an average."""
    pack = judging_pack(random.choice(judging_pack_ids()))
    if random.random() < 0.4:
        return pack
    content: dict[str, Any] = copy.deepcopy(dict(pack.content))
    cited = {"date": "2021", "clause": "not found", "document": "not found", "confidence": "unverified"}
    if random.random() < 0.5:
        content["collapse"] = {"percent": {"value": random.choice((0, 20, 50, 100, Decimal("12.5"))), "unit": "%", **cited}}
    if random.random() < 0.5:
        content["average"] = {"limit": {"value": random.choice((5000, 10000, Decimal("7812.55"))), "unit": "元/(人·a)", **cited}}
    _change(random, content, "")
    return read_pack(content, "random")


def _change(random: Random, place: Any, name: str) -> None:
    """Other values here and there; kinds that count stay so, so that the limits of spending find theirs."""
    if isinstance(place, dict) and "confidence" in place:
        value = place["value"]
        words: Sequence[Any] = (_WORDS if isinstance(value, str) else _NUMBERS).get(name, ())
        if name == "edge":
            words = ("over", "at_least") if value in ("over", "at_least") else ("under", "at_most")
        if name == "counts" and value in ("add", "subtract"):
            words = (value, value, value, "add", "subtract")
        if words and random.random() < 0.25:
            place["value"] = random.choice(words)
    elif isinstance(place, dict):
        for key, inner in place.items():
            if key not in ("sentences", "notes", "names", "lineage", "kinds", "causes") or isinstance(inner, dict) and key == "causes":
                _change(random, inner, key)
    elif isinstance(place, list):
        for row in place:
            _change(random, row, name)
