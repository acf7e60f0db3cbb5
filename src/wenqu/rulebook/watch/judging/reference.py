"""The row-by-row engine: one household at a time, explained. It is the oracle of ``vectorised``.

A ladder answers with its first outcome that holds. Where an earlier one may hold and is not known, the answer is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wenqu.rulebook.watch.judging import answers
from wenqu.rulebook.watch.judging.climbing import Asked
from wenqu.rulebook.watch.judging.facts import Household, Item
from wenqu.rulebook.watch.judging.findings import Finding, listed
from wenqu.rulebook.watch.judging.incomes import Bounds, Income, income_of
from wenqu.rulebook.watch.judging.kleene import Answer, negated
from wenqu.rulebook.watch.judging.lines import SetLine
from wenqu.rulebook.watch.judging.model import NONE, UNKNOWN, Entry, JudgingPack, Ladder, Screen, Way
from wenqu.rulebook.watch.judging.window import Window


@dataclass(frozen=True)
class Judgement:
    """What was concluded of one household. ``outcome`` is the kind of object, "none" or "unknown"; ``findings`` are by the place of the clause, in the order of reasoning."""

    income: Income
    answers: Mapping[str, Answer]
    outcome: str
    way: str
    grade: str
    stands: str
    classes: Mapping[str, str]
    screens: Mapping[str, Answer]
    findings: Mapping[str, Finding]

    def row(self) -> dict[str, object]:
        """The same as the columns of ``judge_sql``."""
        net = self.income.net
        return {
            "members": self.income.members, "income_low_fen": net.low, "income_high_fen": net.high, **self.answers,
            "object": self.outcome, "way": self.way or None, "grade": self.grade, "grade_stands": self.stands,
            **{f"class_{name}": one for name, one in self.classes.items()}, **{f"screen_{name}": one for name, one in self.screens.items()},
        }


def judge(household: Household, items: Iterable[Item], pack: JudgingPack, *, window: Window, line: SetLine) -> Judgement:
    """Judge one household by a pack, its window and a line that may be judged by (``line_of``)."""
    income = income_of(household, items, pack, window)
    found = {"income": answers.income_finding(income, pack, window), "members": answers.members_finding(household, income, pack),
             "line": answers.below_line(income, line)}
    found |= {test.key: answers.spending(test, household, income) for test in pack.spending}
    if pack.burden:
        found["burden"] = answers.burden(household, income, pack)
    found["heavy"] = answers.heavy(household, pack, found)
    found |= {"collapse": answers.collapsed(household, income, pack), "guarantees": answers.gap(household, pack),
              "causes": answers.risk(household, pack), "exclusions": answers.excluded(household, pack)}
    facts: dict[str, Answer] = {
        "below": found["line"].answer, "heavy": found["heavy"].answer, "collapsed": found["collapse"].answer,
        "gap": found["guarantees"].answer, "risk": found["causes"].answer, "excluded": found["exclusions"].answer,
    }
    asked = Asked(household, pack, income, facts, income.net)
    chosen, way = asked.climb(pack.objects)
    if chosen != NONE and facts["excluded"] is not False:
        found["object"] = _object(pack, chosen, way, facts["excluded"])
        chosen, way = NONE if facts["excluded"] else UNKNOWN, None
    else:
        found["object"] = _outcome("object", pack.objects, chosen, way)
    grade, stands = _grade(asked, pack, found)
    classes = {}
    for name, ladder in pack.classes.items():
        classes[name], reason = asked.climb(ladder)
        found[f"classes.{name}"] = _class(pack, ladder, classes[name], reason)
    screens = {test.id: found[test.key].answer for test in pack.spending if test.screens.value == "yes"}
    screens |= {screen.id: _screen(screen, household, found) for screen in pack.screens if screen.limit.value != "no"}
    return Judgement(income, facts, chosen, way.key if way else "", grade, stands, classes, screens, found)


def _entry(ladder: Ladder, outcome: str) -> Entry:
    return next(entry for entry in ladder if entry.id == outcome)


def _outcome(what: str, ladder: Ladder, outcome: str, way: Way | None) -> Finding:
    if way is None:
        return Finding(f"{what}_{outcome}", False if outcome == NONE else None)
    numbers = [(f"{way.key}.{name}", number) for name, number in (("at_least", way.at_least), ("under", way.under)) if number]
    return Finding(f"{what}_is", True, ((f"{way.key}.applies", way.applies), *numbers), {"name": listed([_entry(ladder, outcome)])})


def _object(pack: JudgingPack, outcome: str, way: Way | None, out: Answer) -> Finding:
    """A household that would be an object but for what excludes it, or may exclude it."""
    if out is None:
        return Finding("object_unknown", None)
    if way is None:
        return Finding("object_none", False)
    return Finding("object_excluded", False, ((f"{way.key}.applies", way.applies),), {"name": listed([_entry(pack.objects, outcome)])})


def _grade(asked: Asked, pack: JudgingPack, found: dict[str, Finding]) -> tuple[str, str]:
    """The colour, and the one that stands: a worse one at once, a better one as the pack says."""
    if pack.grading is None:
        return NONE, NONE
    house = asked.household
    forecast = Bounds(house.forecast_fen, house.forecast_fen)
    base = forecast if pack.grading.income.value == "forecast" else asked.base
    grade, way = Asked(house, pack, asked.income, asked.facts, base).climb(pack.grades)
    found["grade"] = _outcome("grade", pack.grades, grade, way)
    ranks = [*(entry.id for entry in pack.grades), NONE]
    kept = house.kept_grade
    if kept not in ranks or grade == kept:
        return grade, grade
    assert kept is not None
    if grade == UNKNOWN:
        return grade, kept
    worse = ranks.index(grade) < ranks.index(kept)
    rule = pack.grading.worse if worse else pack.grading.better
    moves = rule.value == "at_once"
    named = [entry for entry in pack.grades if entry.id == kept], [entry for entry in pack.grades if entry.id == grade]
    found["grading"] = Finding("grade_moves" if moves else "grade_waits", moves, ((f"grading.{'worse' if worse else 'better'}", rule),),
                               {"before": listed(named[0]) if named[0] else _NOTHING, "name": listed(named[1]) if named[1] else _NOTHING})
    return grade, grade if moves else kept


_NOTHING = {"zh": "不分级", "en": "no colour"}


def _class(pack: JudgingPack, ladder: Ladder, outcome: str, way: Way | None) -> Finding:
    if outcome == UNKNOWN and pack.average is None and any(one.average for entry in ladder for one in entry.ways):
        return Finding("average_missing", None)
    return _outcome("class", ladder, outcome, way)


def _screen(screen: Screen, household: Household, found: dict[str, Finding]) -> Answer:
    """A clue of a department's list."""
    answer: Answer
    if screen.when in ("yes", "no"):
        answer = household.facts.get(screen.fact)
        answer = answer if screen.when == "yes" else negated(answer)
    else:
        value = household.measures.get(screen.fact)
        bound = answers.exact(screen.limit.value)
        answer = None if value is None else answers.exact(value) >= bound if screen.when == "at_least" else answers.exact(value) <= bound
    if answer is not False:
        place = "applies" if screen.when in ("yes", "no") else "limit"
        found[screen.key] = Finding("screen_hit" if answer else "screen_unknown", answer, ((f"{screen.key}.{place}", screen.limit),),
                                    {"name": listed([screen]), "department": {"zh": screen.department, "en": screen.department}})
    return answer
