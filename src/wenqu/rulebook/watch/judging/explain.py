"""A judging as sentences: what was found, then what it adds up to, each with its clause and how sure it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wenqu.rulebook.model import Number
from wenqu.rulebook.names import cited
from wenqu.rulebook.schema import NOT_FOUND
from wenqu.rulebook.watch.judging.findings import Finding
from wenqu.rulebook.watch.judging.model import JudgingPack
from wenqu.rulebook.watch.judging.reference import Judgement
from wenqu.rulebook.watch.judging.whatif import WHAT_IF

_UNVERIFIED = {"zh": "（未核实）", "en": " (unverified)"}
_WHAT_IF = {"zh": "假设", "en": "what-if"}


def explain(judgement: Judgement, pack: JudgingPack, lang: str = "zh") -> tuple[str, ...]:
    """All sentences in "zh" or "en", in the order of reasoning."""
    return tuple(sentence(finding, pack, lang) for finding in judgement.findings.values())


def sentence(finding: Finding, pack: JudgingPack, lang: str = "zh") -> str:
    """One sentence with the clauses it rests on."""
    text = getattr(pack.sentences[finding.code], lang).format(**{name: words[lang] for name, words in finding.words.items()})
    numbers = [number for _, number in finding.cited]
    where = "；".join(_sources(numbers, lang)) if lang == "zh" else "; ".join(_sources(numbers, lang))
    sure = "" if all(number.verified for number in numbers) else _UNVERIFIED[lang]
    if lang == "zh":
        return f"{text}{f'（依据：{where}）' if where else ''}{sure}。"
    return f"{text}{f' ({where})' if where else ''}{sure}."


def _sources(numbers: Iterable[Number], lang: str) -> Iterator[str]:
    """Documents with their clauses, each once."""
    clauses: dict[str, dict[str, None]] = {}
    for number in numbers:
        clauses.setdefault(number.document, {})[number.clause] = None
    for document, own in clauses.items():
        known = [clause for clause in own if clause not in (NOT_FOUND, WHAT_IF)]
        if document == WHAT_IF:
            yield _WHAT_IF[lang]
        elif document == NOT_FOUND:
            yield cited(document, lang) if lang == "en" else "出处未见"
        elif not known:
            yield document
        else:
            yield f"{document}，{'、'.join(known)}" if lang == "zh" else f"{document}, {', '.join(known)}"
