"""A verdict explains itself: value, limit with unit, clause, edition, and whether the limit is verified."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from rulebook.strategies import FOUR, facts
from wenqu.rulebook.explain import explain, explain_overall
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.model import Facts
from wenqu.rulebook.reference import judge

NATIONAL, CHONGQING = load_pack("national-2018"), load_pack("chongqing-2023")


def test_value_limit_clause_and_edition_in_chinese() -> None:
    verdict = judge(Facts(litres_per_person_day=45.0, rain_mm=900, water_m3_per_head=1200), NATIONAL).quantity
    assert explain(verdict, NATIONAL) == (
        "水量基本达标：人均日用水量45 L/(人·d)，湿润区限值不少于35 L/(人·d)（年均降水量900 毫米，"
        "人均水资源量1200 m³/(人·a)）（依据：T/CHES 18-2018，第2.3条、附录A）。")


def test_the_same_in_english() -> None:
    verdict = judge(Facts(short_days=19), NATIONAL).reliability
    assert explain(verdict, NATIONAL, "en") == (
        "Reliability basically met: 19 days short of 365 days, 94.79% supplied, limit at least 90% "
        "(Criteria for rural drinking water safety (national), national-2018, clause 附录A).")


def test_a_percentage_is_cut_never_rounded_up() -> None:
    verdict = judge(Facts(short_days=18.26), NATIONAL).reliability
    assert "94.99%" in explain(verdict, NATIONAL)


def test_an_unverified_limit_says_so() -> None:
    verdict = judge(Facts(piped=False, horizontal_m=500), CHONGQING).convenience
    assert "或垂直" in explain(verdict, CHONGQING)
    assert explain(verdict, CHONGQING).endswith("（未核实）。")
    assert explain(verdict, CHONGQING, "en").endswith("(unverified).")
    sure = judge(Facts(piped=False, horizontal_m=300, vertical_m=10), NATIONAL).convenience
    assert "未核实" not in explain(sure, NATIONAL)


def test_what_is_missing_is_named() -> None:
    verdict = judge(Facts(piped=False, horizontal_m=300), NATIONAL).convenience
    assert "垂直距离未知" in explain(verdict, NATIONAL)
    assert verdict.limit is None


@settings(deadline=None, max_examples=60)
@given(fact=facts())
@pytest.mark.parametrize("name", FOUR)
def test_every_verdict_has_a_whole_sentence(name: str, fact: Facts) -> None:
    pack = load_pack(name)
    judgement = judge(fact, pack)
    for verdict in judgement.verdicts:
        for lang, end in (("zh", "。"), ("en", ".")):
            text = explain(verdict, pack, lang)
            assert text.endswith(end)
            assert "{" not in text and "None" not in text
    assert explain_overall(judgement).endswith("。")


@pytest.mark.parametrize(("fact", "text"), [
    (Facts(litres_per_person_day=65, lab_result="pass", piped=True, short_days=0), "安全：四项指标都达标。"),
    (Facts(lab_result="fail", litres_per_person_day=5), "不安全：水量、水质不达标。"),
    (Facts(litres_per_person_day=65, lab_result="pass", piped=True), "无法判定：供水保证率无法判定。"),
    (Facts(litres_per_person_day=65, lab_result="pass", piped=True, short_days=20), "基本安全：供水保证率基本达标。"),
])
def test_the_overall_grade_names_what_decided(fact: Facts, text: str) -> None:
    assert explain_overall(judge(fact, NATIONAL)) == text


def test_the_deciding_value_and_limit() -> None:
    far = judge(Facts(piped=False, horizontal_m=100, vertical_m=90), NATIONAL).convenience
    assert (far.value, far.limit and far.limit.value) == (90, 80)
    near = judge(Facts(piped=False, horizontal_m=5000, vertical_m=80), CHONGQING).convenience
    assert (near.value, near.limit and near.limit.value) == (80, 80)
    both = judge(Facts(litres_per_person_day=10), NATIONAL).quantity
    assert both.limit is not None and both.limit.value == 20
