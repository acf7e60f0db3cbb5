"""Never guess, never give up too early: a grade stands exactly when every way of filling the gap leads to it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given, settings

from rulebook.strategies import facts, packs
from wenqu.rulebook.model import Facts, Pack
from wenqu.rulebook.reference import judge

MANY = settings(deadline=None, max_examples=300)
# Below, between and beyond all limits that the random packs have.
DISTANCES = (0.0, 60.0, 90.0, 500.0, 900.0, 100000.0)
FIGURES = (0.0, 100000.0)


def _fill(fact: Facts, name: str, values: Iterable[object]) -> list[Facts]:
    if getattr(fact, name) is not None:
        return [fact]
    return [replace(fact, **{name: value}) for value in values]  # type: ignore[arg-type]


def _stands(grades: set[str]) -> str:
    return grades.pop() if len(grades) == 1 else "unknown"


@MANY
@given(pack=packs(), fact=facts())
def test_quantity_stands_when_both_zones_agree(pack: Pack, fact: Facts) -> None:
    filled = [b for a in _fill(fact, "rain_mm", FIGURES) for b in _fill(a, "water_m3_per_head", FIGURES)]
    assert judge(fact, pack).quantity.grade == _stands({str(judge(f, pack).quantity.grade) for f in filled})


@MANY
@given(pack=packs(), fact=facts())
def test_convenience_stands_when_the_gap_cannot_change_it(pack: Pack, fact: Facts) -> None:
    filled = [fact]
    if fact.horizontal_m is not None or fact.vertical_m is not None:  # a way wholly absent does not count
        filled = [b for a in _fill(fact, "horizontal_m", DISTANCES) for b in _fill(a, "vertical_m", DISTANCES)]
    filled = [b for a in filled for b in _fill(a, "piped", (True, False))]
    assert judge(fact, pack).convenience.grade == _stands({str(judge(f, pack).convenience.grade) for f in filled})
