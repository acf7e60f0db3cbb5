"""Ladders of the row-by-row engine: the conditions of a way, and the first outcome that holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wenqu.rulebook.model import Number
from wenqu.rulebook.watch.judging import answers
from wenqu.rulebook.watch.judging.facts import Household
from wenqu.rulebook.watch.judging.incomes import Bounds, Income
from wenqu.rulebook.watch.judging.kleene import Answer, every, negated, some
from wenqu.rulebook.watch.judging.model import NONE, UNKNOWN, JudgingPack, Ladder, Way

_TROUBLE = {"heavy": ("heavy",), "collapsed": ("collapsed",), "either": ("heavy", "collapsed"), "neither": ("heavy", "collapsed")}



@dataclass(frozen=True)
class Asked:
    """The conditions of ways, asked of one household. ``base`` is the income that bands are held against."""

    household: Household
    pack: JudgingPack
    income: Income
    facts: Mapping[str, Answer]
    base: Bounds

    def climb(self, ladder: Ladder) -> tuple[str, Way | None]:
        """The first outcome that holds and the first way into it."""
        for entry in ladder:
            held = {way: self.holds(way) for way in entry.ways if way.applies.value == "yes"}
            answer = some(held.values())
            if answer is None:
                return UNKNOWN, None
            if answer:
                return entry.id, next(way for way in held if held[way])
        return NONE, None

    def holds(self, way: Way) -> Answer:
        """Whether all conditions of a way hold."""
        house, facts, asked = self.household, self.facts, list[Answer]()
        for wanted, answer in ((way.was_poor, house.was_poor), (way.gap, facts["gap"]), (way.stable, house.stable),
                               (way.risk, facts["risk"]), (way.marked, house.marked)):
            if wanted is not None:
                asked.append(answer if wanted else negated(answer))
        if way.income:
            asked.append(facts["below"] if way.income == "below" else negated(facts["below"]))
        if way.trouble:
            answer = some(facts[name] for name in _TROUBLE[way.trouble])
            asked.append(negated(answer) if way.trouble == "neither" else answer)
        if way.causes:
            asked.append(house.cause in way.causes if house.cause is not None else None)
        return every([*asked, *self._bands(way)])

    def _bands(self, way: Way) -> list[Answer]:
        asked = []
        if way.at_least is not None:
            asked.append(self._reached(way.at_least))
        if way.under is not None:
            asked.append(negated(self._reached(way.under)))
        if way.average:
            reached = self._reached(self.pack.average)
            asked.append(reached if way.average == "reached" else negated(reached))
        return asked

    def _reached(self, number: Number | None) -> Answer:
        """Income a head against a band; a number that the pack does not give is not known."""
        if number is None or self.income.members is None:
            return None
        return answers.reaches(self.base, answers.fen(number) * self.income.members)
