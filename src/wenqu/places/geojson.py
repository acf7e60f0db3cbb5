"""Strict reading of an outline file (GeoJSON): features with a polygon each, in degrees, of bounded size."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from wenqu.kit.refusal import Refused

MOST_BYTES = 10 * 1024 * 1024
MOST_FEATURES = 2000
MOST_POSITIONS = 400_000
DECIMALS = 6
CODE_NAMES = ("code", "adcode", "区划代码", "代码", "行政区划代码", "xzqdm", "pac", "id")
NAME_NAMES = ("name", "名称", "乡镇", "村名", "xzqmc", "fullname", "title")


@dataclass(frozen=True)
class Shape:
    """One feature that can be drawn: where it says it is, and its geometry as compact GeoJSON text."""

    number: int
    code: str
    name: str
    geometry: str


def read_shapes(content: bytes) -> list[Shape]:
    """The features of a file. `Refused` with the feature and the reason where anything is not as it must be."""
    if len(content) > MOST_BYTES:
        raise Refused("outline_too_large", _("文件超过 %(mb)s MB，请先简化边界") % {"mb": MOST_BYTES // 1024 // 1024})
    try:
        data = json.loads(content.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Refused("outline_unreadable", _("不是可以读取的 GeoJSON 文件（应为 UTF-8 编码的 JSON）")) from None
    features = data.get("features") if isinstance(data, dict) and data.get("type") == "FeatureCollection" else None
    if not isinstance(features, list) or not features:
        raise Refused("outline_unreadable", _("文件中没有要素：应为包含 features 的 FeatureCollection"))
    if len(features) > MOST_FEATURES:
        raise Refused("outline_too_large", _("要素超过 %(n)s 个") % {"n": MOST_FEATURES})
    left = [MOST_POSITIONS]
    return [_shape(number, feature, left) for number, feature in enumerate(features, start=1)]


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _wrong(number: int, reason: str) -> Refused:
    return Refused("outline_wrong", _("第 %(number)s 个要素：%(reason)s") % {"number": number, "reason": reason})


def _shape(number: int, feature: Any, left: list[int]) -> Shape:
    if not isinstance(feature, dict) or not isinstance(feature.get("geometry"), dict):
        raise _wrong(number, _("没有几何图形"))
    geometry = feature["geometry"]
    coordinates = geometry.get("coordinates")
    if geometry.get("type") == "Polygon":
        polygons = [coordinates]
    elif geometry.get("type") == "MultiPolygon" and isinstance(coordinates, list):
        polygons = coordinates
    else:
        raise _wrong(number, _("几何类型应为 Polygon 或 MultiPolygon"))
    clean = [_polygon(number, polygon, left) for polygon in polygons]
    if not clean:
        raise _wrong(number, _("边界是空的"))
    properties = feature.get("properties")
    named = {str(key).lower(): value for key, value in properties.items()} if isinstance(properties, dict) else {}
    text = json.dumps({"type": "MultiPolygon", "coordinates": clean}, separators=(",", ":"))
    return Shape(number, _first(named, CODE_NAMES), _first(named, NAME_NAMES), text)


def _first(named: dict[str, Any], keys: tuple[str, ...]) -> str:
    for key in keys:
        value = named.get(key)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()[:80]
    return ""


def _polygon(number: int, polygon: Any, left: list[int]) -> list[Any]:
    if not isinstance(polygon, list) or not polygon:
        raise _wrong(number, _("边界是空的"))
    return [_ring(number, ring, left) for ring in polygon]


def _ring(number: int, ring: Any, left: list[int]) -> list[list[float]]:
    if not isinstance(ring, list) or len(ring) < 4:
        raise _wrong(number, _("每个环至少要有 4 个点"))
    left[0] -= len(ring)
    if left[0] < 0:
        raise Refused("outline_too_large", _("边界点超过 %(n)s 个，请先简化边界") % {"n": MOST_POSITIONS})
    points = [_position(number, position) for position in ring]
    if points[0] != points[-1]:
        raise _wrong(number, _("环没有闭合：首尾两点应相同"))
    return points


def _position(number: int, position: Any) -> list[float]:
    numbers = isinstance(position, list) and len(position) in (2, 3) and all(
        isinstance(each, int | float) and not isinstance(each, bool) for each in position
    )
    if not numbers:
        raise _wrong(number, _("坐标应为 [经度, 纬度]"))
    longitude, latitude = position[0], position[1]
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        raise _wrong(number, _("坐标不是经纬度（度）；投影坐标请先转换"))
    return [round(float(longitude), DECIMALS), round(float(latitude), DECIMALS)]
