"""What the demo's laboratory finds: believable contents of a county's waters, the same for the same random numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from random import Random
from typing import NamedTuple


class Content(NamedTuple):
    """Between which contents the waters of a county lie, written with so many decimals; `below`: the limit of detection under which most are."""

    low: float
    high: float
    decimals: int = 2
    unit: str = "mg/L"
    below: str = ""


CONTENTS = {
    "colour": Content(0, 4, 0, "度", "5"), "turbidity": Content(0.2, 0.8, 2, "NTU"), "aluminium": Content(0.01, 0.09, 3), "iron": Content(0.03, 0.16, 3),
    "manganese": Content(0.005, 0.05, 3), "copper": Content(0, 0, 3, below="0.005"), "zinc": Content(0, 0, 3, below="0.01"), "chloride": Content(8, 46, 1), "sulfate": Content(14, 92, 1),
    "dissolved_solids": Content(180, 460, 0), "hardness": Content(110, 310, 0), "permanganate_index": Content(0.6, 1.9), "volatile_phenols": Content(0, 0, below="0.002"),
    "anionic_detergent": Content(0, 0, below="0.05"), "ammonia": Content(0.02, 0.14), "arsenic": Content(0, 0, below="0.001"), "cadmium": Content(0, 0, below="0.0005"),
    "chromium_vi": Content(0, 0, below="0.004"), "lead": Content(0, 0, below="0.0025"), "mercury": Content(0, 0, below="0.0001"), "selenium": Content(0, 0, below="0.0004"),
    "cyanide": Content(0, 0, below="0.002"), "fluoride": Content(0.18, 0.72), "nitrate": Content(1.2, 7.6), "chloroform": Content(0.002, 0.014, 4),
    "carbon_tetrachloride": Content(0, 0, below="0.0001"), "plate_count": Content(1, 38, 0, "CFU/mL"), "bromodichloromethane": Content(0.001, 0.008, 4),
    "dibromochloromethane": Content(0.001, 0.006, 4), "bromoform": Content(0.0005, 0.004, 4), "dichloroacetic_acid": Content(0.002, 0.012, 4),
    "trichloroacetic_acid": Content(0.002, 0.016, 4), "chlorate": Content(0.05, 0.32), "chlorite": Content(0.04, 0.31),
}
WORDS = {"odour_taste": "无", "visible_matter": "无", "total_coliform": "未检出", "e_coli": "未检出"}
UNITS = {"total_coliform": "MPN/100mL", "e_coli": "MPN/100mL"}
TRIHALOMETHANES = ("chloroform", "bromodichloromethane", "dibromochloromethane", "bromoform")
# What is told of blanks, parallels and spikes: a handful that shows how the laboratory works.
CONTROLLED = ("fluoride", "nitrate", "iron", "ammonia", "chloride")
DOSES = {"fluoride": "0.5", "nitrate": "5", "iron": "0.1", "ammonia": "0.1", "chloride": "25"}
_DETECTED_FROM = {"fluoride": "0.05", "nitrate": "0.2", "iron": "0.02", "ammonia": "0.02", "chloride": "0.5"}


def found(items: Iterable[str], random: Random) -> dict[str, str]:
    """What the laboratory writes for those of these items that it tests; one run of its chromatograph gives all trihalomethanes."""
    items = [*items]
    if "chloroform" in items:
        items += [item for item in TRIHALOMETHANES if item not in items]
    return {item: WORDS.get(item) or _number(CONTENTS[item], random) for item in items if item in WORDS or item in CONTENTS}


def unit_of(item: str) -> str:
    """The unit in which it is written."""
    return UNITS.get(item) or (CONTENTS[item].unit if item in CONTENTS else "")


def _number(content: Content, random: Random) -> str:
    draw = random.random()
    return f"<{content.below}" if content.below else f"{content.low + draw * (content.high - content.low):.{content.decimals}f}"


def field(disinfectant: str, tap: bool, random: Random) -> dict[str, str]:
    """What is measured at the tap or outlet: the residual of what the water is disinfected with, pH, turbidity, temperature."""
    told = {"ph": f"{random.uniform(7.1, 8.0):.2f}", "turbidity": f"{random.uniform(0.2, 0.85):.2f}", "water_temperature": f"{random.uniform(9, 19):.1f}"}
    if disinfectant == "二氧化氯":
        return told | {"chlorine_dioxide": f"{random.uniform(0.04, 0.1) if tap else random.uniform(0.12, 0.3):.2f}"}
    return told if disinfectant in ("无", "紫外线") else told | {"free_chlorine": f"{random.uniform(0.08, 0.3) if tap else random.uniform(0.35, 0.7):.2f}"}


def blank() -> dict[str, str]:
    """What a clean blank shows."""
    return {item: f"<{_DETECTED_FROM[item]}" for item in CONTROLLED}


def parallel(first: Mapping[str, str], random: Random) -> dict[str, str]:
    """The same water once more: near to what was found first."""
    return {item: _near(first[item], random.uniform(0.985, 1.015), item) for item in CONTROLLED if item in first}


def spiked(first: Mapping[str, str], random: Random) -> dict[str, str]:
    """The same water after the dose was added: most of it is found again."""
    return {item: f"{float(first[item]) + random.uniform(0.94, 1.05) * float(DOSES[item]):.3f}" for item in CONTROLLED if item in first}


def _near(written: str, factor: float, item: str) -> str:
    return f"{float(written) * factor:.{CONTENTS[item].decimals + 1}f}"
