"""The catalogue of what can be known of a household: names, headers, units, plausible ranges and words.

Readers of tables (``wenqu judge``, the imports, the registers) take it from here, so that a column means the same
everywhere. A cell outside its range is wrong; a wrong cell is reported and counts as blank (issue: "Only the wrong
cell, in a contradiction both cells, becomes blank; the row is still judged").
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from wenqu.rulebook.model import Amount

DEFAULT_YEAR_DAYS = 365


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a choice or yes/no column with all ways of writing it (already folded, see ``fold``)."""

    value: str | bool
    zh: str
    en: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactKey:
    """One input column. ``kind`` is text, code, choice, yesno, number or days; the range is inclusive."""

    name: str
    zh: str
    en: str
    kind: str
    unit: str = ""
    low: int | None = None
    high: int | None = None
    choices: tuple[Choice, ...] = ()
    aliases: tuple[str, ...] = ()

    def choose(self, cell: str) -> str | bool | None:
        """Value of a written word, or ``None`` when the catalogue does not know the word."""
        word = fold(cell)
        for choice in self.choices:
            if word in choice.words:
                return choice.value
        return None


def fold(text: str) -> str:
    """Compare words as people do: full width as half width, no spaces, no case, one kind of dash."""
    plain = unicodedata.normalize("NFKC", text).lower()
    return "".join("-" if c in "‐‑–—－" else c for c in plain if not c.isspace())


def _words(value: str | bool, zh: str, en: str, *more: str) -> Choice:
    written = str(value).lower()
    return Choice(value, zh, en, tuple(dict.fromkeys(fold(w) for w in (written, zh, en, *more))))


_CLASSES = (
    _words("urban_rural", "城乡一体化", "urban-rural network", "城乡供水一体化", "城乡一体", "城乡一体化工程",
           "城市管网延伸", "城市管网延伸工程", "管网延伸", "城镇管网延伸", "urban_rural", "urban rural"),
    _words("large", "千吨万人", "large", "千吨万人工程", "千吨万人以上", "千吨万人及以上", "万人", "万人以上",
           "万人工程", "万人以上工程", "千吨"),
    _words("thousand", "千人以上", "thousand", "千人以上工程", "千人", "千人工程", "千人供水工程", "千人以上供水工程"),
    _words("small", "小型集中", "small", "小型", "小型集中式", "小型集中供水", "小型集中供水工程", "小型集中式供水",
           "小型集中式供水工程", "小型工程", "小型供水工程", "千人以下集中供水工程", "small centralised",
           "small centralized"),
    _words("decentralised", "分散", "decentralised", "decentralized", "分散式", "分散供水", "分散式供水", "分散工程",
           "分散式工程", "分散供水工程", "分散式供水工程"),
)
_YES_NO = (
    _words(True, "是", "yes", "有", "y", "t", "true", "1", "1.0", "√", "✓", "✔", "☑", "对", "已"),
    _words(False, "否", "no", "无", "n", "f", "false", "0", "0.0", "×", "x", "✗", "✘", "没有", "不是", "未", "不"),
)
_PIPED = (
    _words(True, "是", "yes", *_YES_NO[0].words, "入户", "已入户", "到户", "已通", "通"),
    _words(False, "否", "no", *_YES_NO[1].words, "未入户", "不入户", "没入户", "未到户", "未通", "不通"),
)
# "有" and "无" say nothing here: they may answer "is there a smell?" as well as "is it good?".
_SENSES = (
    _words(True, "是", "yes", *(w for w in _YES_NO[0].words if w not in ("有", "已")), "正常", "良好", "好", "无异常",
           "合格", "good", "ok", "normal"),
    _words(False, "否", "no", *(w for w in _YES_NO[1].words if w not in ("无", "没有", "未")), "不正常", "异常",
           "有异常", "差", "不好", "不合格", "bad", "abnormal"),
)
_LAB = (
    _words("pass", "合格", "pass", "passed", "达标", "符合", "水质合格", "检测合格"),
    _words("fail", "不合格", "fail", "failed", "不达标", "不符合", "超标", "水质不合格", "检测不合格"),
    _words("undetermined", "未判定", "undetermined", "无法判定", "待定", "待判定", "不确定", "未定", "无法评价"),
)

