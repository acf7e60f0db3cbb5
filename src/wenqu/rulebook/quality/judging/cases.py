"""Text tables of cases: sentences of the standard, with samples, their results and the answers they must get.

The shape is that of ``text_tables``; "-" is blank. Columns of a sample go in;
``results`` holds results one after another (``arsenic 0.01; lead <0.01; e_coli nd; iron nd 0.05; total_coliform found; ph >9;
zinc ?``). Out come ``verdict``, ``why`` (reasons of the results in their order) and ``missing``, each where its column stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from wenqu.rulebook.model import SchemeClass
from wenqu.rulebook.quality.judging.model import Result, Sample, SampleVerdict, Sign
from wenqu.rulebook.text_tables import table_rows

CASES = Path(__file__).parent / "cases"
_ANSWERS: Mapping[str, bool | None] = {"yes": True, "no": False, "-": None}
# Everything is known and nothing asked for: what a row does not say.
_PLAIN = {"taken": "", "class": "large", "limited": "no", "groundwater": "no", "raw": "3", "point": "tap", "disinfectant": "none", "due": "-", "results": "-"}


@dataclass(frozen=True, slots=True)
class QualityCase:
    """One row: the sentence it belongs to, sample and results, the answers expected, and the line of the file."""

    sentence: str
    sample: Sample
    results: tuple[Result, ...]
    expected: Mapping[str, str]
    line: int


def quality_cases_of(pack_id: str, day: date) -> tuple[QualityCase, ...]:
    """Cases of a pack, empty when it has no table; ``day`` is that of samples whose row names none."""
    path = CASES / f"{pack_id}.txt"
    return tuple(read_quality_cases(path.read_text(encoding="utf-8"), day)) if path.exists() else ()


def sentences_of(pack_id: str) -> tuple[str, ...]:
    """The sentences that the cases of a pack prove, each once."""
    path = CASES / f"{pack_id}.txt"
    return tuple(dict.fromkeys(row.sentence for row in table_rows(path.read_text(encoding="utf-8")))) if path.exists() else ()


def read_quality_cases(text: str, day: date) -> Iterator[QualityCase]:
    """Cases of a text; ``ValueError`` names the line that cannot be read."""
    for row in table_rows(text):
        try:
            sample, results = _sample({**_PLAIN, **row.cells}, day), tuple(results_of(row.cells.get("results", "-")))
        except (ValueError, ArithmeticError, KeyError) as error:
            raise ValueError(f"line {row.line}: {error}") from None
        yield QualityCase(row.sentence, sample, results, {name: cell for name, cell in row.cells.items() if name not in _PLAIN}, row.line)


def shown(verdict: SampleVerdict) -> dict[str, str]:
    """A judged sample in the words of the tables."""
    return {"verdict": verdict.verdict, "why": " ".join(one.reason for one in verdict.items) or "-", "missing": " ".join(verdict.missing) or "-"}


def _sample(row: Mapping[str, str], day: date) -> Sample:
    text = {name: None if row[name] == "-" else row[name] for name in ("class", "point", "disinfectant", "raw")}
    return Sample(
        taken_on=date.fromisoformat(row["taken"]) if row["taken"] else day,
        scheme_class=SchemeClass(text["class"]) if text["class"] else None, limited=_ANSWERS[row["limited"]], groundwater=_ANSWERS[row["groundwater"]],
        raw_permanganate=Decimal(text["raw"]) if text["raw"] else None, point=text["point"], disinfectant=text["disinfectant"],
        due=tuple(row["due"].split()) if row["due"] != "-" else (),
    )


def results_of(cell: str) -> Iterator[Result]:
    """The results that a cell tells, one after another."""
    for part in filter(None, (part.strip() for part in cell.split(";"))):
        if part == "-":
            continue
        item, told, *limit = part.split()
        if told in ("?", "found"):
            yield Result(item, None if told == "?" else Sign.DETECTED)
        elif told == "nd":
            yield Result(item, Sign.NOT_DETECTED, Decimal(limit[0]) if limit else None)
        else:
            sign = {"<": Sign.BELOW, ">": Sign.ABOVE}.get(told[0], Sign.VALUE)
            yield Result(item, sign, Decimal(told.lstrip("<>")))
