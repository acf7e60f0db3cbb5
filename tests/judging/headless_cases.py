"""Random registers whose every cell has a known meaning: what was written, what it means, and whether it is wrong.

The meaning here is stated by hand, apart from the reader under test.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from wenqu.rulebook.facts import FACT_KEYS
from wenqu.rulebook.model import Facts

WRONG = object()
Written = tuple[Any, Any]  # (cell, meaning); WRONG for a cell that must be refused, None for blank

_BLANK: list[Written] = [(None, None), ("", None), ("—", None), (" / ", None)]
_NOT_NUMBERS: list[Written] = [(text, WRONG) for text in ("60升", "abc", "nan", "inf", "1e400", "0x1F", "1_0", "-3", "１２，３", "12,3")]


def _numbers(*values: float) -> list[Written]:
    plain: list[Written] = [(value, value) for value in values]
    texts: list[Written] = [(f" {value} ", value) for value in values]
    wide: list[Written] = [(str(value).translate(str.maketrans("0123456789.", "０１２３４５６７８９．")), value) for value in values]
    return plain * 4 + texts + wide + _NOT_NUMBERS + _BLANK


def _words(meaning: dict[Any, tuple[str, ...]], wrong: tuple[str, ...]) -> list[Written]:
    good: list[Written] = [(word, value) for value, words in meaning.items() for word in words]
    return good * 3 + [(word, WRONG) for word in wrong] + _BLANK


_YES_NO = {True: ("是", "yes", "YES", "√", "☑是 □否", "1"), False: ("否", "no", "×", "□是 ☑否", "0")}
POOLS: dict[str, list[Written]] = {
    "division_code": [("610122100201", "610122100201"), ("61012210020", WRONG), ("蓝田", WRONG), (None, None)],
    "scheme_class": _words({"urban_rural": ("城乡一体化", "urban_rural"), "large": ("千吨万人", "large"), "thousand": ("千人以上", " 千人以上 "),
                            "small": ("small", "小型集中"), "decentralised": ("decentralised", "分散", "☑分散 □小型集中")}, ("大", "centralised", "☑分散 ☑小型集中")),
    "piped": _words(_YES_NO, ("maybe", "是否", "2")),
    "litres_per_person_day": [*_numbers(60, 59.9, 40, 39.99, 35, 34.9, 20, 19.9, 0, 65), ("1,000", 1000.0), (1001, WRONG), (-1, WRONG)],
    "rain_mm": [*_numbers(800, 799.9, 1200, 300), ("1,200.5", 1200.5)],
    "water_m3_per_head": _numbers(1000, 999.9, 2000, 10),
    "round_trip_min": [*_numbers(10, 10.1, 20, 20.1, 5, 0), (1441, WRONG)],
    "horizontal_m": _numbers(400, 400.5, 800, 800.5, 0, 900, 1000, 1001),
    "vertical_m": _numbers(40, 40.5, 80, 80.5, 0, 100, 101),
    "short_days": _numbers(18, 19, 18.25, 18.3, 36, 36.5, 37, 0, 400, 18.2500000001),
    "year_days": [*_numbers(365, 366, 100), (367, WRONG), (0, WRONG)],
    "longest_short_spell_days": _numbers(30, 31, 0, 5, 18),
    "lab_result": _words({"pass": ("pass", "合格"), "fail": ("fail", "不合格"), "undetermined": ("undetermined", "未判定")}, ("优", "good")),
    "sensory_ok": _words(_YES_NO, ("maybe",)),
    "has_plant": _words(_YES_NO | {True: ("有", "yes"), False: ("无", "no")}, ("在建",)),
}
HEADERS = {key.name: key.zh for key in FACT_KEYS}
DAYS = ("short_days", "year_days", "longest_short_spell_days")


def register(seed: int, rows: int) -> list[dict[str, Written]]:
    """Rows of written cells with their meanings, by column name."""
    draw = random.Random(seed)
    return [{"household_id": (f"户{n:05d}", f"户{n:05d}")} | {name: draw.choice(pool) for name, pool in POOLS.items()} for n in range(rows)]


def facts_of(row: dict[str, Written]) -> tuple[Facts, list[str]]:
    """(facts that may be used, columns with a refused cell in order of the columns)."""
    refused = [name for name, (_, meaning) in row.items() if meaning is WRONG]
    values = {name: None if meaning is WRONG else meaning for name, (_, meaning) in row.items()}
    days = {name: None if values[name] is None else Decimal(str(values[name])) for name in DAYS}
    out = []
    if days["longest_short_spell_days"] is not None and days["short_days"] is not None and days["longest_short_spell_days"] > days["short_days"]:
        out += ["longest_short_spell_days", "short_days"]
    if days["short_days"] is not None and days["short_days"] > (365 if days["year_days"] is None else days["year_days"]):
        out += ["short_days", *(["year_days"] if days["year_days"] is not None else [])]
    values |= days | dict.fromkeys(out)
    used = {name: value for name, value in values.items() if name not in ("household_id", "division_code")}
    return Facts(**used), refused + out
