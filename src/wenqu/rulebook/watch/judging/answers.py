"""The questions that conditions ask of a household, each answered true, false or not known, with its clause."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from wenqu.rulebook.model import Amount, Number
from wenqu.rulebook.watch.judging.facts import Household, excluded_column, secured_column
from wenqu.rulebook.watch.judging.findings import Cited, Finding, limit, listed, per_head, same
from wenqu.rulebook.watch.judging.incomes import Bounds, Income
from wenqu.rulebook.watch.judging.kleene import Answer, negated, some
from wenqu.rulebook.watch.judging.lines import SetLine
from wenqu.rulebook.watch.judging.model import JudgingPack, SpendingTest
from wenqu.rulebook.watch.judging.window import Window

EDGE_WORDS = {
    "under": {"zh": "低于", "en": "below"}, "at_most": {"zh": "不高于", "en": "at most"},
    "over": {"zh": "超过", "en": "over"}, "at_least": {"zh": "达到", "en": "at least"},
}


def fen(number: Number) -> int:
    """Yuan of a pack as whole fen; the loader takes no others."""
    value = Decimal(number.value) * 100
    if value % 1:
        raise ValueError(f"{number.value} 应当精确到分")
    return int(value)


def exact(value: Amount | str) -> Fraction:
    """A number as it is written: 18.3 is 183/10, not its binary neighbour."""
    return Fraction(str(value))


def reaches(bounds: Bounds, amount: int) -> Answer:
    """Whether an amount within bounds is at least so much."""
    if bounds.low is not None and bounds.low >= amount:
        return True
    return False if bounds.high is not None and bounds.high < amount else None


def exceeds(bounds: Bounds, amount: int) -> Answer:
    """Whether an amount within bounds is more than so much."""
    return reaches(bounds, amount + 1)


def income_finding(income: Income, pack: JudgingPack, window: Window) -> Finding:
    """What the income of the window is, by head, with its gaps."""
    net, members = income.net, income.members
    counting = [kind for kind in pack.items.values() if kind.counts.value in ("add", "subtract")]
    gaps = [kind for kind in income.gaps if kind in counting]
    code = ("income_unknown" if members is None or net.low is net.high is None else "income_at_least" if net.high is None
            else "income_at_most" if net.low is None else "income_exact" if net.low == net.high else "income_between")
    cited: Cited = (("window.months", pack.months), *((f"items.{kind.id}.counts", kind.counts) for kind in counting),
                    *((f"items.{kind.id}.asked", kind.asked) for kind in gaps if kind.asked))
    words = {"first": same(window.first), "last": same(window.last), "members": same("" if members is None else members),
             "gaps": listed(gaps) if gaps else {"zh": "无", "en": "none"}, "low": per_head(net.low, members), "high": per_head(net.high, members)}
    return Finding(code, None, cited, words)


def members_finding(household: Household, income: Income, pack: JudgingPack) -> Finding:
    """By how many people income is divided, and why."""
    cited: Cited = (("members.counted", pack.counted),)
    checked = pack.counted.value == "living" and household.living is not None
    if not checked and pack.counted.value == "living":
        cited = (*cited, ("members.unchecked", pack.unchecked))
    if income.members is None:
        return Finding("members_unknown", None, cited)
    return Finding("members_living" if checked else "members_registered", None, cited, {"members": same(income.members)})


def below_line(income: Income, line: SetLine) -> Finding:
    """Whether income a head is below the line; compared without dividing."""
    answer = None if income.members is None else negated(
        (reaches if line.edge.value == "under" else exceeds)(income.net, fen(line.limit) * income.members))
    code = {True: "line_below", False: "line_reached", None: "line_unknown"}[answer]
    return Finding(code, answer, ((line.key, line.limit), ("line.edge", line.edge)),
                   {"limit": limit(line.limit), "edge": EDGE_WORDS[str(line.edge.value)]})


def spending(test: SpendingTest, household: Household, income: Income) -> Finding:
    """Whether rigid spending is over the limit; a household whose history is not known may be under either limit."""
    over: Callable[[Bounds, int], Answer] = exceeds if test.edge.value == "over" else reaches
    mine, other = (over(income.spending[test.id], fen(number)) for number in (test.was_poor, test.others))
    answer = mine if household.was_poor or mine == other else other if household.was_poor is False else None
    code = {True: "spending_over", False: "spending_within", None: "spending_unknown"}[answer]
    name, number = ("was_poor", test.was_poor) if household.was_poor else ("others", test.others)
    cited = ((f"{test.key}.{name}", number), (f"{test.key}.edge", test.edge), (f"{test.key}.measure", test.measure))
    return Finding(code, answer, cited, {"name": listed([test]), "limit": limit(number), "edge": EDGE_WORDS[str(test.edge.value)]})


def burden(household: Household, income: Income, pack: JudgingPack) -> Finding:
    """Whether all rigid spending is over a share of income; a share of nothing or less is nothing, so that no spending never is."""
    rule = pack.burden
    assert rule is not None and income.burden is not None
    before = household.income_before_fen
    base = income.net if rule.of.value == "income" else Bounds(before, before)
    share = Decimal(rule.percent.value)
    answer: Answer = None
    if income.burden.low is not None and base.high is not None and income.burden.low * 100 > max(base.high, 0) * share:
        answer = True
    elif income.burden.high is not None and income.burden.high * 100 <= max(base.low or 0, 0) * share:
        answer = False
    code = {True: "burden_over", False: "burden_within", None: "burden_unknown"}[answer]
    return Finding(code, answer, (("burden.percent", rule.percent), ("burden.of", rule.of)), {"percent": limit(rule.percent)})


def heavy(household: Household, pack: JudgingPack, findings: dict[str, Finding]) -> Finding:
    """Whether spending is heavy: what a visit found, else any test of the pack that counts for it."""
    cited: Cited = ()
    answer = household.heavy
    if answer is None:
        tests = {test: findings[test.key].answer for test in pack.spending if test.heavy.value == "yes"}
        answers = [*tests.values(), *([findings["burden"].answer] if pack.burden else [])]
        answer = some(answers) if answers else None
        cited = tuple((f"{test.key}.heavy", test.heavy) for test, one in tests.items() if answer is not True or one)
    code = {True: "heavy_found", False: "heavy_not_found", None: "heavy_unknown"}[answer]
    return Finding(code, answer, cited)


def collapsed(household: Household, income: Income, pack: JudgingPack) -> Finding:
    """Whether income collapsed: what a visit found, else by the share that the pack gives, where it gives one."""
    if household.collapsed is not None:
        return Finding("collapsed_found" if household.collapsed else "collapsed_not_found", household.collapsed)
    before, rule = household.income_before_fen, pack.collapse
    if rule is None or before is None or before <= 0:
        return Finding("collapsed_unknown", None)
    kept = before * (100 - Decimal(rule.value))
    cited: Cited = (("collapse.percent", rule),)
    words = {"percent": limit(rule)}
    if income.net.high is not None and income.net.high * 100 <= kept:
        return Finding("collapsed_over", True, cited, words)
    if income.net.low is not None and income.net.low * 100 > kept:
        return Finding("collapsed_within", False, cited, words)
    return Finding("collapsed_unknown", None, cited)


def gap(household: Household, pack: JudgingPack) -> Finding:
    """Whether any guarantee is not secured."""
    watched = [one for one in pack.guarantees if one.on]
    answers = {one: negated(household.facts.get(secured_column(one.id))) for one in watched}
    answer = some(answers.values())
    about = [one for one in watched if answers[one] is answer] if answer is not False else watched
    code = {True: "gap_yes", False: "gap_no", None: "gap_unknown"}[answer]
    return Finding(code, answer, tuple((f"{one.key}.applies", one.applies) for one in about), {"names": listed(about)})


def risk(household: Household, pack: JudgingPack) -> Finding:
    """Whether there is a risk: a cause of the pack. A cause that the pack does not know says nothing."""
    cause = next((one for one in pack.causes if one.id == household.cause), None)
    if cause is not None:
        cited = ((f"{cause.key}.applies", cause.applies),)
        return Finding("risk_yes", True, cited, {"name": listed([cause])}) if cause.on else Finding("risk_no", False, cited)
    return Finding("risk_no", False) if household.cause == "none" else Finding("risk_unknown", None)


def excluded(household: Household, pack: JudgingPack) -> Finding:
    """Whether something excludes the household; the village meeting may decide otherwise, giving its reasons."""
    holding = [one for one in pack.exclusions if one.on]
    answers = {one: household.facts.get(excluded_column(one.id)) for one in holding}
    answer = some(answers.values())
    about = [one for one in holding if answers[one] is answer] if answer is not False else holding
    cited: Cited = tuple((f"{one.key}.applies", one.applies) for one in about)
    words = {"names": listed(about)}
    if answer is not True:
        return Finding("excluded_no" if answer is False else "excluded_unknown", answer, cited, words)
    reason = (household.meeting_reason or "").strip(" ")
    meeting: Cited = (*cited, ("exception.meeting", pack.exception))
    if household.meeting_admits and pack.exception.value == "with_reasons":
        if reason:
            return Finding("excluded_admitted", False, meeting, {**words, "reason": same(reason)})
        return Finding("excluded_unreasoned", True, meeting, words)
    return Finding("excluded_yes", True, meeting if household.meeting_admits else cited, words)
