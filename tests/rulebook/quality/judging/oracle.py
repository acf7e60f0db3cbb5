"""An oracle of its own: the table of limits typed in from the description of the domain, judged by trying every possible world.

It knows neither packs nor engines. What is not known of a sample, and where a value may lie ("<0.01" is anything from 0 up to
it), is tried out; a result is fit where it is in every world, unfit where it is in none, else undetermined.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from itertools import product

from wenqu.rulebook.quality.judging import Result, Sample, Sign

# GB 5749-2022: most that may be there. Not detected or none: MICROBES and SENSES.
MOST_2022 = {
    "plate_count": "100", "arsenic": "0.01", "cadmium": "0.005", "chromium_vi": "0.05", "lead": "0.01", "mercury": "0.001", "cyanide": "0.05", "fluoride": "1.0",
    "nitrate": "10", "chloroform": "0.06", "dibromochloromethane": "0.1", "bromodichloromethane": "0.06", "bromoform": "0.1", "trihalomethanes": "1",
    "dichloroacetic_acid": "0.05", "trichloroacetic_acid": "0.1", "bromate": "0.01", "chlorite": "0.7", "chlorate": "0.7", "colour": "15", "turbidity": "1",
    "aluminium": "0.2", "iron": "0.3", "manganese": "0.1", "copper": "1.0", "zinc": "1.0", "chloride": "250", "sulfate": "250", "dissolved_solids": "1000",
    "hardness": "450", "permanganate_index": "3", "ammonia": "0.5",
}
EXTRA_2006 = {"volatile_phenols": "0.002", "anionic_detergent": "0.3", "selenium": "0.01", "carbon_tetrachloride": "0.002", "formaldehyde": "0.9"}
NONE_MAY_BE = ("total_coliform", "e_coli", "odour_taste", "visible_matter")
GUIDES = {"gross_alpha": "0.5", "gross_beta": "1"}
# Table 1 note b of 2022: small supplies limited by source or treatment. Table 4 of 2006: small supplies.
NOTE_B = {"plate_count": "500", "fluoride": "1.2", "nitrate": "20", "turbidity": "3"}
TABLE_4 = {
    "plate_count": "500", "arsenic": "0.05", "fluoride": "1.2", "nitrate": "20", "colour": "20", "turbidity": "3", "dissolved_solids": "1500", "hardness": "550",
    "permanganate_index": "5", "iron": "0.5", "manganese": "0.3", "chloride": "300", "sulfate": "300",
}
# upper, at the plant, at the tap
LEFT = {"free_chlorine": ("2", "0.3", "0.05"), "total_chlorine": ("3", "0.5", "0.05"), "ozone": ("0.3", None, "0.02"), "chlorine_dioxide": ("0.8", "0.1", "0.02")}
THM = ("chloroform", "dibromochloromethane", "bromodichloromethane", "bromoform")
HAA = ("dichloroacetic_acid", "trichloroacetic_acid")
AGENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "chlorine": (("free_chlorine",), (*THM, "trihalomethanes", *HAA)),
    "sodium_hypochlorite": (("free_chlorine",), (*THM, "trihalomethanes", *HAA, "chlorate")),
    "chloramine": (("total_chlorine",), (*THM, "trihalomethanes")),
    "ozone": (("ozone",), ("bromate",)),
    "chlorine_dioxide": (("chlorine_dioxide",), ("chlorite",)),
    "compound_chlorine_dioxide": (("chlorine_dioxide",), ("chlorite", "chlorate")),
    "mixed_generator": (("free_chlorine", "chlorine_dioxide"), ("chlorite", "chlorate")),
}
SMALL = ("thousand", "small", "decentralised")
CLASSES = ("urban_rural", "large", *SMALL)
TURN = date(2023, 4, 1)
TINY = Fraction(1, 10**12)
HUGE = Fraction(10**12)


@dataclass(frozen=True)
class Answer:
    """Verdicts by item, what the sums of ratios come to, the sample's verdict and what is missing."""

    items: dict[str, str]
    sums: dict[str, str]
    verdict: str
    missing: frozenset[str]


def is_old(sample: Sample) -> bool:
    return sample.taken_on < TURN


def items_of(sample: Sample) -> set[str]:
    """What the edition of a sample has a limit of, residuals left out."""
    both = {*MOST_2022, *NONE_MAY_BE, *GUIDES, "ph"}
    return both | ({*EXTRA_2006, "thermotolerant_coliform"} if is_old(sample) else set())


def worlds(sample: Sample) -> Iterator[tuple[bool, bool, bool, bool, str]]:
    """Every completion of what is not known: small supply, limited, groundwater, raw water over 6, plant or tap."""
    small = (sample.scheme_class in SMALL,) if sample.scheme_class else (False, True)
    limited = (False, True) if sample.limited is None else (sample.limited,)
    ground = (False, True) if sample.groundwater is None else (sample.groundwater,)
    raw = (False, True) if sample.raw_permanganate is None else (Fraction(str(sample.raw_permanganate)) > 6,)
    place = {"outlet": ("plant",), "tap": ("tap",), "secondary": ("tap",), "school": ("tap",), "household": ("tap",)}.get(sample.point or "", ("plant", "tap"))
    return product(small, limited, ground, raw, place)


def most(item: str, old: bool, small: bool, limited: bool, ground: bool, raw: bool) -> Fraction:
    """The most of an item that may be there in one world."""
    if not old:
        table = MOST_2022 | (NOTE_B if small and limited else {})
        return Fraction(table[item])
    if item == "turbidity":
        return Fraction(5 if small and limited else 3 if small or limited else 1)
    table = MOST_2022 | EXTRA_2006 | (TABLE_4 if small else {})
    if (item == "nitrate" and ground and limited) or (item == "permanganate_index" and raw):
        return max(Fraction(table[item]), Fraction(20 if item == "nitrate" else 5))
    return Fraction(table[item])


