"""The notes under a ledger: the limits it was judged by, each with clause and edition, and the marks of what is not verified."""

from __future__ import annotations

from collections.abc import Iterator

from wenqu.judging.queries import pack_of
from wenqu.reports.ledgers.scope import Scope
from wenqu.rulebook.labels import LABELS
from wenqu.rulebook.manual import numbers_of
from wenqu.rulebook.model import INDICATORS, Pack
from wenqu.rulebook.names import cited, measured

_AT_LEAST = {"rain", "water", "humid", "arid", "flat"}


def limit_notes(scope: Scope) -> list[str]:
    """One line an indicator for every pack that judged the area."""
    packs = {run.digest: pack_of(run) for run in scope.runs}
    return [line for pack in packs.values() for line in _of_pack(pack)]


def _of_pack(pack: Pack) -> Iterator[str]:
    yield f"评价依据：{pack.zh}（{pack.edition}，规则包 {pack.id}）。限值除标明“未核实”的以外均有出处。"
    for indicator in INDICATORS:
        shown, clauses, unsure = [], [], False
        for path, number in numbers_of(pack.content[indicator]):
            clauses.append(cited(str(number["clause"]), "zh"))
            doubtful = number["confidence"] != "sourced"
            unsure |= doubtful
            if number["unit"] == "rule":
                continue
            sign = "≥" if _AT_LEAST & set(path) or number["unit"] == "%" else "≤"
            words = "".join(LABELS.get(key, (key, key))[0] for key in path)
            shown.append(f"{words}{sign}{measured(number['value'], str(number['unit']), 'zh')}{'（未核实）' if doubtful else ''}")
        body = "，".join(shown) or _quality(pack)
        mark = "；含未核实内容" if unsure else ""
        yield f"{LABELS[indicator][0]}：{body}（条款：{'、'.join(dict.fromkeys(clauses))}{mark}）。"


def _quality(pack: Pack) -> str:
    """Quality has no number here: it rests on the laboratory's result by the drinking-water standard."""
    return "以水质检测结果为准；没有检测结果的，仅规定的工程类型按感官（望闻问尝）判定，其余为未知"


def general_notes(*extra: str) -> list[str]:
    return ["注：“未知”表示资料不足、不能判定，不等于达标或不达标；空白表示没有资料。", *extra]
