"""A judging explained with its clauses, the window, and who crosses when a number changes."""

from __future__ import annotations

from datetime import date

import pytest

from rulebook.watch.judging_engines import connected
from wenqu.rulebook.loader import load_pack
from wenqu.rulebook.model import Overall
from wenqu.rulebook.watch.judging import (
    Household,
    Item,
    Judgement,
    JudgingPack,
    Window,
    changed,
    crossers_sql,
    difference_sql,
    explain,
    incomes_sql,
    judge,
    judge_sql,
    judge_sums_sql,
    judging_pack,
    line_of,
    same_sums,
    secured,
    window_before,
)
from wenqu.rulebook.watch.judging.facts import household_columns
from wenqu.rulebook.watch.judging.reasons import FIELDS

GUIZHOU = judging_pack("guizhou-2021")
LINES = load_pack("income-lines")
WINDOW = Window(202006, 202105)
FACTS = {name: name.startswith("secured_") for name, kind in household_columns(GUIZHOU).items() if "_" in name and kind == "BOOLEAN"}


def _told(wages: int, *more: Item) -> tuple[Item, ...]:
    return (*(Item(kind, 202006, 202105, wages if kind == "wages" else 0) for kind in GUIZHOU.items), *more)


def _house(**given: object) -> Household:
    facts = {**FACTS, **given.pop("facts", {})}  # type: ignore[dict-item]
    return Household(**{"was_poor": True, "registered": 2, "cause": "illness", "collapsed": False, "facts": facts, **given})  # type: ignore[arg-type]


def _judged(house: Household, items: tuple[Item, ...], pack: JudgingPack = GUIZHOU) -> Judgement:
    return judge(house, items, pack, window=WINDOW, line=line_of(pack, "贵州", 2021, LINES))


def test_a_conclusion_is_explained_with_its_clauses() -> None:
    sentences = explain(_judged(_house(), _told(1_263_999)), GUIZHOU)
    text = "\n".join(sentences)
    assert "202006—202105 的家庭人均纯收入 6319.99 元（2 人）" in text
    assert "按户籍的 2 人计算（依据：《2023年防返贫监测工作方案（模板18篇）》篇八，（二）监测对象）。" in sentences
    assert "人均纯收入低于6320 元（依据：《2023年防返贫监测工作方案（模板18篇）》篇八，（一）监测范围、（一）监测范围：低于6320元）。" in sentences
    assert "存在返贫致贫风险：因病（依据：《2023年防返贫监测工作方案（模板18篇）》篇二，（一）监测范围：返贫致贫风险）。" in sentences
    assert "应纳入监测：脱贫不稳定户（依据：《2023年防返贫监测工作方案（模板18篇）》篇八，（二）监测对象 1）。" in sentences


def test_what_is_unverified_or_a_what_if_says_so() -> None:
    assert any("（未核实）" in one and "人均纯收入 6319.99 元" in one for one in explain(_judged(_house(), _told(1_263_999)), GUIZHOU))
    what = changed(GUIZHOU, {"line.limit": 7500})
    line = next(one for one in explain(_judged(_house(), _told(1_300_000), what), what) if one.startswith("人均纯收入低于"))
    assert line.startswith("人均纯收入低于7500 元（依据：假设；") and line.endswith("（未核实）。")


def test_gaps_exclusions_and_clues_are_named() -> None:
    items = tuple(item for item in _told(100) if item.kind not in ("costs", "transfers"))
    house = _house(living=2, facts={"excluded_car": True, "secured_water": False}, meeting_admits=True, meeting_reason="车已报废")
    text = "\n".join(explain(_judged(house, items), GUIZHOU))
    assert "的家庭人均纯收入未知，还没有问清：转移性收入、生产经营性支出" in text
    assert "按实际共同生活的 2 人计算" in text
    assert "原则上不纳入（拥有轿车），经村民代表会议评议纳入，理由：车已报废（依据：" in text
    assert "保障没有落实：饮水安全" in text and "水务部门筛查线索：饮水未完全保障" in text
    unreasoned = "\n".join(explain(_judged(_house(facts={"excluded_car": True}, meeting_admits=True), _told(100)), GUIZHOU))
    assert "没有写明理由，不能算数" in unreasoned and "符合“脱贫不稳定户”的条件，但有原则上不纳入的情形（依据：" in unreasoned


