"""Random households that love the edges, and packs with other numbers and words that the loader still accepts."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from rulebook.watch.judging_engines import Told
from wenqu.rulebook.watch.judging.facts import COLUMNS, Household, Item, household_columns
from wenqu.rulebook.watch.judging.loader import judging_pack, judging_pack_ids, read_pack
from wenqu.rulebook.watch.judging.model import JudgingPack

FLAGS = st.sampled_from([None, True, False])
MOSTLY = st.sampled_from([None, True, False, False, False, False])
MONTHS = st.sampled_from([None, 202005, 202006, 202006, 202008, 202012, 202101, 202105, 202105, 202106, 202113, 199912])
# In yuan a head of up to four people, around the lines and the limits of spending.
EDGES = [0, 1, 4000, 5000, 5200, 6000, 6320, 7500, 8700, 10000, 12640, 20000, 31600]


def _fen(most: int = 4_000_000) -> st.SearchStrategy[int | None]:
    close = [edge * 100 + step for edge in EDGES for step in (-1, 0, 1)]
    return st.sampled_from([None, *close]) | st.integers(0, most)


def _item(kinds: list[str]) -> st.SearchStrategy[Item]:
    return st.builds(Item, kind=st.sampled_from([*kinds, *kinds, None, "gift"]), first=MONTHS, last=st.none() | MONTHS, amount_fen=_fen() | st.just(-5),
                     together=st.sampled_from([True, True, True, None, False]))


@st.composite
def told(draw: st.DrawFn, pack: JudgingPack) -> Told:
    """A household that may have told everything, or anything."""
    kinds = list(pack.items)
    items = draw(st.lists(_item(kinds), max_size=4))
    if draw(st.integers(0, 3)):
        # Everything was asked: the income is exact but for the random items.
        window = (202006, 202105)
        items += [Item(kind, *window, draw(st.sampled_from([0, 0, 100_000, 632_000, 1_000_000]))) for kind in kinds]
    columns = household_columns(pack)
    # Mostly nothing is excluded and everything secured, but for one fact that may be anything.
    clean = draw(st.integers(0, 3)) > 0
    yes_no = [name for name, kind in columns.items() if kind == "BOOLEAN" and name not in COLUMNS]
    facts = {name: name.startswith("secured") if clean else draw(FLAGS) for name in yes_no} | {draw(st.sampled_from(yes_no)): draw(FLAGS)}
    measures = {name: draw(st.sampled_from([None, 0, 1, 2, 3, 0.5, 1.5])) for name, kind in columns.items() if kind == "DOUBLE"}
    causes = [None, "none", "none", "nonsense", *(cause.id for cause in pack.causes)]
    house = draw(st.builds(
        Household, was_poor=st.sampled_from([None, True, True, False, False]), registered=st.sampled_from([None, 0, 1, 2, 2, 4]), living=st.sampled_from([None, None, 1, 2, 3]),
        cause=st.sampled_from(causes), stable=FLAGS, marked=FLAGS, heavy=MOSTLY, collapsed=FLAGS, income_before_fen=_fen(), forecast_fen=_fen(),
        meeting_admits=FLAGS, meeting_reason=st.sampled_from([None, "", "  ", "独居老人，车为已故子女所有"]),
        kept_grade=st.sampled_from([None, "none", "green", "yellow", "red", "blue"]), facts=st.just(facts), measures=st.just(measures),
    ))
    return house, tuple(items)


_WORDS = {
    "edge": ["under", "at_most"], "counted": ["living", "registered"], "unchecked": ["registered", "unknown"], "asked": ["monthly", "once"],
    "meeting": ["with_reasons", "never"], "measure": ["single", "total"], "of": ["income", "income_before"], "income": ["window", "forecast"],
    "worse": ["at_once", "by_review"], "better": ["at_once", "by_review"], "applies": ["yes", "yes", "no"], "heavy": ["yes", "no"], "screens": ["yes", "no"],
}
_NUMBERS = {"months": [1, 6, 12, 12, 18], "percent": [0, 30, 50, 100, Decimal("33.3333333333")], "was_poor": [0, 4000, 10000], "others": [0, 4000, 10000]}


@st.composite
def packs(draw: st.DrawFn) -> JudgingPack:
    """A pack as delivered, or one with other words and numbers, a collapse share and an average."""
    pack = judging_pack(draw(st.sampled_from(judging_pack_ids())))
    if not draw(st.booleans()):
        return pack
    content: dict[str, Any] = copy.deepcopy(dict(pack.content))
    cited = {"date": "2021", "clause": "not found", "document": "not found", "confidence": "unverified"}
    if draw(st.booleans()):
        content["collapse"] = {"percent": {"value": draw(st.sampled_from([0, 20, 50, 100, Decimal("12.5")])), "unit": "%", **cited}}
    if draw(st.booleans()):
        content["average"] = {"limit": {"value": draw(st.sampled_from([5000, 10000, Decimal("7812.55")])), "unit": "元/(人·a)", **cited}}
    _change(draw, content, "")
    return read_pack(content, "random")


def _change(draw: st.DrawFn, place: Any, name: str) -> None:
    """Other values here and there."""
    if isinstance(place, dict) and "confidence" in place:
        if name == "counts" and place["value"] != "spend" and draw(st.integers(0, 5)) == 0:
            place["value"] = draw(st.sampled_from(["add", "subtract"]))
        values = _NUMBERS.get(name) if not isinstance(place["value"], str) else _WORDS.get(name)
        if name == "edge" and place["value"] in ("over", "at_least"):
            values = ["over", "at_least"]
        if values and draw(st.integers(0, 3)) == 0:
            place["value"] = draw(st.sampled_from(values))
        return
    for key, inner in place.items() if isinstance(place, dict) else ((name, row) for row in place):
        if isinstance(inner, dict | list) and key != "sentences" and not (isinstance(inner, list) and inner and isinstance(inner[0], str)):
            if key == "items":
                inner = {kind: entry for kind, entry in inner.items() if entry["counts"]["value"] != "leave_out"}
            _change(draw, inner, key)
