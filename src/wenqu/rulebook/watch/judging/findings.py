"""What a judging found: a reason of the catalogue with its clauses and the words that its sentence needs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from wenqu.rulebook.model import Number
from wenqu.rulebook.names import LANGS, measured, plain
from wenqu.rulebook.watch.judging.kleene import Answer

Words = Mapping[str, str]  # by language
Cited = tuple[tuple[str, Number], ...]  # dotted place in the pack, the number or word there


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer: ``code`` of the catalogue, the clauses it rests on, and the words of its sentence in each language."""

    code: str
    answer: Answer
    cited: Cited = ()
    words: Mapping[str, Words] = field(default_factory=dict)


def same(text: object) -> Words:
    """A word that reads the same in every language."""
    return {lang: plain(text) for lang in LANGS}


def limit(number: Number) -> Words:
    """A limit with its unit; that it is a head and year stands in the sentence."""
    if number.unit.startswith("元"):
        return {"zh": f"{plain(number.value)} 元", "en": f"{plain(number.value)} yuan"}
    return {lang: measured(number.value, number.unit, lang) for lang in LANGS}


def yuan(fen: int | None) -> Words:
    """An amount of fen in yuan."""
    return same(Decimal(fen) / 100) if fen is not None else {"zh": "未知", "en": "not known"}


def per_head(fen: int | None, members: int | None) -> Words:
    """Yuan a head, cut to the fen and never rounded up, so that 6319.999 does not read as 6320."""
    return yuan(None if fen is None or not members else fen // members)


def listed(entries: Iterable[object]) -> Words:
    """Names of entries, one after another."""
    found = list(entries)
    return {"zh": "、".join(str(getattr(one, "zh", one)) for one in found), "en": ", ".join(str(getattr(one, "en", one)) for one in found)}
