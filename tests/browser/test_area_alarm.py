"""Ten households of one scheme are without water: one alarm on the desks of village, town and county, until all is clear."""

from __future__ import annotations

import re

import pytest
from cast import AT, TODAY, Cast
from django.utils import timezone
from evidence.files import photo
from stages import household, supply

from wenqu.kit.audit import SYSTEM
from wenqu.ledger.deadlines.actions import set_duty_profile
from wenqu.ledger.models import Alarm, Problem, Report
from wenqu.places.scope import EVERYWHERE

pytestmark = pytest.mark.browser

K = 10
HEADS = {"A1": ["丁一", "丁二", "丁三", "丁四", "丁五"], "A2": ["戊一", "戊二", "戊三", "戊四", "戊五"]}


@pytest.fixture
def served(county) -> dict[str, int]:
    """Ten more households of the town's plant, five in each village; the county counts ten reports to an alarm."""
    cast: Cast = county.cast
    set_duty_profile(
        division=cast.county, pack_id="qingshui-12-24-48", numbers={"alarm.reports": K}, document="清泉县试行办法", from_on=TODAY,
        area=EVERYWHERE, by=SYSTEM, at=AT,
    )
    rows = {}
    for place, heads in HEADS.items():
        for number, head in enumerate(heads, 1):
            row = household(cast.village_a1 if place == "A1" else cast.village_a2, f"{place}S{number}", head)
            supply(row, county.plant_a)
            rows[head] = row.pk
    return rows


def register(visitor, head: str, pk: int, *, by_search: bool = False) -> None:
    page = visitor.page
    if by_search:
        visitor.open("/problems/report/")
        page.fill("#r-q", head)
        page.get_by_role("button", name="查找").click()
        page.get_by_role("link", name=head).click()
    else:
        visitor.open(f"/problems/report/?household={pk}")
    page.select_option("[name=kind]", "no_water")
    page.fill("[name=words]", f"{head}家从早上起没有水")
    with page.expect_navigation():
        page.get_by_role("button", name="登记", exact=True).click()
    assert "已登记" in page.locator(".messages").inner_text() and visitor.overflow <= 0


def alarms(visitor) -> list[str]:
    """The alarms at the top of somebody's desk, opened anew."""
    visitor.open("/")
    assert visitor.overflow <= 0
    found = visitor.page.locator(".alarms")
    if not found.count():
        return []
    # At the top: nothing but the heading stands above it.
    assert visitor.page.evaluate("document.querySelector('main section') === document.querySelector('.alarms')")
    assert found.bounding_box()["y"] < visitor.page.viewport_size["height"]
    return visitor.page.locator(".alarms li").all_inner_texts()


def take(visitor, url: str, name: str, files: list | None = None, **given: str) -> None:
    """Take a step on the page of the problem."""
    visitor.open(url)
    form = visitor.page.locator(f"#step-{name}")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    for field, value in given.items():
        box = form.locator(f"[name={field}]")
        box.select_option(value) if box.evaluate("e => e.tagName") == "SELECT" else box.fill(value)
    if files:
        form.locator(f"#{name}-evidence").set_input_files(files)
    with visitor.page.expect_navigation():
        form.locator("form > button").click()
    assert "已办理" in visitor.page.locator(".messages").inner_text(), visitor.page.locator("main").inner_text()


