"""A verdict as it is kept: every item with its value as written, limit, clause and sentence in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wenqu.quality.models import Result
from wenqu.rulebook.model import Number, Pack
from wenqu.rulebook.names import measured, plain
from wenqu.rulebook.quality.judging import ItemVerdict, SampleVerdict
from wenqu.rulebook.quality.judging.editions import water_of
from wenqu.rulebook.quality.judging.explain import item_sentence, missing_sentence, overall_sentence
from wenqu.rulebook.quality.results.naming import item_names

ABSENT = "不得检出"


def items_of(verdict: SampleVerdict, pack: Pack, rows: Mapping[str, Result]) -> list[dict[str, Any]]:
    """What was concluded of each item, and of sums that were worked out."""
    water = water_of(pack)
    # What this edition has no limit of is called as the others call it.
    names = {key: zh for key, (zh, _en) in item_names().items()} | {key: each.zh for group in (water.items, water.residuals) for key, each in group.items()}
    return [
        {
            "item": one.item, "name": names.get(one.item, one.item), "result": row.pk if row is not None and one.result is not None else None, "verdict": str(one.verdict), "reason": one.reason,
            "clause": one.clause or _clauses(one), "written": written_of(one, row), "limit": limit_of(one),
            "zh": item_sentence(one, verdict.sample, pack, "zh"), "en": item_sentence(one, verdict.sample, pack, "en"),
        }
        for one in verdict.items for row in (rows.get(one.item),)
    ]


def words_of(verdict: SampleVerdict, pack: Pack) -> dict[str, str]:
    """The sentence of the whole, with what is missing."""
    return {lang: overall_sentence(verdict, pack, lang) + missing_sentence(verdict, pack, lang) for lang in ("zh", "en")}


def written_of(one: ItemVerdict, row: Result | None) -> str:
    """The value as the laboratory wrote it; a sum as it was worked out."""
    if one.ratio is not None:
        low, high = one.ratio
        return f"{float(low):.6g}" if high == low else f"≥{float(low):.6g}" if high is None else f"{float(low):.6g}–{float(high):.6g}"
    if row is None:
        return ""
    unit = row.unit_written or row.unit
    return row.written if not unit or unit in row.written or unit == "pH" else f"{row.written} {unit}"


def limit_of(one: ItemVerdict) -> str:
    """The limit that decided, or the range."""
    if one.bounds is None:
        return ""
    low, high = one.bounds.low, one.bounds.high
    if one.limit is not None and one.reason in ("over", "under", "guide_over", "sum_over"):
        low, high = (one.limit, None) if one.reason == "under" else (None, one.limit)
    if low is not None and high is not None:
        return f"{plain(low.value)}–{plain(high.value)}{'' if high.unit == 'pH' else f' {high.unit}'}"
    return f"≥{_said(low)}" if low is not None else _upper(high)


def _upper(high: Number | None) -> str:
    if high is None:
        return ""
    return ABSENT if isinstance(high.value, str) else f"≤{_said(high)}"


def _said(number: Number) -> str:
    return str(measured(number.value, number.unit, "zh"))


def _clauses(one: ItemVerdict) -> str:
    found = [number.clause for number in (one.bounds.low, one.bounds.high) if number] if one.bounds else []
    return "、".join(dict.fromkeys(found))
