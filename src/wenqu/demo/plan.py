"""The plan of a demo county: how many households live where, which schemes serve which groups. Pure, from a seed."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from wenqu.demo import geometry
from wenqu.demo.carried import County, Town, Village

GROUP_SIZE = 42
# 蓝田's towns in the Qinling hills; elsewhere two towns in five are taken as hilly.
LANTIAN_HILLS = frozenset({"葛牌镇", "灞源镇", "蓝桥镇", "九间房镇", "辋川镇", "玉山镇", "厚镇"})
CLASSES = ("urban_rural", "large", "thousand", "small", "decentralised")
_ORDINALS = "一二三四五六七八九十"
_HAMLETS = ("沟", "坪", "湾", "岭", "岔", "坡", "塬", "崖")
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


@dataclass
class SchemePlan:
    """One scheme: its class, where it stands (None: the county itself), and the households counted onto it."""

    ordinal: int
    kind: str
    town: int | None
    village: int | None
    point: geometry.Point
    households: int = 0
    story: str = "good"
    villages: set[int] = field(default_factory=set)


@dataclass
class GroupPlan:
    """A natural village or group: `scheme` serves it (None: every household has its own well, cistern or spring)."""

    name: str
    households: int
    scheme: SchemePlan | None
    story: str = "normal"
    # Schemes of fewer than 20 people inside this group; each takes a handful of its households.
    tiny: list[SchemePlan] = field(default_factory=list)


@dataclass
class VillagePlan:
    ordinal: int
    town: int
    village: Village
    hilly: bool
    households: int
    groups: list[GroupPlan] = field(default_factory=list)


@dataclass
class CountyPlan:
    county: County
    seed: int
    villages: list[VillagePlan]
    schemes: list[SchemePlan]
    hilly: list[bool]

    @property
    def households(self) -> int:
        return sum(village.households for village in self.villages)


def make_plan(county: County, *, households: int, schemes: int, seed: int) -> CountyPlan:
    random = Random(f"{seed}:{county.code}:plan")
    hilly = [_is_hilly(county, town, random) for town in county.towns]
    villages = _villages(county, hilly, households, random)
    plan = CountyPlan(county, seed, villages, [], hilly)
    _add_schemes(plan, schemes, random)
    _serve(plan, random)
    return plan


def _is_hilly(county: County, town: Town, random: Random) -> bool:
    chance = random.random()
    return town.name in LANTIAN_HILLS if county.code == "610122" else chance < 0.4


def _villages(county: County, hilly: list[bool], households: int, random: Random) -> list[VillagePlan]:
    found = [(number, village) for number, town in enumerate(county.towns) for village in town.villages]
    weights = [_weight(village, hilly[town], random) for town, village in found]
    counts = share_out(households, weights)
    return [
        VillagePlan(ordinal, town, village, hilly[town], count)
        for ordinal, ((town, village), count) in enumerate(zip(found, counts, strict=True))
    ]


def _weight(village: Village, hilly: bool, random: Random) -> float:
    weight = random.lognormvariate(0.0, 0.38)
    if village.is_community:
        weight *= 0.35
    return weight * 0.75 if hilly else weight


def share_out(total: int, weights: list[float]) -> list[int]:
    """Whole shares in proportion to the weights that sum to `total` exactly (largest remainder)."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    shares = [int(each) for each in exact]
    order = sorted(range(len(weights)), key=lambda place: (shares[place] - exact[place], place))
    for place in order[: total - sum(shares)]:
        shares[place] += 1
    return shares