@pytest.mark.usefixtures("standing_clock")
def test_ten_reports_one_alarm_and_all_clear(enter, county, crew, served):
    village, town, bureau, elsewhere = enter("wang", "phone"), enter("li"), enter("chen"), enter("zhao")
    for turn, head in enumerate(HEADS["A1"]):
        register(village, head, served[head], by_search=turn == 0)
    for head in HEADS["A2"][:-1]:
        register(town, head, served[head])
    assert not Alarm.objects.exists()
    for desk in (village, town, bureau):
        assert alarms(desk) == []

    # The tenth: whoever opens the desk the next time sees it, each with what lies in their own area.
    register(town, HEADS["A2"][-1], served[HEADS["A2"][-1]])
    alarm = Alarm.objects.get()
    assert (alarm.subject_id, alarm.reports, alarm.households) == (county.plant_a.pk, K, 12)
    assert ["反映 10 次，影响 12 户" in each for each in alarms(town)] == [True]
    assert ["反映 10 次，影响 12 户" in each and "甲镇水厂" in each for each in alarms(bureau)] == [True]
    assert ["反映 5 次，影响 7 户" in each for each in alarms(village)] == [True]
    assert alarms(elsewhere) == []
    for desk, name in ((village, "village-phone"), (town, "town"), (bureau, "county")):
        desk.picture(f"alarm-1-desk-{name}")

    # It names the households: to the county all, to the village its own.
    bureau.page.get_by_role("link", name="处置").click()
    named = bureau.page.locator("#households tbody tr").all_inner_texts()
    assert len(named) == 12 and all(any(head in row for row in named) for heads in HEADS.values() for head in heads)
    bureau.picture("alarm-2-page-county")
    village.page.get_by_role("link", name="处置").click()
    own = village.page.locator("#households").inner_text()
    assert all(head in own for head in HEADS["A1"]) and not any(head in own for head in HEADS["A2"]) and village.overflow <= 0
    assert village.page.locator("main .refused").inner_text() and not village.page.locator("#g-note").count()
    village.picture("alarm-2-page-village-phone")

    # One cause, one problem: the town gathers all ten into the scheme's, with every report and household.
    town.page.get_by_role("link", name="处置").click()
    gather = town.page.locator("details", has=town.page.locator("#g-note"))
    gather.locator("summary").click()
    assert gather.locator("[name=problem]:checked").count() == K
    gather.locator("#g-note").fill("水厂主管道爆裂，十户都因此停水")
    with town.page.expect_navigation():
        gather.get_by_role("button").click()
    url = town.page.url
    problem = Problem.objects.get(pk=int(re.search(r"/problems/(\d+)/", url)[1]))
    assert (problem.subject_id, problem.kind, problem.reports_count, problem.households_named) == (county.plant_a.pk, "no_water", K + 1, K)
    assert Problem.objects.filter(merged_into=problem).count() == K and Report.objects.filter(problem=problem).count() == K + 1
    # What one act took in is told once, with all its numbers.
    told = town.page.locator(".timeline > li", has_text="并入了其他问题").all_inner_texts()
    assert len(told) == 1 and len(re.findall(r"WT-\d{4}-\d{6}", told[0])) == K
    town.picture("alarm-3-one-problem")
    assert [len(alarms(desk)) for desk in (village, town, bureau)] == [1, 1, 1]

    # Round the loop; the alarm stands until the last step of it.
    take(town, url, "verify", severity="major", note="到现场看过，主管道爆裂")
    take(bureau, url, "assign", level="county", holder=str(crew.sun.pk))
    sun, he, qian = enter("sun"), enter("he", "phone"), enter("qian")
    take(sun, url, "rectify", note="更换主管道十二米", files=[{"name": "管道.jpg", "mimeType": "image/jpeg", "buffer": photo(800, 600)}])
    take(he, url, "check", visited_on=timezone.localdate().isoformat(), note="逐户看过，都来水了", answer="satisfied", answer_note="都来水了")
    assert [len(alarms(desk)) for desk in (village, town, bureau)] == [1, 1, 1]
    take(qian, url, "sign_off", outcome="fixed", note="同意销号")

    # All clear on every desk, and the alarm says when and how it ended.
    assert [alarms(desk) for desk in (village, town, bureau)] == [[], [], []]
    alarm.refresh_from_db()
    assert alarm.cleared_at and alarm.fixed == 1
    for desk, name in ((village, "village-phone"), (bureau, "county")):
        desk.picture(f"alarm-4-clear-{name}")
    bureau.open(f"/alarms/{alarm.pk}/")
    assert "已解除" in bureau.page.locator(".page-head").inner_text() and "已解决 1 个" in bureau.page.locator("main").inner_text()
    bureau.picture("alarm-5-page-clear")
    assert [visitor.foreign for visitor in (village, town, bureau, sun, he, qian)] == [[]] * 6
