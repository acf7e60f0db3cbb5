"""The schemes of the plan as rows: names, sources, process, disinfection, owners and the three responsibilities. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from random import Random
from typing import Any

from wenqu.demo import stories
from wenqu.demo.people import PeopleMaker
from wenqu.demo.plan import CountyPlan, SchemePlan

SCHEME_COLUMNS = (
    "id", "county_id", "division_id", "path", "number", "name", "scheme_class", "has_plant", "source_kind", "process", "disinfection",
    "design_m3_per_day", "built_year", "owner", "operator", "longitude", "latitude", "crs",
)
RESPONSIBILITY_COLUMNS = ("scheme_id", "kind", "name", "post", "phone")
_FLOORS = {"urban_rural": 3000, "large": 1050, "thousand": 105, "small": 4, "decentralised": 1}
_TITLES = {"urban_rural": "城乡供水一体化工程", "large": "规模化供水工程", "thousand": "联村供水工程", "small": "供水工程", "decentralised": "分散供水点"}
_SMALL_NAMES = "东西南北上下前后"
# Responsibilities that nobody holds, by class: the smaller, the more often.
_GAPS = {"urban_rural": 0.0, "large": 0.0, "thousand": 0.03, "small": 0.07, "decentralised": 0.18}


def scheme_name(plan: CountyPlan, scheme: SchemePlan) -> str:
    title = _TITLES[scheme.kind]
    if scheme.village is not None:
        place = plan.villages[scheme.village].village.name.replace("村委会", "村").replace("村民委员会", "村").replace("社区居民委员会", "社区")
        return f"{place}{_SMALL_NAMES[scheme.ordinal % 8]}{title}"
    if scheme.town is not None:
        return f"{plan.county.towns[scheme.town].name}第{scheme.ordinal}{title}"
    return f"{plan.county.name}第{scheme.ordinal}{title}"


def scheme_row(plan: CountyPlan, scheme: SchemePlan, key: int, county_id: int, division: tuple[int, str], random: Random) -> tuple[Any, ...]:
    big = scheme.kind in ("urban_rural", "large")
    # 3.3 people a household, 80 litres each, a third in reserve.
    design = max(_FLOORS[scheme.kind], scheme.households * 3.3 * 0.08 * 1.33)
    town = plan.county.towns[scheme.town].name if scheme.town is not None else plan.county.name
    return (
        key, county_id, *division, f"{plan.county.code}G{scheme.ordinal:05d}", scheme_name(plan, scheme),
        scheme.kind, {"yes": True, "no": False}[stories.has_plant(scheme)],
        _source(scheme, random), _process(scheme, random), _disinfection(scheme, random),
        Decimal(round(design * 10)) / 10, None if random.random() < 0.04 else random.randint(2004, 2023),
        f"{plan.county.name}水务局" if big else f"{town}人民政府" if scheme.kind == "thousand" else "村集体",
        f"{plan.county.name}城乡供水有限公司" if big or scheme.kind == "thousand" else "" if random.random() < 0.08 else "村委会",
        round(scheme.point[0], 5), round(scheme.point[1], 5), "EPSG:4490",
    )


def _source(scheme: SchemePlan, random: Random) -> str:
    if scheme.kind in ("urban_rural", "large"):
        return random.choice(("水库水", "地下水（深井）"))
    if scheme.kind == "decentralised":
        return random.choice(("水窖", "山泉水", "大口井", "小电井"))
    return random.choice(("山泉水", "地下水（深井）", "河水（渗渠）", "地下水（浅井）", ""))


def _process(scheme: SchemePlan, random: Random) -> str:
    if stories.has_plant(scheme) == "no":
        return "无"
    return "絮凝—沉淀—过滤" if scheme.kind in ("urban_rural", "large") else random.choice(("一体化净水设备", "慢滤池", "过滤"))


def _disinfection(scheme: SchemePlan, random: Random) -> str:
    if scheme.kind in ("urban_rural", "large"):
        return "次氯酸钠"
    if stories.has_plant(scheme) == "no" or scheme.story == "lab_fails":
        return "无"
    return random.choice(("次氯酸钠", "次氯酸钠", "二氧化氯", "缓释消毒片", "紫外线", ""))


def responsibilities(scheme: SchemePlan, key: int, maker: PeopleMaker, random: Random) -> Iterator[tuple[int, str, str, str, str]]:
    """Up to three named people of a scheme; believable gaps in persons and in phones."""
    for kind, post in (("government", "副镇长" if scheme.town is not None else "副县长"), ("department", "农饮中心干部"), ("operator", "管水员")):
        gap = _GAPS[scheme.kind] * (1.6 if kind == "operator" else 0.7)
        name, phone = maker.name(), maker.phone()
        if random.random() >= gap:
            yield key, kind, name, post, "" if random.random() < gap / 2 else phone
