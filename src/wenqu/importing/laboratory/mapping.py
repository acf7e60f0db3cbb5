"""What a person corrected of the recognition of a laboratory's workbooks: TOML, saved by laboratory, reused.

    [table]                          # everything here is optional
    laboratory = "县疾控中心"
    sheets = ["一月"]                 # read only these sheets
    layout = "wide"                  # wide: a row for each sample; long: a row for each result; report: a sheet for each sample
    header_row = 4                   # row in which the items, or 检测项目 and 检测结果, stand
    dates = "month/day/year"         # or "day/month/year"; otherwise the year comes first
    units = "standard"               # a unit that is not written is that of the standard: say so only where it is known

    [sample]                         # whose header tells what of the sample; several headers are joined
    number = "送检号"
    day = "采样时间"
    place = ["乡镇", "采样点"]
    number_otherwise = ["采样点", "采样时间"]   # stands for the number where that is blank
    point = "采样点"                  # names a point that is watched, by its number or name; it and the day stand for a number that no column tells

    [columns]                        # long and report
    item = "参数"
    result = "数据"
    unit = "量纲"

    [items]                          # name as written -> item, or "" to leave it out
    "总铁" = "iron"
    "水温" = ""

    [units]                          # name as written -> unit, whatever the workbook says
    "氟化物" = "mg/L"

    [words]                          # what a text of this laboratory means, in a way that everybody writes
    "未超" = "未检出"
    "*" = ""
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wenqu.importing.headers import normal
from wenqu.importing.refusal import MappingError
from wenqu.rulebook.quality.results.items import Names
from wenqu.rulebook.quality.results.units import unit_of
from wenqu.rulebook.quality.results.values import read_result

LAYOUTS = ("wide", "long", "report")
DATES = ("year-month-day", "month/day/year", "day/month/year")
FACTS = ("number", "day", "place", "water", "scheme", "point")
ROLES = ("item", "result", "unit")
_TABLE = {"laboratory", "sheets", "layout", "header_row", "dates", "units"}
_SAMPLE = {*FACTS, "number_otherwise"}
_ROOT = {"table", "sample", "columns", "items", "units", "words"}


@dataclass(frozen=True, slots=True)
class LabMapping:
    """One saved mapping. Names of headers and items are compared without width, case and blanks."""

    laboratory: str = ""
    sheets: tuple[str, ...] = ()
    layout: str = ""
    header_row: int = 0
    dates: str = DATES[0]
    standard_units: bool = False
    sample: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    items: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)

    def text(self) -> str:
        """TOML that reads as the same mapping."""
        table: dict[str, Any] = {"laboratory": self.laboratory, "sheets": list(self.sheets), "layout": self.layout, "header_row": self.header_row}
        table["dates"] = "" if self.dates == DATES[0] else self.dates
        table["units"] = "standard" if self.standard_units else ""
        sample = {name: list(headers) for name, headers in self.sample.items()}
        groups = {"table": {key: value for key, value in table.items() if value}, "sample": sample,
                  "columns": self.columns, "items": self.items, "units": self.units, "words": self.words}
        return "\n".join(f"[{name}]\n" + "".join(f"{_toml(key)} = {_toml(value)}\n" for key, value in group.items())
                         for name, group in groups.items() if group)


def parse_lab_mapping(text: str, names: Names, name: str = "对应关系") -> LabMapping:
    """Read a mapping; every mistake is named with its key, in Chinese."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{name} 不是正确的 TOML：{error}") from None
    _only(data, _ROOT, name, "")
    table, sample = _group(data, "table", name), _group(data, "sample", name)
    _only(table, _TABLE, name, "table.")
    _only(sample, _SAMPLE, name, "sample.")
    columns = _texts(_group(data, "columns", name), name, "columns", lambda role, _header: role in ROLES, f"只能写 {'、'.join(ROLES)}")
    items = _texts(_group(data, "items", name), name, "items", lambda _text, key: not key or key in names.items, "没有这个项目；不用的项目写成 \"\"")
    units = _texts(_group(data, "units", name), name, "units", lambda _text, unit: unit_of(unit) is not None, "单位看不懂")
    words = _texts(_group(data, "words", name), name, "words", lambda _text, said: read_result(said).kind != "wrong", "写成大家都用的写法，例如 未检出、<0.01、无")
    header_row = table.get("header_row", 0)
    if isinstance(header_row, bool) or not isinstance(header_row, int) or header_row < 0:
        raise MappingError(f"{name}：table.header_row：应为表头所在的行号")
    return LabMapping(
        _text(table.get("laboratory", ""), name, "table.laboratory"), _headers(table.get("sheets", []), name, "table.sheets"),
        _choice(table, "layout", ("", *LAYOUTS), name), header_row, _choice(table, "dates", ("", *DATES), name) or DATES[0],
        _choice(table, "units", ("", "standard"), name) == "standard",
        {key: _headers(value, name, f"sample.{key}") for key, value in sample.items()}, columns, items, units, words,
    )


def same(one: str, other: str) -> bool:
    """Whether two names are the same to whoever wrote them."""
    return normal(one) == normal(other)


def looked_up(table: Mapping[str, str], text: str) -> str | None:
    """What a table of the mapping says of a text, ``None`` where it says nothing."""
    return next((value for key, value in table.items() if same(key, text)), None)


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _only(data: dict[str, Any], allowed: set[str], name: str, prefix: str) -> None:
    for key in data:
        if key not in allowed:
            raise MappingError(f"{name}：不认识的键 {prefix}{key}；可用的键：{'、'.join(sorted(allowed))}")


def _group(data: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    value = data.get(key, {})
    if not isinstance(value, dict):
        raise MappingError(f"{name}：{key}：应为一个表（[{key}]）")
    return value


def _text(value: object, name: str, at: str) -> str:
    if not isinstance(value, str):
        raise MappingError(f"{name}：{at}：应为文字")
    return value


def _headers(value: object, name: str, at: str) -> tuple[str, ...]:
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(each, str) and each.strip() for each in values):
        raise MappingError(f"{name}：{at}：应为一个表头的文字，或几个表头的列表")
    return tuple(values)


def _choice(table: dict[str, Any], key: str, choices: tuple[str, ...], name: str) -> str:
    value = table.get(key, "")
    if value not in choices:
        raise MappingError(f"{name}：table.{key}：应为 {'、'.join(filter(None, choices))} 之一")
    return str(value)


def _texts(group: dict[str, Any], name: str, at: str, good: Callable[[str, str], bool], why: str) -> dict[str, str]:
    for key, value in group.items():
        if not good(key, _text(value, name, f"{at}.{key}")):
            raise MappingError(f"{name}：{at}.{key}：{why}")
    return dict(group)
