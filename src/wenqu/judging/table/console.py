"""What ``wenqu judge`` prints: a few lines of Chinese that fit a screen."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wenqu.rulebook.names import GRADE_NAMES, INDICATOR_NAMES, OVERALL_NAMES

_INDICATORS, _GRADES, _OVERALL = INDICATOR_NAMES["zh"], GRADE_NAMES["zh"], OVERALL_NAMES["zh"]
_WIDTH = 14
_MOST_WARNINGS = 8


def lines(summary: dict[str, Any], out: Path, files: Sequence[str]) -> list[str]:
    """The report on one run."""
    rows, refused, pack = summary["rows"], summary["refused"], summary["pack"]
    text = [f"评价完成：{summary['table']['file']}，{rows['judged']:,} 户；规则包 {pack['id']}（{pack['edition']}），截至 {summary['as_of']}"]
    skipped = sum(rows["skipped"].values())
    if skipped:
        text.append(f"略过合计、备注、重复表头等 {skipped:,} 行")
    if refused["cells"]:
        text.append(f"有 {refused['cells']:,} 个单元格写错，没有采用，详见 errors.xlsx")
    absent = summary["columns"]["absent"]
    if absent:
        text.append(f"表中没有这些列，按未知处理：{'、'.join(absent)}")
    text += ["", _row("", _GRADES.values())]
    text += [_row(zh, (f"{summary['counts'][name][grade]:,}" for grade in _GRADES)) for name, zh in _INDICATORS.items()]
    text += ["", _row("", _OVERALL.values()), _row("总体", (f"{summary['counts']['overall'][g]:,}" for g in _OVERALL)), ""]
    warnings = summary["warnings"]
    text += [f"注意：{warning}" for warning in warnings[:_MOST_WARNINGS]]
    if len(warnings) > _MOST_WARNINGS:
        text.append(f"注意：另有 {len(warnings) - _MOST_WARNINGS} 条提示，见 summary.json")
    text.append(f"结果在 {out}：{'、'.join(files)}")
    return text


def _row(name: str, cells: Any) -> str:
    return _pad(name) + "".join(_pad(cell) for cell in cells)


def _pad(text: str) -> str:
    # Chinese characters take two places on a terminal.
    wide = sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return text + " " * max(1, _WIDTH - wide)
