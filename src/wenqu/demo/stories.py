"""What goes wrong where: a story for schemes and groups, and the scheme's facts that follow from it. Pure, from a seed.

Shares are of all households, so that every county of any size comes out believable: by the last date about 85 % safe,
9 % basically safe, 3 % unsafe and 3 % unknown under the national pack.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import TypeVar

from wenqu.demo import times
from wenqu.demo.plan import CountyPlan, GroupPlan, SchemePlan, VillagePlan
from wenqu.demo.times import Round

# story -> share of all households whose scheme has it; told of small schemes, and the last two of larger ones too.
SCHEME_STORIES = {
    "lab_fails": 0.010,  # the last results fail: 氟化物 or 菌落总数, not told
    "lab_missing": 0.008,  # never sampled
    "lab_undetermined": 0.004,  # detection limit above the legal limit
    "days_unknown": 0.006,  # nobody kept count of the days without water
    "days_contradict": 0.004,  # two sources that cannot both be right
    "edge_basic": 0.027,  # 19 to 36 days short: basically met
    "edge_met": 0.015,  # exactly 18 days short
    "senses": 0.006,  # bad taste reported although the laboratory passed it: a clue
    "dry_fixed": 0.016,  # short in 2024, new source since
    "lab_fixed": 0.026,  # failed in 2024, treatment added
    "lab_late": 0.050,  # first sampled in 2025
}
LARGER_TOO = {"lab_fixed", "lab_late"}
DRY_VILLAGES_SHARE = 0.009
# story -> share of all households in groups without a scheme that it covers
GROUP_STORIES = {"haul_far": 0.0045, "haul_near": 0.008, "haul_fixed": 0.011, "own_source": 0.024}

T = TypeVar("T")
SchemeFact = tuple[Round, SchemePlan, str, str, int]


def tell(plan: CountyPlan) -> None:
    """Give every scheme and group its story."""
    random = Random(f"{plan.seed}:{plan.county.code}:stories")
    _dry_villages(plan, random)
    _scheme_stories(plan, random)
    _group_stories(plan, random)


def _dry_villages(plan: CountyPlan, random: Random) -> None:
    """Whole villages on small schemes of their own whose springs fail in the dry season."""
    def own(village: VillagePlan) -> bool:
        return all(group.scheme and group.scheme.kind == "small" and group.scheme.villages == {village.ordinal} for group in village.groups)

    villages = [village for village in plan.villages if village.households and own(village)]
    random.shuffle(villages)
    villages.sort(key=lambda village: not village.hilly)
    _take(villages, lambda village: village.households, DRY_VILLAGES_SHARE * plan.households, _dry)


def _dry(village: VillagePlan) -> None:
    for group in village.groups:
        if group.scheme:
            group.scheme.story = "dry"


def _scheme_stories(plan: CountyPlan, random: Random) -> None:
    for story, share in SCHEME_STORIES.items():
        kinds = {"small", "thousand"} if story in LARGER_TOO else {"small"}
        free = [scheme for scheme in plan.schemes if scheme.kind in kinds and scheme.story == "good" and scheme.households]
        random.shuffle(free)
        # Big ones last, so that one scheme of thousands does not use up the whole share.
        free.sort(key=lambda scheme: scheme.kind == "thousand")

        def give(scheme: SchemePlan, story: str = story) -> None:
            scheme.story = story

        _take(free, lambda scheme: scheme.households, share * plan.households, give)


def _group_stories(plan: CountyPlan, random: Random) -> None:
    """Remote hill groups without a scheme: some haul far, some near, some were connected in 2025."""
    groups = [
        group for village in plan.villages if village.hilly for group in village.groups
        if group.households and group.scheme and group.scheme.kind == "small" and group.scheme.story == "good" and not group.tiny
    ]
    random.shuffle(groups)
    for story, share in GROUP_STORIES.items():

        def give(group: GroupPlan, story: str = story) -> None:
            assert group.scheme is not None
            group.story = story
            if story != "haul_fixed":
                group.scheme.households -= group.households
                group.scheme = None

        used = _take(groups, lambda group: group.households, share * plan.households, give)
        groups = groups[used:]


def _take(items: list[T], size: Callable[[T], int], target: float, give: Callable[[T], None]) -> int:
    """Give the first items until their sizes reach the target as nearly as whole items can. Returns how many."""
    total = 0
    for used, item in enumerate(items):
        if total + size(item) / 2 > target:
            return used
        give(item)
        total += size(item)
    return len(items)


def scheme_facts(plan: CountyPlan) -> Iterator[SchemeFact]:
    """Every fact of every scheme: round, scheme, key name, value, and the ordinal of the day within the round."""
    random = Random(f"{plan.seed}:{plan.county.code}:scheme-facts")
    for scheme in plan.schemes:
        day = random.randrange(1000)
        yield times.SCHEME_REGISTER, scheme, "scheme_class", scheme.kind, day
        yield times.SCHEME_REGISTER, scheme, "has_plant", has_plant(scheme), day
        for season, result in _laboratory(scheme, random):
            yield season, scheme, "lab_result", result, day
        for count, short, spell in _supply_days(scheme, random):
            yield count, scheme, "short_days", short, day
            # An empty one is a fact too: it ends last year's spell, which must not be held against this year's days.
            yield count, scheme, "longest_short_spell_days", spell, day
        if scheme.kind == "decentralised":
            yield times.AUTUMN_2024, scheme, "sensory_ok", "no" if random.random() < 0.06 else "yes", day
        elif scheme.story == "senses":
            yield times.AUTUMN_2026, scheme, "sensory_ok", "no", day
        if scheme.story == "days_contradict":
            # A village's own word against the operator's count of the same year: both cannot be right.
            yield times.AUTUMN_2026, scheme, "longest_short_spell_days", str(random.randint(40, 60)), day


def has_plant(scheme: SchemePlan) -> str:
    if scheme.kind in ("urban_rural", "large", "thousand"):
        return "yes"
    return "yes" if scheme.kind == "small" and scheme.ordinal % 5 else "no"


def _laboratory(scheme: SchemePlan, random: Random) -> Iterator[tuple[Round, str]]:
    """Results by season: large schemes every season, small ones in the wet season and some in the dry one."""
    if scheme.kind == "decentralised":
        if random.random() < 0.15:
            yield times.WET_2025, "pass"
        return
    seasons = {
        "lab_missing": {},
        "lab_late": {times.WET_2025: "pass", times.WET_2026: "pass"},
        "lab_fails": {times.WET_2024: "pass", times.WET_2025: "pass", times.WET_2026: "fail"},
        "lab_fixed": {times.WET_2024: "fail", times.DRY_2025: "fail", times.WET_2025: "pass", times.WET_2026: "pass"},
        "lab_undetermined": {times.WET_2024: "pass", times.WET_2025: "undetermined", times.WET_2026: "undetermined"},
    }.get(scheme.story)
    if seasons is None:
        small = scheme.kind == "small"
        seasons = {season: "pass" for season in times.LABORATORY if not small or season.start.month == 7 or random.random() < 0.4}
    yield from seasons.items()


def _supply_days(scheme: SchemePlan, random: Random) -> Iterator[tuple[Round, str, str]]:
    """Short days and the longest spell, count by count. An empty spell was not recorded."""
    for number, count in enumerate(times.SUPPLY_DAYS):
        short = _short_days(scheme, number, random)
        if short is None:
            continue
        spell = "" if random.random() < 0.2 else str(max(min(short, 1), short * random.randint(3, 9) // 10))
        yield count, str(short), spell


def _short_days(scheme: SchemePlan, number: int, random: Random) -> int | None:
    ordinary = random.randint(0, 4) if scheme.kind in ("urban_rural", "large") else random.choice((0, 1, 2, 2, 3, 4, 5, 6, 8, 10, 12))
    match scheme.story:
        case "dry":
            return random.choice((37, 45, 52, 61, 74, 90)) if number else random.randint(20, 36)
        case "dry_fixed":
            return random.choice((40, 48, 66)) if number == 0 else ordinary
        case "edge_basic":
            return random.choice((19, 24, 28, 31, 36))
        case "edge_met":
            return 18
        case "days_unknown":
            return None
        case "days_contradict":
            return random.randint(5, 12)
    return ordinary
