"""Random facts that love the edges, and random packs that the loader still accepts."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from wenqu.rulebook.canonical import dump_toml
from wenqu.rulebook.loader import load_pack, pack_ids, parse_pack
from wenqu.rulebook.model import Facts, LabResult, Pack, SchemeClass

FOUR = pack_ids("four-indicators")
CLASSES = [str(c) for c in SchemeClass]


def _near(*edges: float) -> st.SearchStrategy[float | None]:
    close = [edge + step for edge in edges for step in (-1.0, -0.1, 0.0, 0.1, 1.0) if edge + step >= 0]
    anything = st.decimals(0, 1200, places=2).map(float)
    return st.none() | st.sampled_from(close) | anything


def facts() -> st.SearchStrategy[Facts]:
    """Any household; numbers often at the limits of the packs."""
    flags = st.sampled_from([None, True, False])
    return st.builds(
        Facts,
        scheme_class=st.sampled_from([None, *CLASSES]),
        piped=st.sampled_from([None, False, False, True]),
        litres_per_person_day=_near(20, 35, 40, 60),
        rain_mm=_near(800),
        water_m3_per_head=_near(1000),
        round_trip_min=_near(10, 20),
        horizontal_m=_near(400, 800, 1000),
        vertical_m=_near(40, 80, 100),
        short_days=_near(18, 18.2, 18.25, 18.3, 36, 36.5, 36.6) | st.integers(0, 40).map(float),
        year_days=st.sampled_from([None, 365.0, 366.0, 300.0, 1.0]),
        longest_short_spell_days=_near(30),
        lab_result=st.sampled_from([None, None, *map(str, LabResult)]),
        sensory_ok=flags,
        has_plant=flags,
    )


@st.composite
def packs(draw: st.DrawFn) -> Pack:
    """A pack as delivered, or one with other numbers, levels, joins, classes and measures."""
    pack = load_pack(draw(st.sampled_from(FOUR)))
    if not draw(st.booleans()):
        return pack
    content: dict[str, Any] = copy.deepcopy(dict(pack.content))
    quantity, quality, convenience = content["quantity"], content["quality"], content["convenience"]
    for zone in ("flat", "humid", "arid"):
        if zone in quantity:
            _relimit(draw, quantity[zone], st.sampled_from([20, 35, Decimal("35.5"), 40, 60]), rising=True)
    if "humid" in quantity and ("basic" in quantity["humid"]) != ("basic" in quantity["arid"]):
        for zone in ("humid", "arid"):
            quantity[zone].pop("basic", None)
    where = st.lists(st.sampled_from(CLASSES), unique=True)
    quality["classes"] = draw(where)
    quality["without_plant"] = [c for c in draw(where) if c not in quality["classes"]]
    quality["good"] = draw(st.sampled_from(["met", "basic"]))
    if "time" in convenience:
        _relimit(draw, convenience["time"], st.sampled_from([0, 10, 20, Decimal("10.1")]), rising=False)
    if "distance" in convenience:
        distance = convenience["distance"]
        distance["join"]["value"] = draw(st.sampled_from(["all", "any"]))
        for half in ("horizontal", "vertical"):
            _relimit(draw, distance[half], st.sampled_from([40, 80, 400, 800]), rising=False)
        if ("basic" in distance["horizontal"]) != ("basic" in distance["vertical"]):
            for half in ("horizontal", "vertical"):
                distance[half].pop("basic", None)
    for supply in content["reliability"].values():
        _remeasure(draw, supply)
    return parse_pack(dump_toml(content), origin="random")


def _relimit(draw: st.DrawFn, levels: dict[str, Any], values: st.SearchStrategy[Any], rising: bool) -> None:
    """Other limits in the right order, with one level or two."""
    pair = sorted([draw(values), draw(values)], reverse=rising)
    levels["met"]["value"] = pair[0]
    if draw(st.booleans()):
        levels["basic"] = {**levels["met"], "value": pair[1]}
    else:
        levels.pop("basic", None)


def _remeasure(draw: st.DrawFn, supply: dict[str, Any]) -> None:
    supply["measure"] = draw(st.sampled_from(["ratio", "days", "spell"]))
    ratio = supply["measure"] == "ratio"
    supply["met"]["unit"] = "%" if ratio else "d"
    limits = [90, 95, Decimal("99.5"), Decimal("95.0000000001")] if ratio else [18, 30, 36, Decimal("18.3")]
    supply.pop("basic", None)
    _relimit(draw, supply, st.sampled_from(limits), rising=ratio)