def _counts_by_class(schemes: int) -> dict[str, int]:
    counts = {
        "urban_rural": max(1, schemes // 200),
        "large": max(1, schemes // 150),
        "thousand": max(1, schemes * 8 // 100),
        "decentralised": schemes * 30 // 100,
    }
    return {**counts, "small": max(1, schemes - sum(counts.values()))}


def _add_schemes(plan: CountyPlan, schemes: int, random: Random) -> None:
    """Schemes of every class, the big ones in the plain, the small ones spread over the villages that they will serve."""
    rings = plan.county.rings
    points = _town_points(plan, random)
    counts = _counts_by_class(schemes)
    lived = [village for village in plan.villages if village.households] or plan.villages
    hills = [village for village in lived if village.hilly] or lived
    small = _small_villages(lived, counts["small"], random)
    for kind in CLASSES:
        for number in range(counts[kind]):
            if kind in ("urban_rural", "large"):
                town, village = None, None
                point = geometry.near(rings, points[number % len(points)], random)
            else:
                home = {"thousand": lived, "small": small, "decentralised": hills}[kind]
                chosen = home[number % len(home)] if kind == "small" else random.choice(home)
                town, village = chosen.town, None if kind == "thousand" else chosen.ordinal
                point = geometry.near(rings, points[chosen.town], random)
            plan.schemes.append(SchemePlan(len(plan.schemes) + 1, kind, town, village, point))


def _small_villages(lived: list[VillagePlan], count: int, random: Random) -> list[VillagePlan]:
    """The villages with small schemes of their own: most of the hills and some of the plain, in random order."""
    chosen = [village for village in lived if random.random() < (0.8 if village.hilly else 0.22)] or lived
    random.shuffle(chosen)
    return chosen[: max(1, count)]


def _town_points(plan: CountyPlan, random: Random) -> list[geometry.Point]:
    """Made-up town centres; hilly towns get the south-eastern ones."""
    points = geometry.spread(plan.county.rings, len(plan.county.towns), random)
    points.sort(key=lambda point: point[1] - point[0])
    order = sorted(range(len(points)), key=lambda town: not plan.hilly[town])
    placed: list[geometry.Point] = [points[0]] * len(points)
    for town, point in zip(order, points, strict=True):
        placed[town] = point
    return placed


def _serve(plan: CountyPlan, random: Random) -> None:
    """Cut villages into groups and give each group its scheme."""
    by_village: dict[int, list[SchemePlan]] = {}
    by_town: dict[int, list[SchemePlan]] = {}
    networks = [scheme for scheme in plan.schemes if scheme.town is None]
    for scheme in plan.schemes:
        if scheme.kind == "small" and scheme.village is not None:
            by_village.setdefault(scheme.village, []).append(scheme)
        elif scheme.kind == "thousand" and scheme.town is not None:
            by_town.setdefault(scheme.town, []).append(scheme)
    for village in plan.villages:
        shared = by_town.get(village.town, [])
        main = random.choice(shared) if shared and (village.hilly or random.random() < 0.45) else random.choice(networks)
        own = by_village.get(village.ordinal)
        names = _group_names(village, random)
        shares = share_out(village.households, [random.uniform(0.6, 1.4) for _ in names])
        for number, (name, count) in enumerate(zip(names, shares, strict=True)):
            scheme = own[number % len(own)] if own else main
            village.groups.append(GroupPlan(name, count, scheme))
            scheme.households += count
            scheme.villages.add(village.ordinal)
    for scheme in plan.schemes:
        if scheme.kind == "decentralised" and scheme.village is not None:
            group = random.choice(plan.villages[scheme.village].groups)
            group.tiny.append(scheme)
            scheme.villages.add(scheme.village)


def _group_names(village: VillagePlan, random: Random) -> list[str]:
    count = max(1, round(village.households / GROUP_SIZE))
    if village.hilly:
        names = [random.choice(_SURNAMES) + "家" + random.choice(_HAMLETS) for _ in range(count)]
        return [f"{name}（{number}组）" for number, name in enumerate(names, 1)]
    return [f"{_numeral(number)}组" for number in range(1, count + 1)]


def _numeral(number: int) -> str:
    if number > 99:
        return str(number)
    if number <= 10:
        return _ORDINALS[number - 1]
    tens, ones = divmod(number, 10)
    return ("" if tens == 1 else _ORDINALS[tens - 1]) + "十" + (_ORDINALS[ones - 1] if ones else "")
