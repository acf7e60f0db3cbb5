"""What came of a record, in sentences, for its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.utils.translation import gettext as _

from wenqu.kit.languages import language
from wenqu.rulebook.facts import FACTS_BY_NAME
from wenqu.survey.models import State, Submission


def effect_lines(row: Submission, label: Callable[[str], str]) -> list[str]:
    """One sentence a thing; `label` names a question by its path. Nothing for a record of which nothing follows (yet)."""
    told: dict[str, Any] = row.effect
    if row.state == State.QUARANTINED:
        return [_("没有办成：%(sentence)s") % {"sentence": told["refused"]}] if told.get("refused") else []
    if row.state != State.ACCEPTED:
        return [*_taken_back(row, told)]
    if row.effect_at is None:
        return [_("采用后几秒内生效，请稍后刷新。")] if not row.missing else [_("照片收齐后生效。")]
    return [*_facts(row, told, label), *_ledger(told)]


def _taken_back(row: Submission, told: dict[str, Any]) -> Iterable[str]:
    if row.facts_id is None and told.get("facts"):
        yield _("登记的用水事实已经撤回。")
    if told.get("visit_withdrawn"):
        yield _("登记的联系人走访已经撤回。")
    back = told.get("sample_withdrawn")
    if back:
        yield _("登记的现场测定已经撤回。") if back["measured"] else _("登记的采样已经撤回。")
        if not back["taken"]:
            yield _("样品已经送出、接收或有了检测结果，采样登记不撤回；确有差错的，请在样品页作废。")
    if told.get("clue"):
        yield _("已登记的风险线索不随记录撤回，请在监测对象待办中按程序办理。")


def _facts(row: Submission, told: dict[str, Any], label: Callable[[str], str]) -> Iterable[str]:
    if row.version_id is None:
        yield _("表单版本不是本县发布的，答案只作备查，没有登记用水事实。")
    if told.get("facts"):
        zh = language() == "zh"
        names = [FACTS_BY_NAME[name].zh if zh else FACTS_BY_NAME[name].en for name in told["facts"] if name in FACTS_BY_NAME]
        yield _("登记用水事实：%(names)s（%(day)s）") % {"names": "、".join(names), "day": told["day"]}
    clock = {
        "future": _("手机时钟比收到时间还晚，观测日期按收到的日期登记。"), "before_form": _("手机时钟早于表单发布，观测日期按收到的日期登记。"),
        "unknown": _("手机没有说明填写时间，观测日期按收到的日期登记。"),
    }
    if told.get("facts") and told.get("clock") in clock:
        yield clock[told["clock"]]
    for path, text in told.get("wrong", {}).items():
        yield _("“%(question)s”的答案“%(text)s”不是可用的数值，没有登记。") % {"question": label(path), "text": text}
    for path in told.get("asked", ()):
        yield _("“%(question)s”几份记录填得不一样，裁定前不登记。") % {"question": label(path)}
    for path in told.get("lost", ()):
        yield _("“%(question)s”已裁定采用另一份记录的答案。") % {"question": label(path)}


def _ledger(told: dict[str, Any]) -> Iterable[str]:
    steps = {"rectify": _("已整改"), "check": _("已复核"), "return": _("农户认为没有解决，已退回整改")}
    if told.get("step"):
        yield _("问题 %(number)s：%(step)s") % {"number": told["problem"], "step": steps.get(told["step"], told["step"])}
    if told.get("already"):
        yield _("问题 %(number)s：更正前的记录已经办理，这次更正只作备查。") % {"number": told["already"]}
    for key, words in (("reports", _("登记反映，问题 %(numbers)s")), ("verified", _("再次发现并核实，问题 %(numbers)s")), ("seen", _("再次发现，问题 %(numbers)s"))):
        if told.get(key):
            yield words % {"numbers": "、".join(told[key])}
    for sentence in told.get("not_reported", ()):
        yield _("有一个问题没有登记：%(sentence)s") % {"sentence": sentence}
    if told.get("visited_on"):
        yield _("登记 %(day)s 的联系人走访") % {"day": told["visited_on"]} + (_("；有新的风险或困难，已在监测名单上提醒") if told.get("worse") else "")
    if told.get("clue"):
        yield _("这户不在监测名单上，%(day)s 走访发现的风险已登记为线索，等待按程序核实") % {"day": told["clue"]}
    if told.get("sample"):
        words = _("样品 %(number)s 登记采样（%(at)s），现场测定 %(count)d 项") if told.get("taken_at") else _("样品 %(number)s 已先登记采样，补记现场测定 %(count)d 项")
        yield words % {"number": told["sample"], "at": told.get("taken_at", ""), "count": told.get("measured", 0)}
    if told.get("new_household"):
        yield _("列入“台账外农户”，导出后用农户台账导入。")
