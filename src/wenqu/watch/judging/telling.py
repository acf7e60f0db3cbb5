"""What was told of a household as its page shows it: facts, items, and the months that were asked about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from wenqu.households.showing import name_shown
from wenqu.kit.languages import in_english
from wenqu.rulebook.watch.judging import JudgingPack, Window
from wenqu.watch.judging.asked import CHOICE, MONEY, YES_NO, Asked
from wenqu.watch.judging.deciding import Decided
from wenqu.watch.judging.known import gone
from wenqu.watch.models import HouseFact, IncomeItem


def facts_shown(told: dict[str, HouseFact], asked: Sequence[Asked]) -> list[dict[str, Any]]:
    """What was told, in the order in which it is asked."""
    return [{"row": told[each.name], "label": each.label, "words": words_of(each, told[each.name].value.open())} for each in asked if each.name in told]


def words_of(asked: Asked, text: str) -> str:
    """A kept value as people read it."""
    if not text:
        return _("未知")
    if asked.kind == YES_NO:
        return {"yes": _("是"), "no": _("否")}.get(text, text)
    if asked.kind == CHOICE:
        return str(dict(asked.choices).get(text, text))
    return f"{_yuan(int(text))} {asked.unit}" if asked.kind == MONEY else f"{text} {asked.unit}".strip()


def _yuan(fen: int) -> str:
    return f"{fen / 100:,.2f}"


def items_shown(items: Sequence[IncomeItem], pack: JudgingPack, area: Any) -> list[dict[str, Any]]:
    """Each item with its kind, months and amount in words, and whose it is."""
    out = []
    for row in items:
        kind, amount = pack.items.get(row.kind), row.amount.open()
        out.append({
            "row": row, "gone": gone(row), "kind": (kind.en if in_english() else kind.zh) if kind else row.kind, "first": _month(row.first), "last": _month(row.last),
            "amount": _yuan(int(amount)) if amount else _("不详"), "who": name_shown(row.member, area) if row.member else _("全家"),
        })
    return out


def _month(month: int) -> str:
    return f"{month // 100}-{month % 100:02d}"


def months_of(items: Sequence[IncomeItem], decided: Decided) -> dict[str, Any]:
    """For each kind the months of the window: told of or not yet; and whether an answer lacks."""
    window: Window = decided.rules.window
    every = [_of(number) for number in range(window.start, window.start + window.months)]
    gaps = {kind.id for kind in decided.judgement.income.gaps}
    lines = []
    for kind in decided.rules.pack.items.values():
        mine = [row for row in items if row.kind == kind.id and row.together is not False]
        lines.append({"kind": kind.en if in_english() else kind.zh, "gap": kind.id in gaps,
                      "cells": [any(row.first <= month <= row.last for row in mine) for month in every]})
    return {"months": [_month(month) for month in every], "lines": lines}


def _of(number: int) -> int:
    return number // 12 * 100 + number % 12 + 1