def test_the_colour_that_moves_says_whether_at_once() -> None:
    pack = judging_pack("colours-2020")
    line = changed(pack, {"line.use": "line"})
    facts = {name: name.startswith("secured_") for name, kind in household_columns(pack).items() if "_" in name and kind == "BOOLEAN"}
    said = {}
    for kept, forecast in (("green", 100), ("yellow", 2_500_000), ("none", 100)):
        house = Household(was_poor=True, registered=2, cause="none", marked=False, kept_grade=kept, forecast_fen=forecast, facts=facts)
        found = judge(house, (), pack, window=WINDOW, line=line_of(line, "全国", 2020, LINES))
        said[kept] = "\n".join(explain(found, pack))
    assert "等级由“绿色”立即改为“红色”" in said["green"]
    assert "应由“黄色”改为“绿色”，经复核后再改" in said["yellow"]
    assert "等级由“不分级”立即改为“红色”" in said["none"]
    assert "规则包里没有；请提供省里公布的数" in said["yellow"]


def test_both_languages_have_every_sentence() -> None:
    for pack in map(judging_pack, ("watch-base", "guizhou-2021", "national-2026")):
        assert set(pack.sentences) == set(FIELDS)
        assert all(one.zh and one.en for one in pack.sentences.values())
    text = "\n".join(explain(_judged(_house(), _told(1_263_999)), GUIZHOU, "en"))
    assert "income a head is below 6320 yuan" in text and "to be watched: out of poverty and unstable" in text


@pytest.mark.parametrize(("start", "first", "last"), [
    (date(2021, 6, 1), 202006, 202105), (date(2021, 6, 30), 202006, 202105), (date(2021, 1, 1), 202001, 202012),
    (date(2020, 12, 31), 201912, 202011), (date(2023, 5, 8), 202205, 202304),
])
def test_the_window_is_the_twelve_whole_months_before(start: date, first: int, last: int) -> None:
    window = window_before(start, 12)
    assert (window.first, window.last, window.months) == (first, last, 12)


def test_a_window_has_two_months_in_order() -> None:
    for first, last in ((202013, 202105), (202006, 202005), (6, 12)):
        with pytest.raises(ValueError):
            Window(first, last)


def test_drinking_water_is_secured_by_the_four_indicators() -> None:
    assert [secured(overall) for overall in Overall] == [True, True, False, None]


def test_who_crosses_when_the_line_changes_by_cause_and_kind() -> None:
    what = changed(GUIZHOU, {"line.limit": 7500})
    houses = [(_house(), _told(wages)) for wages in (1_000_000, 1_264_000, 1_499_999, 1_500_000)]
    houses += [(_house(was_poor=False, cause="disability"), _told(1_300_000)), (_house(was_poor=None), _told(1_300_000)),
               (_house(collapsed=True), _told(1_300_000)), (_house(), _told(1_300_000)[1:])]
    connection = connected(houses, GUIZHOU)
    connection.execute(f"CREATE TABLE sums AS {incomes_sql(GUIZHOU, 'items', WINDOW)}")
    assert same_sums(GUIZHOU, what, WINDOW)
    assert not same_sums(GUIZHOU, changed(GUIZHOU, {"items.costs.counts": "add"}), WINDOW)
    before, after = (f"({judge_sums_sql(pack, 'households', 'sums', line=line_of(pack, '贵州', 2021, LINES), keep=('cause',))})" for pack in (GUIZHOU, what))
    whole = judge_sql(what, "households", "items", window=WINDOW, line=line_of(what, "贵州", 2021, LINES), keep=("cause",))
    assert connection.execute(f"SELECT * FROM {after} ORDER BY ALL").fetchall() == connection.execute(f"SELECT * FROM ({whole}) ORDER BY ALL").fetchall()
    rows = connection.execute(f"{crossers_sql(before, after, ('cause',))} ORDER BY household_id").fetchall()
    assert rows == [(1, "illness", "none", "unstable", "enters"), (2, "illness", "none", "unstable", "enters"), (4, "disability", "none", "edge", "enters"),
                    (5, "illness", "none", "unknown", "unclear"), (6, "illness", "sudden", "unstable", "moves")]
    assert connection.execute(difference_sql(before, after, ("cause",))).fetchall() == [
        ("disability", "none", "edge", "enters", 1), ("illness", "none", "unknown", "unclear", 1), ("illness", "none", "unstable", "enters", 2),
        ("illness", "sudden", "unstable", "moves", 1)]
    back = connection.execute(f"{crossers_sql(after, before)} ORDER BY household_id").fetchall()
    assert [row[-1] for row in back] == ["leaves", "leaves", "leaves", "cleared", "moves"]
    connection.close()
