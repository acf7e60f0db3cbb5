"""When a report counts as made: everybody who is to be told, by every means that the plan names."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from wenqu.rulebook.quality.plans import Telling, lacking, made_at, plan_pack

CHINA = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=CHINA)


def told(moment: str, receivers: str, means: str = "") -> Telling:
    return Telling(at(moment), frozenset(receivers.split()), frozenset(means.split()))


@pytest.mark.parametrize(("sentence", "pack", "rule", "tellings", "made", "lacks"), [
    ("应在8小时内反馈给受检单位，同时通知当地农业行政执法部门：两家都通知了才算。", "plan-vegetables", "misuse_notice", [("03-02T10:00", "checked")], None, [("enforcement", "")]),
    ("后通知的一家的时间是报告的时间。", "plan-vegetables", "misuse_notice", [("03-02T10:00", "checked"), ("03-02T15:00", "enforcement")], "03-02T15:00", []),
    ("先后通知同一家，以先的为准。", "plan-vegetables", "misuse_notice", [("03-02T15:00", "checked enforcement"), ("03-02T10:00", "checked")], "03-02T15:00", []),
    ("以电话和书面材料两种方式上报：只打了电话不算。", "plan-earthquake", "general", [("03-02T10:00", "prefecture", "phone")], None, [("prefecture", "writing")]),
    ("电话和书面都报了，以后一种的时间为准。", "plan-earthquake", "general", [("03-02T10:00", "prefecture", "phone"), ("03-02T20:00", "prefecture", "writing")], "03-02T20:00", []),
    ("一次用两种方式报的，算报了。", "plan-earthquake", "general", [("03-02T10:00", "prefecture", "phone writing")], "03-02T10:00", []),
    ("没有报的，谁都还没有报给。", "plan-earthquake", "summary", [], None, [("committee", "writing"), ("government", "writing"), ("prefecture", "writing")]),
    ("报给不相干的，不算。", "plan-vegetables", "misuse_report", [("03-02T10:00", "bureau", "writing")], None, [("department", "writing")]),
])
def test_when_a_report_is_made(sentence: str, pack: str, rule: str, tellings: list[tuple[str, ...]], made: str | None, lacks: list[tuple[str, str]]) -> None:
    found, every = plan_pack(pack).reports[rule], [told(*one) for one in tellings]
    assert made_at(found, every) == (at(made) if made else None), sentence
    assert lacking(found, every) == lacks
