"""A procedure pack as a readable manual: a table of the steps, then every clause with its date, clause, document and confidence.

The clauses are walked in the resolved content itself, so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wenqu.rulebook.clauses import Clause
from wenqu.rulebook.manual import counted, head, numbers_of, tested, with_source
from wenqu.rulebook.watch.procedures.cases import cases_of
from wenqu.rulebook.watch.procedures.model import ProcedurePack, Route, StepRule
from wenqu.rulebook.watch.procedures.words import LEVEL_NAMES, OUTCOMES, SHARES

_COLUMNS = (("序号", "no."), ("环节", "step"), ("由谁办理", "taken by"), ("材料", "papers"), ("公示", "notice"), ("期限", "time"),
            ("怎样办结", "may end"), ("须另一人", "another person than of"))
_UNITS = {"d": ("天", "days"), "month": ("个月", "months"), "day_of_month": ("日前", "of the month"), "rule": ("", "")}
_WORDS: Mapping[str, tuple[str, str]] = {
    "yes": ("是", "yes"), "no": ("否", "no"), "required": ("必须有", "required"), "public": ("公开、公示", "made public"),
    "none": ("不公示", "nothing made public"), "next_day": ("张贴次日起算", "from the day after posting"), "same_day": ("张贴当日起算", "from the day of posting"),
    "restart": ("异议成立的，重新张贴、重新计日", "upheld: posted anew, counted anew"), "retake": ("异议成立的，重新评议", "upheld: the step is taken anew"),
    "another": ("由另一人处理", "ruled on by another person"), "anyone": ("不限", "by anyone"), "both_ends": ("张贴、撤下都拍照", "photos at both ends"),
    "posting": ("张贴时拍照", "photos when posted"), "waives": ("自然消除的不再看各项条件", "waived where the risk is gone by itself"),
    "asks": ("自然消除的照样要求", "asked even so"), **SHARES,
}
_HEADS: Mapping[str, tuple[str, str]] = {
    "entry": ("纳入程序", "Onto the list"), "removal": ("风险消除程序", "Off the list"), "leaving": ("风险消除的条件", "Conditions of removal"),
    "urgent": ("先行帮扶", "Help first"), "alarms": ("疑点", "Alarms"), "notices": ("公示规则", "Notices"), "actors": ("办理人", "Actors"),
    "publicity": ("公开", "Publicity"),
}


def manual(pack: ProcedurePack, lang: str = "zh") -> str:
    """The whole manual of a procedure pack in "zh" or "en", as lines of plain text."""
    zh = lang == "zh"
    lines = [*head(pack, counted(pack, lang), lang)]
    for route in (pack.entry, pack.removal):
        lines += ["", f"== {route.zh if zh else route.en}", *table(pack, route, lang), *_words(route, zh)]
    lines += ["", "== 逐条出处" if zh else "== Every clause", *_clauses(pack, lang)]
    lines += tested((case.sentence for case in cases_of(pack.id)), lang)
    return "\n".join(lines) + "\n"


def table(pack: ProcedurePack, route: Route, lang: str = "zh") -> Iterator[str]:
    """The steps of a way as a Markdown table, in order."""
    en = lang == "en"
    yield f"| {' | '.join(names[en] for names in _COLUMNS)} |"
    yield "|---" * len(_COLUMNS) + "|"
    for number, step in enumerate(route.steps.values(), start=1):
        yield f"| {' | '.join((str(number), *_cells(pack, route, step, en)))} |"
    if route.within is not None:
        yield ""
        yield f"{'whole course' if en else '全程'}: ≤ {route.within.number} {_UNITS['d'][en]}"


def _words(route: Route, zh: bool) -> Iterator[str]:
    """What the document says of each step, as it says it."""
    told = [f"  {number}. {step.words}" for number, step in enumerate(route.steps.values(), start=1) if step.words]
    if told:
        yield ""
        yield "原文" if zh else "The document's words"
        yield from dict.fromkeys(told)


def _cells(pack: ProcedurePack, route: Route, step: StepRule, en: bool) -> Iterator[str]:
    comma = ", " if en else "、"
    party = pack.party(step)
    yield step.en if en else step.zh
    yield f"{party.en if en else party.zh} ({LEVEL_NAMES[party.level][en]})"
    papers = [pack.papers[name].en if en else pack.papers[name].zh for name in step.papers]
    yield comma.join([*papers, *([f"{'votes' if en else '表决'} {SHARES[step.vote.text][en]}"] if step.vote else [])]) or "–"
    if step.notice is None:
        yield "–"
    else:
        boards = comma.join(LEVEL_NAMES[board][en] for board in step.notice.boards.words)
        yield f"≥ {step.notice.days.number} {_UNITS['d'][en]} ({boards})"
    times = [f"{sign} {one.number} {_UNITS[one.unit][en]}" for sign, one in (("≥", step.at_least), ("≤", step.at_most)) if one]
    yield comma.join([*times, *([f"{'each month by' if en else '每月'} {step.monthly.number} {'' if en else '日前'}".strip()] if step.monthly else [])]) or "–"
    yield comma.join(_ends(route, step, en))
    yield comma.join(_step_name(route, other, en) for other in step.another.words) if step.another else "–"


def _ends(route: Route, step: StepRule, en: bool) -> Iterator[str]:
    for outcome, clause in step.outcomes.items():
        to = [_step_name(route, one, en) for one in clause.words]
        yield OUTCOMES[outcome][en] + (f" ({', '.join(to)})" if to else "")


def _step_name(route: Route, name: str, en: bool) -> str:
    return route.steps[name].en if en else route.steps[name].zh


def _clauses(pack: ProcedurePack, lang: str) -> Iterator[str]:
    last = ""
    for path, content in numbers_of(pack.content):
        if path[0] != last:
            last = path[0]
            yield f"  {_HEADS[last][lang == 'en']}"
        clause = pack.clauses[".".join(path)]
        yield f"    {'.'.join(path)}: {with_source(shown(clause, lang), content, lang)}"


def shown(clause: Clause, lang: str = "zh") -> str:
    """The value of a clause as people read it; ids of steps, papers and roles as they are."""
    en = lang == "en"
    if isinstance(clause.value, int):
        return f"{clause.value} {_UNITS[clause.unit][en]}".strip()
    words = clause.words or (clause.text,)
    return (", " if en else "、").join(_WORDS.get(word, (word, word))[en] for word in words)
