"""The text tables of cases, and that every clause of every pack has one: change a clause and a row of its block fails."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from rulebook.watch.procedures.playing import play
from wenqu.rulebook.manual import numbers_of
from wenqu.rulebook.problems import PackError
from wenqu.rulebook.watch.procedures import NotAllowed, ProcedurePack, procedure_pack, procedure_pack_ids
from wenqu.rulebook.watch.procedures.cases import Case, cases_of, read_cases
from wenqu.rulebook.watch.procedures.clauses import VOTES
from wenqu.rulebook.watch.procedures.loader import read_procedure

IDS = procedure_pack_ids()
NAMED = [(name, case) for name in IDS for case in cases_of(name)]
OTHER_WORDS = {("next_day", "same_day"), ("restart", "retake"), ("another", "anyone"), ("yes", "no"), ("waives", "asks"), VOTES}


@pytest.mark.parametrize(("name", "case"), NAMED, ids=[f"{name}:{case.line}" for name, case in NAMED])
def test_the_runner_answers_the_case(name: str, case: Case) -> None:
    assert play(case, procedure_pack(name)) == case.answer, case.sentence


@pytest.mark.parametrize("name", IDS)
def test_every_clause_has_a_case_and_every_case_a_clause(name: str) -> None:
    clauses = {".".join(path) for path, _ in numbers_of(procedure_pack(name).content)}
    assert clauses == set(procedure_pack(name).clauses)
    assert {key for case in cases_of(name) for key in case.clauses} == clauses


def _changes(key: str, value: Any, pack: ProcedurePack) -> Iterator[Any]:
    """Other values that a clause might have; ``None`` takes it away."""
    if isinstance(value, int):
        yield from (value + 1, value - 1)
    elif key.endswith(".order"):
        for place in range(len(value) - 1):
            yield [*value[:place], value[place + 1], value[place], *value[place + 2:]]
    elif isinstance(value, list):
        others = {"roles": ["auditor"], "boards": ["county"]}.get(key.rsplit(".", 1)[1], [])
        yield from ([*value, other] for other in others)
        yield from ([one for one in value if one != gone] for gone in value)
        yield None
    elif key.endswith(".actor") or key == "urgent.confirmed_by":
        yield from (other for other in pack.actors if other != value)
    elif key in ("leaving.judged_from", "leaving.no_worker.confirmed_at"):
        yield from (other for other in pack.removal.names if other != value)
    elif key.endswith(("urgent.paper", "no_worker.paper")):
        yield from (other for other in pack.papers if other != value)
    elif key == "notices.photos":
        yield from ("posting", "none")
    elif key == "publicity":
        yield "none" if value == "public" else "public"
    else:
        yield from (b if value == a else a for a, b in OTHER_WORDS if value in (a, b) and value != "yes" or (value == "yes" and (a, b) == ("yes", "no")))
        yield None


def _without(content: Mapping[str, object], key: str, change: Any) -> dict[str, Any]:
    changed: dict[str, Any] = copy.deepcopy(dict(content))
    place: Any = changed
    *way, last = key.split(".")
    for part in way:
        place = place[part]
    if change is None:
        del place[last]
        # What the loader wants together goes together.
        step = changed[way[0]]["steps"][way[2]] if way[1:2] == ["steps"] else {}
        for partner in {"minutes": ("vote",), "turn_down": ("refusal",), "stay": ("monthly", "visit")}.get(last, ()):
            step.pop(partner, None)
    else:
        place[last]["value"] = change
    return changed


def _answers(case: Case, pack: ProcedurePack) -> bool:
    try:
        return play(case, pack) == case.answer
    except (NotAllowed, LookupError, ValueError):  # a course that cannot be brought to its place any more is no answer either
        return False


@pytest.mark.parametrize("name", IDS)
def test_a_changed_clause_fails_a_row_of_its_block(name: str) -> None:
    pack, survived = procedure_pack(name), []
    failing: set[str] = set()
    for key, clause in pack.clauses.items():
        rows = [case for case in cases_of(name) if key in case.clauses]
        value = list(clause.value) if isinstance(clause.value, tuple) else clause.value
        for change in _changes(key, value, pack):
            try:
                other = read_procedure(_without(pack.content, key, change), "changed.toml")
            except PackError:
                continue  # the loader will not have it
            if all(_answers(case, other) for case in rows):
                survived.append((key, change))
            failing.add(key)
    assert not survived
    # What the loader alone holds: a step must be able to go on, and notices cannot hang where nothing is made public.
    assert all(key.endswith("outcomes.go_on") or (key, pack.clauses[key].text) == ("publicity", "public") for key in set(pack.clauses) - failing)


def test_a_block_that_cannot_be_read_is_named() -> None:
    good = "a sentence\nclauses: entry.order\nroute | at | acts | answer\nentry | clue | walk | through\n"
    (case,) = read_cases(good)
    assert (case.sentence, case.clauses, case.acts, case.line) == ("a sentence", ("entry.order",), ("walk",), 4)
    with pytest.raises(ValueError, match="line 4: 3 cells"):
        list(read_cases(good.replace("walk | ", "")))
    with pytest.raises(ValueError, match="line 3: a block"):
        list(read_cases(good.replace("clauses: entry.order\n", "")))
