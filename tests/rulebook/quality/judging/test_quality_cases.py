"""The tables of cases through both engines; and every clause of a pack is covered: change it, and a case says so."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from rulebook.quality.judging.columns import in_columns
from wenqu.rulebook.canonical import dump_toml
from wenqu.rulebook.loader import load_pack, pack_ids, parse_pack
from wenqu.rulebook.manual import numbers_of
from wenqu.rulebook.model import Pack
from wenqu.rulebook.quality.judging import judge_sample
from wenqu.rulebook.quality.judging.cases import QualityCase, quality_cases_of, read_quality_cases, shown

IDS = pack_ids("water-limits")
DAYS = {"gb5749-2006": date(2020, 5, 6), "gb5749-2022": date(2024, 5, 6)}
CASES = {name: quality_cases_of(name, DAYS[name]) for name in IDS}
NAMED = [(name, case) for name in IDS for case in CASES[name]]


def answers(pack: Pack, case: QualityCase) -> dict[str, str]:
    found = shown(judge_sample(pack, case.sample, case.results))
    return {name: found.get(name, "") for name in case.expected}


@pytest.mark.parametrize(("name", "case"), NAMED, ids=[f"{name}:{case.line}" for name, case in NAMED])
def test_reference_answers_the_case(name: str, case: QualityCase) -> None:
    assert case.sentence and case.expected
    assert answers(load_pack(name), case) == case.expected, case.sentence


@pytest.mark.parametrize("name", IDS)
def test_column_engine_answers_all_cases_in_one_batch(name: str) -> None:
    rows = in_columns([load_pack(one) for one in IDS], [(case.sample, case.results) for case in CASES[name]])
    for row, case in zip(rows, CASES[name], strict=True):
        found = {"verdict": row.verdict, "why": " ".join(sorted(reason for _, _, reason in row.items)) or "-", "missing": " ".join(row.missing) or "-"}
        expected = dict(case.expected) | ({"why": " ".join(sorted(case.expected["why"].split()))} if "why" in case.expected else {})
        assert {name: found[name] for name in expected} == expected, (case.line, case.sentence)


# How long the disinfectant has been in the water is not known of a sample: shown in the manual, judged by nobody.
NOT_OF_A_SAMPLE = "contact"


def _edited(pack: Pack, path: tuple[str, ...], edit: Any) -> Pack:
    content: dict[str, Any] = copy.deepcopy(dict(pack.content))
    found: Any = content
    for part in path[:-1]:
        found = found[int(part) - 1] if isinstance(found, list) else found[part]
    edit(found, int(path[-1]) - 1 if isinstance(found, list) else path[-1])
    return parse_pack(dump_toml(content), pack.origin)


def _number_edits(number: Mapping[str, Any]) -> Iterator[Any]:
    """The next number on both sides."""
    value = Decimal(str(number["value"]))
    exponent = value.normalize().as_tuple().exponent
    assert isinstance(exponent, int)
    # A step that every laboratory could write: a tenth of the last digit, of whole numbers one.
    step = Decimal(1).scaleb(exponent - 1) if exponent < 0 else Decimal(1)
    if str(number["unit"]) in ("mg/L", "NTU", "ratio", "pH", "Bq/L") and value < 10:
        step = min(step, Decimal("0.1"))
    for other in (value + step, value - step):
        yield lambda table, key, other=other: table[key].update(value=other)


def _clauses(pack: Pack) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    """Every clause of a pack with the changes that some case must notice: (place, what, change)."""
    for path, number in numbers_of(pack.content):
        if NOT_OF_A_SAMPLE in path:
            continue
        if not isinstance(number["value"], str):
            for index, edit in enumerate(_number_edits(number)):
                yield path, f"number {index}", edit
        elif path == ("classes", "small_needs"):
            other = "class" if number["value"] == "limited" else "limited"
            yield path, "word", lambda table, key, other=other: table[key].update(value=other)
        elif path == ("classes", "source"):
            yield from _class_edits(pack)
        elif path[0] == "items":
            yield path[:2], "item left out", lambda table, key: table[key].update(kind="max", limit={**table[key]["limit"], "value": 5, "unit": "CFU/mL"})
        elif path[0] == "disinfectants":
            yield from _disinfectant_edits(pack, path)
        else:
            yield path, "no edit is known", lambda table, key: None
    content: Any = pack.content
    for key, item in content["items"].items():
        if "only_if" in item:
            yield ("items", key), "only_if", lambda table, key: table[key].pop("only_if")
        for part in item.get("parts", ()):
            yield ("items", key, "parts"), f"part {part}", lambda table, key, part=part: table[key].remove(part)
        for index, exception in enumerate(item.get("exceptions", ()), start=1):
            for word in exception.get("when", ()):
                if len(exception["when"]) > 1:
                    yield ("items", key, "exceptions", str(index), "when"), f"when {word}", lambda table, key, word=word: table[key].remove(word)


def _class_edits(pack: Pack) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    content: Any = pack.content
    for side, other in (("full", "relaxed"), ("relaxed", "full")):
        for word in content["classes"][side]:
            def move(table: Any, key: str, side: str = side, other: str = other, word: str = word) -> None:
                table[key][side].remove(word)
                table[key][other].append(word)

            yield ("classes",), f"{word} moved", move


def _disinfectant_edits(pack: Pack, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, Any]]:
    content: Any = pack.content
    agent = content["disinfectants"][path[1]]
    if path[2] == "source":
        for key in agent["residuals"]:
            other = next(one for one in content["residuals"] if one not in agent["residuals"])
            yield (*path[:2], "residuals"), f"residual {key}", lambda table, name, key=key, other=other: table.update({name: [other if one == key else one for one in table[name]]})
        if len(agent["residuals"]) > 1:
            yield (*path[:2], "need"), "need", lambda table, name: table.update({name: "all"})
    else:
        for item in agent["due"][int(path[3]) - 1]["items"]:
            others = [one for one in agent["due"][int(path[3]) - 1]["items"] if one != item]
            if others:
                yield (*path[:4], "items"), f"due {item}", lambda table, name, others=others: table.update({name: others})
            else:
                yield path[:4], f"due {item}", lambda table, index: table.pop(index)


@cache
def _expected(name: str) -> tuple[tuple[QualityCase, Mapping[str, str]], ...]:
    return tuple((case, case.expected) for case in CASES[name])


def _noticed(name: str, changed: Pack) -> bool:
    return any(answers(changed, case) != expected for case, expected in _expected(name))


@pytest.mark.parametrize("name", IDS)
def test_every_clause_of_a_pack_is_covered_by_a_case(name: str) -> None:
    pack = load_pack(name)
    clauses = list(_clauses(pack))
    silent = [(".".join(path), what) for path, what, edit in clauses if not _noticed(name, _edited(pack, path, edit))]
    assert silent == []
    # Of the cited numbers and rules only the contact times are no clause of a sample.
    cited = {".".join(path) for path, _ in numbers_of(pack.content)}
    assert sum(1 for path in cited if path.endswith(NOT_OF_A_SAMPLE)) == 4
    assert len(clauses) > len(cited)


def test_cases_are_read_strictly() -> None:
    with pytest.raises(ValueError, match="line 3"):
        list(read_quality_cases("sentence\nresults | verdict\nlead 0.1 | fit | -\n", date(2024, 1, 1)))
    with pytest.raises(ValueError, match="line 3"):
        list(read_quality_cases("sentence\nresults | verdict\nlead much | fit\n", date(2024, 1, 1)))
