"""Every cited number and word of a pack by a name that people know, with its place: what pages show where manuals show keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from wenqu.rulebook.labels import LABELS
from wenqu.rulebook.labels import WORDS as PLAIN_WORDS
from wenqu.rulebook.model import Head
from wenqu.rulebook.names import UNIT_NAMES, plain
from wenqu.rulebook.schema import RULE_UNIT
from wenqu.rulebook.watch.judging.loader import judging_pack

Pair = tuple[str, str]

_SECTIONS: Mapping[str, Pair] = {
    "line": ("收入线", "Income line"), "window": ("收入周期", "Window of income"), "members": ("家庭人口", "Members"), "items": ("收支种类", "Kinds of items"),
    "guarantees": ("“两不愁三保障”和饮水", "Guarantees and drinking water"), "causes": ("风险类型", "Causes of risk"),
    "exclusions": ("原则上不纳入", "Exclusions in principle"), "exception": ("村民代表会议", "Village meeting"), "spending": ("刚性支出标准", "Rigid spending"),
    "burden": ("支出负担", "Burden of spending"), "collapse": ("收入大幅缩减", "Income collapse"), "screens": ("部门筛查", "Lists of departments"),
    "average": ("全省平均水平", "Provincial average"), "objects": ("监测对象", "Kinds of objects"), "grades": ("颜色等级", "Colours"),
    "grading": ("等级变动", "Moves of colours"), "classes": ("脱贫户分类", "Classes of households out of poverty"),
    "entry": ("纳入程序", "Onto the list"), "removal": ("风险消除程序", "Off the list"), "leaving": ("风险消除的条件", "Conditions of removal"),
    "urgent": ("先行帮扶", "Help first"), "alarms": ("疑点", "Alarms"), "notices": ("公示规则", "Notices"), "actors": ("办理人", "Actors"),
    "publicity": ("公开", "Publicity"), "kinds": ("措施种类", "Kinds of measures"), "usual": ("各类风险通常采取的措施", "Usual measures by cause"),
    "visits": ("联系人走访", "Visits of the contact person"), "insurance": ("防贫保险", "Insurance against poverty"),
}
# By the whole key where one name has several meanings, else by its last part.
_NAMES: Mapping[str, Pair] = {
    "line.limit": ("收入线", "line"), "average.limit": ("人均收入平均水平", "average income a head"), "collapse.percent": ("缩减比例", "share lost"),
    "burden.percent": ("占收入的比例", "share of income"), "burden.of": ("与哪一年的收入比", "of which income"), "line.edge": ("怎样算低于收入线", "what counts as below"),
    "line.use": ("收入线的效力", "use of the line"), "exception.meeting": ("能否例外纳入", "may let in"), "grading.income": ("按哪项收入分级", "by which income"),
    "months": ("前多少个整月", "whole months before"), "counted": ("人均按哪些人计算", "divided by"), "unchecked": ("没有核对时", "where unchecked"),
    "counts": ("怎样计入", "counts as"), "asked": ("怎样算问全", "asked"), "applies": ("是否适用", "applies"), "measure": ("单笔还是合计", "single or total"),
    "edge": ("怎样算超过", "what counts as over"), "was_poor": ("脱贫户的标准", "limit for households out of poverty"), "others": ("其他农户的标准", "limit for others"),
    "heavy": ("达到即算支出过重", "makes spending heavy"), "screens": ("列入部门筛查", "on the department's list"), "limit": ("界限", "limit"),
    "at_least": ("人均收入不低于", "income at least"), "under": ("人均收入低于", "income under"), "worse": ("变坏时", "when worse"), "better": ("变好时", "when better"),
    "notices.first": ("从哪一天起算", "counted from"), "notices.upheld": ("异议成立后", "after an upheld objection"), "notices.ruling": ("异议由谁处理", "who rules"),
    "notices.photos": ("公示照片", "photos"), "urgent.help_first": ("能否先行帮扶", "may help first"), "urgent.confirmed_by": ("由谁确认", "confirmed by"),
    "urgent.paper": ("凭什么材料", "by which paper"), "urgent.within": ("补齐环节的期限", "steps owed within"),
    "alarms.no_measure": ("纳入后几个月没有措施即为疑点", "no measure within"), "alarms.removed_soon": ("纳入后几个月内消除即为疑点", "removed within"),
    "leaving.judged_from": ("从哪一环节起核对", "asked from"), "leaving.natural": ("自然消除的", "gone by itself"),
    "leaving.no_worker.refused": ("整户无劳动能力未落实兜底的不消除", "no worker and no protection: stays"),
    "leaving.no_worker.protected": ("刚落实兜底的不消除", "freshly protected: stays"), "leaving.no_worker.fresh": ("刚落实指几个月内", "fresh means within"),
    "leaving.no_worker.confirmed_at": ("由哪一环节明确同意", "confirmed at"), "leaving.no_worker.paper": ("凭什么材料", "by which paper"),
    "actor": ("由谁办理", "taken by"), "vote": ("表决", "votes"), "go_on": ("通过，进入下一环节", "go on"), "turn_down": ("不予通过", "turn down"),
    "stay": ("继续监测", "stay"), "back": ("退回", "back"),
    "cost": ("通常费用", "usual cost"), "visits.every": ("每几个月走访一次", "one visit in so many months"), "visits.whom": ("走访哪些对象", "who is visited"),
    "insurance.list_day": ("每月几日前交名单", "list of a month by"), "insurance.notice_days": ("公示天数", "days of the notice"),
    "insurance.sample": ("抽样复核比例", "share checked again"), "days": ("天数", "days"), "at_most": ("最长期限", "at most"), "monthly": ("每月几日前", "each month by"), "within": ("全程期限", "whole course within"),
}
WORDS: Mapping[str, Pair] = {
    **PLAIN_WORDS,
    "yes": ("是", "yes"), "no": ("否", "no"), "under": ("低于（不含本数）", "below"), "at_most": ("不高于（含本数）", "at most"), "over": ("超过（不含本数）", "over"),
    "at_least": ("达到（含本数）", "at least"), "add": ("计入收入", "income"), "subtract": ("从收入中减去", "cost"), "spend": ("算刚性支出", "rigid spending"),
    "leave_out": ("不计", "left out"), "monthly": ("每个月都问", "every month"), "once": ("问过一次即可", "once"), "single": ("单笔最大", "largest single"),
    "total": ("合计", "total"), "window": ("收入周期内的收入", "income of the window"), "forecast": ("预估当年收入", "forecast"), "at_once": ("立即生效", "at once"),
    "by_review": ("复核后生效", "after a review"), "living": ("实际共同生活的人", "who live together"), "registered": ("户籍登记的人", "who are registered"),
    "unknown": ("视为不明", "not known"), "line": ("可用来判断", "binding"), "reference": ("只作参考", "reference only"),
    "with_reasons": ("说明理由后可以", "giving reasons"), "never": ("不可以", "never"), "income": ("收入周期内的收入", "income of the window"),
    "income_before": ("上一年收入", "income of the year before"), "edge": ("边缘易致贫户", "households on the edge"),
    "required": ("必须有", "required"), "public": ("公开、公示", "made public"), "next_day": ("张贴次日", "the day after posting"), "same_day": ("张贴当日", "the day of posting"),
    "restart": ("重新张贴、重新计日", "posted and counted anew"), "retake": ("重新评议", "the step is taken anew"), "another": ("另一人", "another person"),
    "anyone": ("不限", "anyone"), "both_ends": ("张贴、撤下都拍照", "at both ends"), "posting": ("张贴时拍照", "when posted"),
    "waives": ("不再看各项条件", "waived"), "asks": ("照样要求", "asked even so"), "more_than_half": ("超过到会的一半", "more than half of those present"),
    "two_thirds": ("达到到会的三分之二", "two thirds of those present"), "village": ("村级", "village"), "town": ("乡镇", "town"), "county": ("县级", "county"),
}
_OWN_WORDS: Mapping[str, Pair] = {"all": ("全部监测对象", "everybody on the list"), "edge": ("只走访边缘易致贫户", "only households on the edge")}
_GROUPS = (
    ("yes", "no"), ("under", "at_most"), ("over", "at_least"), ("add", "subtract", "spend", "leave_out"), ("monthly", "once"), ("single", "total"),
    ("window", "forecast"), ("at_once", "by_review"), ("line", "reference"), ("with_reasons", "never"), ("income", "income_before"), ("all", "any"),
    ("next_day", "same_day"), ("restart", "retake"), ("another", "anyone"), ("waives", "asks"), ("more_than_half", "two_thirds"), ("both_ends", "posting"),
)
_OWN_GROUPS = {"visits.whom": ("all", "edge"), "members.counted": ("living", "registered"), "members.unchecked": ("registered", "unknown")}
# A whole word of a four-indicator pack that has no other.
_ALONE = frozenset({"convenience.piped", "quality.lab", "quality.senses"})
_CONDITIONS: Mapping[tuple[str, str], Pair] = {
    ("was_poor", "yes"): ("脱贫户", "out of poverty"), ("was_poor", "no"): ("一般农户", "ordinary"), ("income", "below"): ("收入低于线", "below the line"),
    ("income", "reached"): ("收入不低于线", "not below the line"), ("gap", "yes"): ("保障有缺项", "a gap"), ("gap", "no"): ("保障无缺项", "no gap"),
    ("trouble", "heavy"): ("支出过重", "heavy spending"), ("trouble", "collapsed"): ("收入大幅缩减", "income collapsed"),
    ("trouble", "either"): ("支出过重或收入大幅缩减", "heavy spending or collapse"), ("trouble", "neither"): ("支出不重、收入未缩减", "neither"),
    ("stable", "yes"): ("稳定", "stable"), ("stable", "no"): ("不稳定", "not stable"), ("risk", "yes"): ("有风险", "at risk"), ("risk", "no"): ("没有风险", "no risk"),
    ("marked", "yes"): ("已在名单", "on the list"), ("marked", "no"): ("不在名单", "not on the list"), ("average", "reached"): ("达到平均水平", "reaches the average"),
    ("average", "under"): ("低于平均水平", "under the average"),
}
# The pack that names causes.
_CAUSES = "watch-base"
# Numbers that a judging pack may lack.
_LACKING = (("line.limit", "元/(人·a)"), ("average.limit", "元/(人·a)"), ("collapse.percent", "%"))


@dataclass(frozen=True, slots=True)
class Named:
    """A cited number or word. ``value`` is ``None`` where the pack gives none; ``words`` are the other words there are, with their names."""

    key: str
    section: str
    label: str
    value: object
    unit: str
    words: tuple[Pair, ...]
    clause: str = ""
    document: str = ""
    confidence: str = ""
    note: str = ""

    @property
    def title(self) -> str:
        """Section and label in one, neither said twice."""
        return self.label if self.label.startswith(self.section) else f"{self.section} · {self.label}"

    @property
    def is_number(self) -> bool:
        return self.unit != RULE_UNIT


def named_clauses(pack: Head, lang: str = "zh") -> tuple[Named, ...]:
    """All that stands in a pack as one number or one word, in its order; then the numbers that it lacks and may have."""
    found = []
    for head, content in pack.content.items():
        if isinstance(content, Mapping):
            found += list(_walk(content, (head,), (), lang))
    found = [_with_cause(_with_paper(one, pack, lang), pack, lang) for one in found]
    if pack.kind == "watch-judging":
        there = {one.key for one in found}
        found += [Named(key, _pair(_SECTIONS[key.partition(".")[0]], lang), _pair(_NAMES[key], lang), None, unit, ())
                  for key, unit in _LACKING if key not in there and (key != "line.limit" or "line" in pack.content)]
    return tuple(found)


def value_words(value: object, unit: str, lang: str = "zh") -> str:
    """A value as people read it."""
    if value is None:
        return "没有写" if lang == "zh" else "not given"
    if unit == RULE_UNIT:
        return _pair(WORDS.get(str(value), (str(value), str(value))), lang)
    return f"{plain(value)}{'' if unit == '%' else ' '}{UNIT_NAMES[lang].get(unit, unit)}".strip()


def _with_paper(one: Named, pack: Head, lang: str) -> Named:
    """What is asked of a paper, with the name that the pack gives that paper."""
    *_, group, last = ("", *one.key.split("."))
    papers = pack.content.get("papers")
    if group not in ("papers", "refusal") or not isinstance(papers, Mapping) or last not in papers:
        return one
    asked = _pair(("不予通过须有", "to turn down") if group == "refusal" else ("材料", "paper"), lang)
    return replace(one, label=f"{one.label} {asked}{'：' if lang == 'zh' else ': '}{papers[last][lang]}")


def _with_cause(one: Named, pack: Head, lang: str) -> Named:
    """What is usual for a cause: named by the cause, with the kinds of measures that the pack lists for it."""
    head, _dot, rest = one.key.partition(".")
    if pack.kind != "watch-measures" or head != "usual":
        return one
    content: Any = pack.content
    cause = rest.partition(".")[0]
    kinds = ("、" if lang == "zh" else ", ").join(content["kinds"][name][lang] for name in content["usual"][cause]["kinds"])
    name = next((each.zh if lang == "zh" else each.en for each in judging_pack(_CAUSES).causes if each.id == cause), cause)
    return replace(one, label=f"{name}：{kinds}" if lang == "zh" else f"{name}: {kinds}")


def _walk(value: object, path: tuple[str, ...], names: tuple[str, ...], lang: str) -> Iterator[Named]:
    if isinstance(value, list):
        for number, row in enumerate(value, start=1):
            if isinstance(row, Mapping):
                yield from _walk(row, (*path, str(number)), (*names, _case(number, row, lang)), lang)
    elif isinstance(value, Mapping) and "confidence" in value:
        if not isinstance(value["value"], list):
            yield _named(value, path, names, lang)
    elif isinstance(value, Mapping):
        own = value.get(lang)
        if isinstance(own, str):
            names = (*names, own)
        elif len(path) > 1 and not path[-1].isdecimal() and path[-1] in LABELS:
            names = (*names, _pair(LABELS[path[-1]], lang))
        for key, inner in value.items():
            yield from _walk(inner, (*path, key), names, lang)


def _named(value: Mapping[str, object], path: tuple[str, ...], names: tuple[str, ...], lang: str) -> Named:
    key = ".".join(path)
    last = _NAMES.get(key) or _NAMES.get(path[-1]) or LABELS.get(path[-1])
    section = _SECTIONS.get(path[0]) or LABELS.get(path[0]) or (path[0], path[0])
    own = _pair(last, lang) if last and len(path) > 1 else ""
    # The same twice says no more: 收入线 · 收入线.
    label = (" · " if lang == "en" else " ").join(dict.fromkeys([*names, own] if own else names)) or _pair(section, lang)
    unit = str(value["unit"])
    return Named(key, _pair(section, lang), label, value["value"], unit, _others(key, value["value"], lang) if unit == RULE_UNIT else (),
                 str(value["clause"]), str(value["document"]), str(value["confidence"]), str(value.get("note", "")))


def _others(key: str, value: object, lang: str) -> tuple[Pair, ...]:
    group = _OWN_GROUPS.get(key) or next((one for one in _GROUPS if value in one), ())
    return () if key in _ALONE else tuple((word, _pair(_OWN_WORDS[word] if key == "visits.whom" else WORDS[word], lang)) for word in group)


def _case(number: int, row: Mapping[str, object], lang: str) -> str:
    """A way into an outcome by its conditions."""
    told = [_pair(pair, lang) for key, value in row.items() if (pair := _CONDITIONS.get((key, str(value)))) is not None]
    head = f"情形{number}" if lang == "zh" else f"way {number}"
    return (f"{head}（{'、'.join(told)}）" if lang == "zh" else f"{head} ({', '.join(told)})") if told else head


def _pair(pair: Pair, lang: str) -> str:
    return pair[0 if lang == "zh" else 1]
