"""Mapping files: which header feeds which column, and how its cells are to be read. TOML, written by people, reused.

    [table]                               # everything here is optional
    sheets = ["一月"]                      # read only these sheets
    header_row = 4                        # Excel row of the header; two rows: [3, 4]
    blank = ["NA", "不详"]                 # cells that mean "nothing", in every column

    [columns.round_trip_min]
    from = "单程时间"
    multiply = 2                          # value = cell * multiply + add
    [columns.scheme_class]
    constant = "decentralised"            # for every row
    [columns.lab_result]
    from = "化验"
    values = { "优" = "pass", "劣" = "fail" }
    [columns.sensory_ok]
    from = "问题"
    no_if_contains = ["咸", "浑"]
    otherwise = "refuse"                  # or "yes", "no", "blank": what a text without any of the words means
    [[columns.short_days.when]]           # looked at first, in this order; the first that holds decides
    is = { "状况" = ["停用", "废弃"] }        # other headers of the same row; all must hold
    contains = { "备注" = ["未问"] }
    value = 365                           # or "" for blank
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from wenqu.importing.cells import plain, read_cell
from wenqu.importing.columns import Column, by_name
from wenqu.importing.refusal import MappingError
from wenqu.importing.rules import Condition, Mapping, Rule, When, apply_rule

__all__ = ["Mapping", "Rule", "apply_rule", "load_mapping", "parse_mapping", "simple_mapping"]

_OTHERWISE = ("refuse", "yes", "no", "blank")
_TABLE_KEYS = {"sheets", "header_row", "blank"}
_RULE_KEYS = {"from", "constant", "multiply", "add", "blank", "values", "yes_if_contains", "no_if_contains", "otherwise",
              "when"}
_WHEN_KEYS = {"is", "contains", "value"}


def load_mapping(path: Path, columns: Sequence[Column]) -> Mapping:
    """Read a mapping file; every mistake is named with file and key."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise MappingError(f"找不到映射文件：{path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise MappingError(f"映射文件 {path.name} 读不出来（应为 UTF-8 编码的 TOML 文件）：{error}") from None
    return parse_mapping(text, columns, path.name)


def parse_mapping(text: str, columns: Sequence[Column], name: str = "映射") -> Mapping:
    """Read a mapping from its TOML text."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{name} 不是正确的 TOML：{error}") from None
    _only(data, {"table", "columns"}, name, "")
    table = _table(data.get("table", {}), name, "table")
    _only(table, _TABLE_KEYS, name, "table.")
    blank = _texts(table.get("blank", []), name, "table.blank")
    known = by_name(columns)
    rules = {}
    for key, body in _table(data.get("columns", {}), name, "columns").items():
        if key not in known:
            raise MappingError(f"{name}：columns.{key}：没有这一列；可用的列：{'、'.join(known)}")
        rules[key] = _rule(known[key], _table(body, name, f"columns.{key}"), blank, name, f"columns.{key}")
    for column in columns:
        if blank and column.name not in rules:
            rules[column.name] = Rule(blank=blank)
    return Mapping(rules, _texts(table.get("sheets", []), name, "table.sheets"),
                   _header_rows(table.get("header_row"), name), text)


def _rule(column: Column, body: dict[str, Any], blank: tuple[str, ...], name: str, at: str) -> Rule:
    _only(body, _RULE_KEYS, name, f"{at}.")
    if "constant" in body and len(body) > 1:
        raise MappingError(f"{name}：{at}：写了 constant 就不能再写别的键")
    if "constant" in body:
        constant = _plain_value(body["constant"], name, f"{at}.constant")
        _check_value(column, constant, name, f"{at}.constant")
        return Rule(constant=constant)
    values = {key: _plain_value(value, name, f"{at}.values.{key}")
              for key, value in _table(body.get("values", {}), name, f"{at}.values").items()}
    for key, value in values.items():
        _check_value(column, value, name, f"{at}.values.{key}")
    if {"multiply", "add"} & set(body) and column.kind not in ("number", "days"):
        raise MappingError(f"{name}：{at}：multiply 和 add 只能用于数字列")
    if {"yes_if_contains", "no_if_contains", "otherwise"} & set(body) and column.kind != "yesno":
        raise MappingError(f"{name}：{at}：yes_if_contains、no_if_contains、otherwise 只能用于是否列")
    otherwise = body.get("otherwise", "refuse")
    if otherwise not in _OTHERWISE:
        raise MappingError(f"{name}：{at}.otherwise：应为 {'、'.join(_OTHERWISE)} 之一")
    source = body.get("from")
    if source is not None and (not isinstance(source, str) or not source.strip()):
        raise MappingError(f"{name}：{at}.from：应为一个表头的文字")
    return Rule(source, None, _number(body.get("multiply", 1), name, f"{at}.multiply"),
                _number(body.get("add", 0), name, f"{at}.add"),
                blank + _texts(body.get("blank", []), name, f"{at}.blank"), values,
                _texts(body.get("yes_if_contains", []), name, f"{at}.yes_if_contains"),
                _texts(body.get("no_if_contains", []), name, f"{at}.no_if_contains"), otherwise,
                _whens(column, body.get("when", []), name, f"{at}.when"))


def _whens(column: Column, value: object, name: str, at: str) -> tuple[When, ...]:
    if not isinstance(value, list):
        raise MappingError(f"{name}：{at}：应写成 [[{at}]]")
    whens = []
    for number, item in enumerate(value, 1):
        here = f"{at}[{number}]"
        body = _table(item, name, here)
        _only(body, _WHEN_KEYS, name, f"{here}.")
        conditions = [Condition(header, _texts(texts, name, f"{here}.{key}.{header}"), key == "contains")
                      for key in ("is", "contains") for header, texts in _table(body.get(key, {}), name, f"{here}.{key}").items()]
        if not conditions or "value" not in body:
            raise MappingError(f"{name}：{here}：要写 is 或 contains，并写 value（空白写成 \"\"）")
        meant = _plain_value(body["value"], name, f"{here}.value")
        _check_value(column, meant, name, f"{here}.value")
        whens.append(When(tuple(conditions), meant))
    return tuple(whens)


def _check_value(column: Column, value: str, name: str, at: str) -> None:
    cell = read_cell(column, value)
    if cell.code:
        raise MappingError(f"{name}：{at}：“{value}”{column.explain(cell.code)}")


def _only(data: dict[str, Any], allowed: set[str], name: str, prefix: str) -> None:
    for key in data:
        if key not in allowed:
            raise MappingError(f"{name}：不认识的键 {prefix}{key}；可用的键：{'、'.join(sorted(allowed))}")


def _table(value: object, name: str, at: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MappingError(f"{name}：{at}：应为一个表（[{at}]）")
    return value


def _texts(value: object, name: str, at: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) and (item.strip() or "blank" in at) for item in value):
        raise MappingError(f"{name}：{at}：应为文字的列表，例如 [\"甲\", \"乙\"]")
    return tuple(value)


def _number(value: object, name: str, at: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise MappingError(f"{name}：{at}：应为数字")
    return Decimal(value)


def _plain_value(value: object, name: str, at: str) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str | int | Decimal):
        return plain(str(value))
    raise MappingError(f"{name}：{at}：应为文字、数字或 true/false")


def _header_rows(value: object, name: str) -> tuple[int, ...]:
    rows: list[Any] = [] if value is None else value if isinstance(value, list) else [value]
    good = all(isinstance(row, int) and not isinstance(row, bool) and row > 0 for row in rows)
    if not good or len(rows) > 2 or (len(rows) == 2 and rows[1] != rows[0] + 1):
        raise MappingError(f"{name}：table.header_row：应为表头所在的行号，两行表头写成 [3, 4]")
    return tuple(rows)


def simple_mapping(sources: MappingType[str, str]) -> str:
    """TOML text of a mapping that only says which header feeds which column, to be saved and reused."""
    return "\n".join(f"[columns.{name}]\nfrom = {json.dumps(header, ensure_ascii=False)}\n"
                     for name, header in sources.items())
