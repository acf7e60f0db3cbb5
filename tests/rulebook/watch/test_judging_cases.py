"""The tables of cases through both engines; and every number and word of a pack is covered: change it, and a case says so."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from rulebook.watch.judging_engines import as_batch, one_by_one, set_line
from wenqu.rulebook.income import IncomeLineMissing
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.manual import numbers_of
from wenqu.rulebook.problems import PackError
from wenqu.rulebook.watch.judging import changed, judging_pack, judging_pack_ids, line_of, window_before
from wenqu.rulebook.watch.judging.cases import (
    WINDOW,
    JudgingCase,
    judging_cases_of,
    read_judging_cases,
    shown,
)
from wenqu.rulebook.watch.judging.loader import PACKS
from wenqu.rulebook.watch.judging.model import (
    ASKED,
    BASES,
    COUNTS,
    EDGES,
    MEASURES,
    MOVES,
    OVERS,
    JudgingPack,
)
from wenqu.rulebook.watch.judging.whatif import Value

IDS = judging_pack_ids()
START = date(2021, 6, 10)
NAMED = [(name, case) for name in IDS for case in judging_cases_of(judging_pack(name))]

# Pack -> what asking for its own line answers: yuan, or that a county has to adopt it, or that there is none.
LINES = {
    "watch-base": (None, 0, "missing"), "national-2020": ("全国", 2020, "refused"), "colours-2020": ("全国", 2020, "refused"),
    "wuhu-insurance": ("芜湖市", 2019, 5200), "national-2021": ("全国", 2021, "refused"), "guizhou-2021": ("贵州", 2021, 6320),
    "henan-2023": ("林州市", 2023, "refused"), "yunnan-2025": ("云南省", 2025, 8700), "national-2026": ("全国", 2026, "missing"),
}


def _pack(pack: JudgingPack, changes: Mapping[str, Value]) -> JudgingPack:
    return changed(pack, changes) if changes else pack


def _answers(pack: JudgingPack, case: JudgingCase) -> dict[str, str]:
    """What the reference answers by a pack as it stands."""
    (row,) = one_by_one([(case.household, case.items)], pack, set_line(pack), window_before(START, int(pack.months.value)))
    found = shown(row)
    return {name: found.get(name, "") for name in case.expected}


def _blocks(pack: JudgingPack) -> list[list[JudgingCase]]:
    """Cases with the same changes of the pack, together."""
    found: dict[str, list[JudgingCase]] = {}
    for case in judging_cases_of(pack):
        found.setdefault(repr(case.changes), []).append(case)
    return list(found.values())


def _asked_for_line(pack: JudgingPack, name: str) -> object:
    region, year, _ = LINES[name]
    try:
        return line_of(pack, region or "全国", year, load_pack("income-lines")).limit.value
    except IncomeLineMissing as missing:
        return "refused" if "采用" in missing.zh else "missing"


@pytest.mark.parametrize(("name", "case"), NAMED, ids=[f"{name}:{case.line}" for name, case in NAMED])
def test_reference_answers_the_case(name: str, case: JudgingCase) -> None:
    assert case.sentence
    assert _answers(_pack(judging_pack(name), case.changes), case) == case.expected, case.sentence


@pytest.mark.parametrize("name", IDS)
def test_column_engine_answers_all_cases_in_batches(name: str) -> None:
    pack = judging_pack(name)
    assert _blocks(pack)
    for cases in _blocks(pack):
        rows = as_batch([(case.household, case.items) for case in cases], _pack(pack, cases[0].changes), set_line(pack))
        answers = [{name: shown(row).get(name, "") for name in case.expected} for row, case in zip(rows, cases, strict=True)]
        assert [(case.line, answer) for case, answer in zip(cases, answers, strict=True)] == [(case.line, case.expected) for case in cases]


@pytest.mark.parametrize("name", IDS)
def test_a_pack_gives_its_own_line_or_says_what_to_ask_for(name: str) -> None:
    assert _asked_for_line(judging_pack(name), name) == LINES[name][2]


_CASES = {name: _blocks(judging_pack(name)) for name in IDS}
_WORDS = [("yes", "no"), EDGES, OVERS, COUNTS, ASKED, MEASURES, BASES, MOVES, ("living", "registered"), ("registered", "unknown"),
          ("line", "reference"), ("with_reasons", "never"), ("income", "income_before")]
_STEPS = {"元": Decimal("0.01"), "元/(人·a)": Decimal("0.01")}


def _others(path: str, number: Mapping[str, object]) -> list[Value]:
    """Other values: the next number on both sides, every other word."""
    value = number["value"]
    if not isinstance(value, str):
        step = _STEPS.get(str(number["unit"]), Decimal(1))
        return [Decimal(str(value)) + step, Decimal(str(value)) - step]
    allowed = next(words for words in _WORDS if value in words and not (path.endswith("unchecked") and "living" in words))
    return [word for word in allowed if word != value]


@cache
def _own(name: str) -> tuple[tuple[str, Mapping[str, object]], ...]:
    """The numbers and words that a pack's own file gives."""
    content = tomllib.loads((PACKS / f"{name}.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    return tuple((".".join(path), number) for path, number in numbers_of(content))


def _notices(heir: str, path: str, value: Value) -> bool | None:
    """Whether a case of a pack answers otherwise; ``None`` where the pack does not take the value."""
    pack = judging_pack(heir)
    try:
        if path == "line.use":
            return _asked_for_line(changed(pack, {path: value}), heir) != LINES[heir][2]
        for cases in _CASES[heir]:
            made = changed(pack, {**cases[0].changes, path: value})
            if any(_answers(made, case) != case.expected for case in cases):
                return True
        return False
    except PackError:
        return None


def _clauses() -> Iterator[tuple[str, str, Value]]:
    for name in IDS:
        for path, number in _own(name):
            for value in _others(path, number):
                yield name, path, value


def test_every_clause_of_every_pack_is_covered_by_a_case() -> None:
    silent = []
    for name, path, value in _clauses():
        if _notices(name, path, value) is not False:
            continue
        # A pack that inherits the clause may tell, by a case or by refusing it (a limit of spending without its kind).
        heirs = [one for one in IDS if name in judging_pack(one).lineage and path not in dict(_own(one))]
        if all(_notices(heir, path, value) is False for heir in heirs):
            silent.append((name, path, value))
    assert silent == []


def test_cases_are_read_strictly() -> None:
    pack = judging_pack("watch-base")
    with pytest.raises(ValueError, match="line 3"):
        list(read_judging_cases("sentence\na | b\n1 | 2 | 3\n", pack))
    with pytest.raises(ValueError, match="line 3"):
        list(read_judging_cases("sentence\nitems | income\nwages 202009 x | 0\n", pack))
    assert window_before(START, 12) == WINDOW
