"""A monitoring plan as a readable manual: what is due and who tells whom as tables, then every clause with its source.

The clauses are walked in the resolved content itself, so that none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator

from wenqu.rulebook.clauses import Clause
from wenqu.rulebook.manual import counted, head, numbers_of, tested, with_source
from wenqu.rulebook.names import CLASS_NAMES
from wenqu.rulebook.quality.plans.calendar import expected
from wenqu.rulebook.quality.plans.cases import cases_of
from wenqu.rulebook.quality.plans.model import PlanPack, ReportRule, TaskRule
from wenqu.rulebook.quality.plans.words import MEANS_NAMES, PERIOD_NAMES, SHAPE_NAMES, UNITS

_TASKS = (("任务", "task"), ("监测点", "points"), ("频次", "how often"), ("指标", "items"), ("由谁", "by whom"))
_REPORTS = (("报告", "report"), ("由谁", "from"), ("报给", "to"), ("方式", "by"), ("情形", "when"), ("时限", "within"))
_KINDS = (("监测点类别", "kind"), ("形态", "shape"), ("工程类型", "classes"), ("每处", "each"), ("合计", "in all"))


def manual(pack: PlanPack, lang: str = "zh") -> str:
    """The whole manual of a plan in "zh" or "en", as lines of plain text."""
    en = lang == "en"
    lines = [*head(pack, counted(pack, lang), lang)]
    for title, columns, rows in (
        (("监测点", "Points"), _KINDS, list(_kinds(pack, lang))), (("任务", "Tasks"), _TASKS, [_task(pack, rule, lang) for rule in pack.tasks.values()]),
        (("报告链", "Reports"), _REPORTS, [_report(pack, rule, lang) for rule in pack.reports.values()]),
    ):
        if rows:
            lines += ["", f"== {title[en]}", f"| {' | '.join(names[en] for names in columns)} |", "|---" * len(columns) + "|",
                      *(f"| {' | '.join(cells)} |" for cells in rows)]
    if pack.sets:
        lines += ["", "== Items" if en else "== 指标", *_sets(pack, lang)]
    lines += ["", "== Every clause" if en else "== 逐条出处", *_clauses(pack, lang)]
    lines += tested((row.sentence for row in cases_of(pack.id)), lang)
    return "\n".join(lines) + "\n"


def how_often(pack: PlanPack, rule: TaskRule, lang: str = "zh") -> str:
    """How often a task is due, as people say it: 每月 1 个样品."""
    en = lang == "en"
    when = PERIOD_NAMES[rule.per.text][en] if rule.seasons is None else (
        f"each {' and '.join(pack.seasons[name].en for name in rule.seasons.words)}" if en else f"{'、'.join(pack.seasons[name].zh for name in rule.seasons.words)}各")
    much = f"{rule.times.number} {UNITS[rule.times.unit][en]}"
    over = "" if rule.over is None else f" (over {rule.over.number} people)" if en else f"（供水 {rule.over.number} 人以上）"
    return f"{when}{' ' if en else ' '}{much}{(', all together' if en else '，合计') if rule.together else ''}{over}"


def _comma(lang: str) -> str:
    return ", " if lang == "en" else "、"


def _kinds(pack: PlanPack, lang: str) -> Iterator[tuple[str, ...]]:
    for kind in pack.kinds.values():
        classes = _comma(lang).join(CLASS_NAMES[lang][name] for name in kind.classes.words) if kind.classes else "–"
        yield f"{kind.name(lang)} [{kind.id}]", SHAPE_NAMES[kind.shape][lang == "en"], classes, str(kind.each.number) if kind.each else "–", str(expected(kind) or "–")


def _task(pack: PlanPack, rule: TaskRule, lang: str) -> tuple[str, ...]:
    sets = _comma(lang).join(pack.sets[name].name(lang) for name in rule.sets.words) if rule.sets else "–"
    return (f"{rule.name(lang)} [{rule.id}]", _comma(lang).join(pack.kinds[name].name(lang) for name in rule.kinds.words), how_often(pack, rule, lang), sets,
            pack.parties[rule.taker.text].name(lang) if rule.taker else "–")


def _report(pack: PlanPack, rule: ReportRule, lang: str) -> tuple[str, ...]:
    en = lang == "en"
    events = _comma(lang).join(pack.events[name].name(lang) for name in rule.events.words) if rule.events else ("each year" if en else "每年")
    if rule.after is not None:
        first = pack.reports[rule.after.text].name(lang)
        events += f" (after: {first})" if en else f"（接“{first}”）"
    within = f"by {rule.day.text}" if rule.day and en else f"{rule.day.text} 前" if rule.day else f"≤ {shown(rule.within, lang)}" if rule.within else "–"
    parties = (_comma(lang).join(pack.parties[name].name(lang) for name in clause.words) for clause in (rule.senders, rule.receivers))
    means = _comma(lang).join(MEANS_NAMES[one][en] for one in rule.means.words) if rule.means else "–"
    return f"{rule.name(lang)} [{rule.id}]", *parties, means, events, within


def _sets(pack: PlanPack, lang: str) -> Iterator[str]:
    for one in pack.sets.values():
        items = [pack.item_name(item, lang) for item in one.items.words] if one.items else []
        agent = [] if one.by_agent is None else ["what the disinfectant used makes due" if lang == "en" else "按所用消毒方式应测的余量和副产物"]
        yield f"  {one.name(lang)} [{one.id}] ({len(items)}): {_comma(lang).join([*items, *agent])}"
    for found, clause in pack.follow.items():
        further = _comma(lang).join(pack.item_name(item, lang) for item in clause.words)
        yield f"  {pack.item_name(found, lang)} detected: test {further} too" if lang == "en" else f"  检出{pack.item_name(found)}时加测{further}"


def _clauses(pack: PlanPack, lang: str) -> Iterator[str]:
    for path, content in numbers_of(pack.content):
        clause = pack.clauses[".".join(path)]
        yield f"  {clause.key}: {with_source(shown(clause, lang), content, lang)}"


def shown(clause: Clause, lang: str = "zh") -> str:
    """The value of a clause as people read it; ids as they are."""
    if isinstance(clause.value, int):
        return f"{clause.value} {UNITS[clause.unit][lang == 'en']}"
    return _comma(lang).join(map(str, clause.words or clause.numbers or (clause.text,)))