def may_be(result: Result | None, edges: list[Fraction]) -> list[Fraction]:
    """Values that a result may stand for: all that a limit could tell apart."""
    if result is not None and result.sign is Sign.VALUE and result.value is not None:
        return [Fraction(str(result.value))]
    around = [point for edge in edges for point in (edge - TINY, edge, edge + TINY) if point >= 0]
    known = result is not None and result.value is not None
    if known and result is not None and result.sign in (Sign.BELOW, Sign.NOT_DETECTED):
        end = Fraction(str(result.value))
        return [0 * end, *(point for point in around if point < end), *([end - TINY] if end > 0 else [])]
    if known and result is not None and result.sign is Sign.ABOVE:
        end = Fraction(str(result.value))
        return [end + TINY, HUGE, *(point for point in around if point > end)]
    return [Fraction(0), HUGE, *around]


def told(answers: set[bool]) -> str:
    return "undetermined" if len(answers) > 1 else "fit" if True in answers else "unfit"


def is_blank(result: Result) -> bool:
    return result.sign is None or (result.sign is Sign.VALUE and result.value is None)


def judge_item(result: Result, sample: Sample, results: dict[str, Result]) -> str:
    item, old = result.item, is_old(sample)
    if sample.point == "source":
        return "not_judged"
    if item in LEFT:
        return judge_left(result, sample, results)
    if item not in items_of(sample):
        return "not_judged"
    if is_blank(result):
        return "undetermined"
    if item in (*NONE_MAY_BE, "thermotolerant_coliform"):
        found = result.sign in (Sign.ABOVE, Sign.DETECTED) or (result.sign is Sign.VALUE and bool(result.value))
        return "unfit" if found else "fit"
    answers = set()
    for small, limited, ground, raw, _ in worlds(sample):
        low, high = Fraction(0), Fraction(0)
        if item == "ph":
            low, high = Fraction("6.5"), Fraction("9.5" if old and small else "8.5")
        else:
            high = Fraction(GUIDES[item]) if item in GUIDES else most(item, old, small, limited, ground, raw)
        answers |= {low <= value <= high for value in may_be(result, [low, high])}
    answer = told(answers)
    return "follow_up" if item in GUIDES and answer == "unfit" else answer


def judge_left(result: Result, sample: Sample, results: dict[str, Result]) -> str:
    """A residual: only of the disinfectant that is used; of a mixed generator both upper limits and at least one residual."""
    agent = AGENTS.get(sample.disinfectant or "")
    if sample.disinfectant == "none" or (agent and result.item not in agent[0]):
        return "not_judged"
    if is_blank(result) or agent is None:
        return "undetermined"

    def limits(item: str, place: str) -> tuple[Fraction, Fraction]:
        upper, plant, tap = LEFT[item]
        if item == "free_chlorine" and is_old(sample):
            upper = "4"
        return Fraction((plant if place == "plant" else tap) or 0), Fraction(upper)

    def values(item: str, place: str) -> list[Fraction]:
        given = results.get(item)
        return may_be(None if given is None or is_blank(given) else given, list(limits(item, place)))

    answers = set()
    for place in {world[-1] for world in worlds(sample)}:
        for world in product(*(values(item, place) for item in agent[0])):
            value = dict(zip(agent[0], world, strict=True))
            enough = any(value[item] >= limits(item, place)[0] for item in agent[0])
            answers.add(value[result.item] <= limits(result.item, place)[1] and enough)
    return told(answers)


def judge_sums(sample: Sample, results: dict[str, Result]) -> dict[str, str]:
    """Trihalomethanes out of their parts, where every part was told. The laboratory's own figure, or that a part was not tested, stands
    unless the parts are over."""
    given = [item for item in THM if item in results and not is_blank(results[item])]
    if not given or sample.point == "source":
        return {}
    low, high, beyond, open_ = Fraction(0), Fraction(0), False, len(given) < len(THM)
    for item in given:
        result, limit = results[item], Fraction(MOST_2022[item])
        number = None if result.value is None or result.sign is Sign.DETECTED else Fraction(str(result.value)) / limit
        if number is None:
            open_ = True
        elif result.sign is Sign.VALUE:
            low, high = low + number, high + number
        elif result.sign is Sign.ABOVE:
            low, beyond, open_ = low + number, True, True
        else:
            high += number
    answer = "unfit" if low > 1 or (beyond and low == 1) else "fit" if not open_ and high <= 1 else "undetermined"
    own = results.get("trihalomethanes")
    whole = len(given) == len(THM) and (own is None or is_blank(own))
    return {"trihalomethanes": answer} if whole or answer == "unfit" else {}


def judge(sample: Sample, results: tuple[Result, ...]) -> Answer:
    by_item = {result.item: result for result in results}
    items = {result.item: judge_item(result, sample, by_item) for result in results}
    sums = judge_sums(sample, by_item)
    every = {*items.values(), *sums.values()}
    verdict = next((one for one in ("unfit", "undetermined") if one in every), "fit" if every & {"fit", "follow_up"} else "not_judged")
    if sample.point == "source":
        return Answer(items, sums, verdict, frozenset())
    agent = AGENTS.get(sample.disinfectant or "")
    due = {item for item in sample.due if item in items_of(sample) or (item in LEFT and agent is None and sample.disinfectant != "none")}
    due |= {*agent[0], *agent[1]} if agent else set()
    due.discard("e_coli")
    if items.get("total_coliform") == "unfit":
        due.add("e_coli")
    given = {item for item, result in by_item.items() if not is_blank(result)} | set(sums)
    return Answer(items, sums, verdict, frozenset(due - given))