FACT_KEYS: tuple[FactKey, ...] = (
    FactKey("household_id", "户编号", "household ID", "text",
            aliases=("农户编号", "户号", "户编码", "农户编码", "户ID")),
    FactKey("division_code", "区划代码", "division code", "code",
            aliases=("行政区划代码", "行政区划编码", "区划编码", "统计用区划代码", "村代码")),
    FactKey("scheme_class", "工程类型", "scheme class", "choice", choices=_CLASSES,
            aliases=("供水工程类型", "工程类别", "供水工程类别", "供水类型", "工程规模")),
    FactKey("piped", "是否入户", "piped to house or yard", "yesno", choices=_PIPED,
            aliases=("入户", "供水入户", "供水到户", "是否到户", "自来水是否入户", "自来水入户", "是否通自来水")),
    FactKey("litres_per_person_day", "人均日用水量", "litres a person and day", "number", "L/(人·d)", 0, 1000,
            aliases=("水量", "人均日供水量", "人均用水量", "人均水量", "日人均用水量")),
    FactKey("rain_mm", "年均降水量", "mean annual rain", "number", "mm", 0, 20000,
            aliases=("降水量", "年降水量", "多年平均降水量", "年平均降水量", "年均降雨量", "降雨量")),
    FactKey("water_m3_per_head", "人均水资源量", "water resources a head and year", "number", "m³/(人·a)", 0, 10000000,
            aliases=("年人均水资源量", "人均水资源", "人均水资源占有量")),
    FactKey("round_trip_min", "往返时间", "round trip", "number", "min", 0, 1440,
            aliases=("取水往返时间", "人力取水往返时间", "往返取水时间", "取水时间")),
    FactKey("horizontal_m", "水平距离", "horizontal distance", "number", "m", 0, 100000,
            aliases=("取水水平距离", "取水距离")),
    FactKey("vertical_m", "垂直距离", "vertical distance", "number", "m", 0, 9000,
            aliases=("垂直高差", "取水垂直距离", "取水垂直高差", "高差")),
    FactKey("short_days", "缺水天数", "short days in the year", "days", "d", 0, 10000,
            aliases=("年缺水天数", "全年缺水天数", "累计缺水天数", "累计停水天数", "停水天数", "年停水天数")),
    FactKey("year_days", "年天数", "days of the year", "days", "d", 1, 366,
            aliases=("全年天数", "统计天数", "年度天数")),
    FactKey("longest_short_spell_days", "最长连续缺水天数", "longest short spell", "days", "d", 0, 366,
            aliases=("连续缺水天数", "最长缺水天数", "最长连续停水天数", "连续停水天数")),
    FactKey("lab_result", "水质检测结果", "laboratory result", "choice", choices=_LAB,
            aliases=("水质检测", "检测结果", "水质检验结果", "水质检测结论", "水质化验结果")),
    FactKey("sensory_ok", "感官是否正常", "good by the senses", "yesno", choices=_SENSES,
            aliases=("感官评价", "感官", "感官正常", "望闻问尝", "感官性状", "感官是否良好")),
    FactKey("has_plant", "有无水厂", "has a treatment plant", "yesno", choices=_YES_NO,
            aliases=("是否有水厂", "有水厂", "水厂", "是否建有水厂")),
)
FACTS_BY_NAME: Mapping[str, FactKey] = {key.name: key for key in FACT_KEYS}


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Two columns that cannot both be right: ``more`` above ``most`` (``default`` where ``most`` is blank)."""

    code: str
    more: str
    most: str
    default: int | None
    zh: str
    en: str


CONTRADICTIONS: tuple[Contradiction, ...] = (
    Contradiction("spell_over_short_days", "longest_short_spell_days", "short_days", None,
                  "最长连续缺水天数大于缺水天数", "the longest short spell is longer than the short days"),
    Contradiction("short_days_over_year", "short_days", "year_days", DEFAULT_YEAR_DAYS,
                  "缺水天数大于年天数", "there are more short days than days in the year"),
)


def contradictions(values: Mapping[str, Amount | None]) -> list[tuple[Contradiction, tuple[str, ...]]]:
    """Contradictions of one row with the cells each of them blanks.

    ``values`` holds the day columns that are valid by themselves, in days. All contradictions are looked for at once
    on the values as given, so a chain (spell > short days > year) blanks all three cells.
    """
    found: list[tuple[Contradiction, tuple[str, ...]]] = []
    for rule in CONTRADICTIONS:
        more, given = values.get(rule.more), values.get(rule.most)
        most = rule.default if given is None else given
        if more is not None and most is not None and more > most:
            found.append((rule, (rule.more,) if given is None else (rule.more, rule.most)))
    return found
