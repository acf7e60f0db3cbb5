"""One problem's whole life in real browsers: five people, each at their own, from a villager's word to the file and back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from cast import Cast
from django.utils import timezone
from evidence.files import GPS, exif, photo

from wenqu.ledger.models import Problem, Step

pytestmark = pytest.mark.browser

LONG = "更换水泵一台，重新埋设入户管二百米，冲洗消毒后放水半小时，水量和水压都正常；" * 6
BAD = {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": b"GIF89a" + b"\0" * 300}


def pictures() -> list[dict[str, Any]]:
    """Two photos as a telephone takes them: one with its time and place, one without."""
    told = exif(taken="2026:03:02 09:41:00", offset="+08:00", gps=GPS)
    return [
        {"name": "水泵.jpg", "mimeType": "image/jpeg", "buffer": photo(1280, 960, exif=told)},
        {"name": "水表.jpg", "mimeType": "image/jpeg", "buffer": photo(960, 1280, colour=(40, 120, 90))},
    ]


class Doing:
    """Somebody at the page of the problem."""

    def __init__(self, visitor, url: str) -> None:
        self.visitor, self.page, self.url = visitor, visitor.page, url

    def open(self) -> Doing:
        self.visitor.open(self.url)
        assert self.visitor.overflow <= 0
        return self

    def step(self, name: str):
        """The form of a step, opened."""
        step = self.page.locator(f"#step-{name}")
        if step.get_attribute("open") is None:
            step.locator("summary").click()
        return step

    def fill(self, name: str, **given: str) -> None:
        step = self.step(name)
        for field, value in given.items():
            box = step.locator(f"[name={field}]")
            box.select_option(value) if box.evaluate("e => e.tagName") == "SELECT" else box.fill(value)

    def send(self, name: str) -> None:
        with self.page.expect_navigation():
            self.step(name).locator("form > button").click()

    def do(self, name: str, **given: str) -> None:
        self.open()
        self.fill(name, **given)
        self.send(name)
        assert "已办理" in self.page.locator(".messages").inner_text()

    @property
    def state(self) -> str:
        return self.page.locator(".page-head .badge").inner_text()

    @property
    def text(self) -> str:
        return self.page.locator("main").inner_text()

    def why_not(self, name: str) -> str:
        """What the page says beside a button that cannot be pressed."""
        button = self.page.locator(f"[aria-describedby=why-{name}]")
        assert button.is_disabled() and not self.page.locator(f"#step-{name}").count()
        return self.page.locator(f"#why-{name}").inner_text()


def register(visitor, county) -> str:
    """The village's water manager writes down what a household says; the address of the problem that it makes."""
    page = visitor.page
    visitor.open("/problems/report/")
    page.fill("#r-q", "张良")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="张良").click()
    page.select_option("[name=kind]", "pipe_burst")
    page.select_option("[name=way]", "household_report")
    page.fill("[name=words]", "门前水管裂了，漏了两天，家里没有水")
    assert visitor.overflow <= 0
    visitor.picture("life-1-report")
    with page.expect_navigation():
        page.get_by_role("button", name="登记", exact=True).click()
    assert re.search(r"/problems/\d+/$", page.url), page.url
    return page.url


@pytest.mark.usefixtures("standing_clock")
def test_one_problem_from_a_word_to_the_file_and_back(enter, county, crew):
    cast: Cast = county.cast
    village, town = enter("wang", "phone"), enter("li")
    url = register(village, county)
    wang, li = Doing(village, url), Doing(town, url)
    chen, he, qian = (Doing(enter(name, size), url) for name, size in (("chen", "office"), ("he", "phone"), ("qian", "office")))
    problem = Problem.objects.get(pk=int(url.rstrip("/").rsplit("/", 1)[1]))

    # The county has the page open while the town verifies: it is told what happened meanwhile, and keeps its words.
    chen.open()
    li.do("verify", severity="ordinary", note="上门看过，入户管破裂，属实")
    assert li.state == "! 已核实，待交办"
    chen.fill("dismiss", note=LONG)
    chen.send("dismiss")
    assert "李站已在" in chen.text and "办理了“核实”" in chen.text and LONG in chen.text and chen.state == "! 已核实，待交办"
    chen.visitor.picture("life-2-changed-meanwhile")

    # The town gives it to the village; who gave it cannot do it, and is told so.
    li.do("assign", level="village", holder=str(cast.wang.pk), note="三天内修好")
    assert "问题已交办给王管，由其整改" in li.why_not("rectify")
    town.picture("life-3-assigned")

    # The village on its telephone: a file that is none, in words; nothing else is lost.
    wang.open()
    assert village.low(".doing button, .doing summary, .doing input:not([type=hidden]), .doing textarea") == []
    wang.fill("rectify", note=LONG)
    wang.step("rectify").locator("#rectify-evidence").set_input_files([pictures()[0], BAD])
    wang.send("rectify")
    form = wang.step("rectify")
    assert "现场.jpg" in form.locator(".field.wrong .error").inner_text()
    assert form.locator("[name=note]").input_value() == LONG and village.overflow <= 0
    assert form.locator(".untaken").evaluate("e => e === document.activeElement && e.getBoundingClientRect().top < window.innerHeight")
    village.picture("life-4-bad-file")
    assert not Step.objects.filter(problem=problem, transition="rectify").exists()
    form.locator("#rectify-evidence").set_input_files(pictures())
    wang.send("rectify")
    assert wang.state == "→ 已整改，待复核" and "您在这里没有“复核问题”的权限" in wang.why_not("check")

    # Sent back once, with what is missing; the village hears of it and does it again.
    he.do("return", note="照片里看不到修好的接头，请补拍")
    assert he.state == "→ 已交办，整改中"
    village.open("/")
    assert village.page.locator(".bell-count").inner_text() == "2"
    wang.open()
    assert "照片里看不到修好的接头" in wang.text
    wang.fill("rectify", note="补拍了接头，管沟已回填")
    wang.step("rectify").locator("#rectify-evidence").set_input_files([{**pictures()[0], "name": "接头.jpg", "buffer": photo(800, 600, colour=(90, 60, 40))}])
    wang.send("rectify")

    # Another person on site, with the household's own answer; without one, a reason.
    he.open()
    he.fill("check", visited_on=timezone.localdate().isoformat(), note="打开水龙头，水清、压力够", answer="none")
    he.send("check")
    assert "必须写明原因" in he.step("check").locator(".field.wrong .error").inner_text() and he.visitor.overflow <= 0
    he.visitor.picture("life-5-answer-missing")
    he.fill("check", answer="satisfied", answer_note="当天就来水了")
    he.send("check")
    assert he.state == "→ 已复核，待销号" and "须由另一人办理" in he.why_not("sign_off")

    qian.do("sign_off", outcome="fixed", note="证据齐全，同意销号")
    chen.do("file")
    assert chen.state == "✓ 已备案"

    # The whole story stands on the page, at both sizes, with its photos.
    for size in ("office", "phone"):
        chen.open().visitor.resize(size)
        look_at_history(chen)
        chen.visitor.picture(f"life-6-filed-{size}")

    # The same fails again: somebody opens it again, and the old round is still told.
    qian.open()
    qian.do("reopen", note="回访时又漏水了")
    assert qian.state == "! 已发现，待核实" and "第 2 轮" in qian.text and "证据齐全，同意销号" in qian.text
    qian.visitor.picture("life-7-open-again")
    people = set(Step.objects.filter(problem=problem).exclude(transition="report").values_list("by_name", flat=True))
    assert people == {"李站", "王管", "何核", "钱审", "陈县"}


def look_at_history(doing: Doing) -> None:
    assert doing.visitor.overflow <= 0
    labels = doing.page.locator(".timeline > li > p:first-child strong").all_inner_texts()
    assert labels == ["备案", "销号", "复核", "整改", "退回整改", "整改", "交办", "核实", "发现"]
    small = doing.page.locator(".timeline .evidence img")
    assert small.count() == 3
    for each in small.all():
        each.scroll_into_view_if_needed()
        each.evaluate("e => e.complete || new Promise(done => { e.onload = e.onerror = done })")
    assert all(each.evaluate("e => e.naturalWidth > 0") for each in small.all())
    told = doing.page.locator(".timeline .evidence").all_inner_texts()
    assert any("拍摄：2026-03-02 09:41" in each and "位置：" in each and "照片里没有" in each for each in told), told
    assert "农户认可：当天就来水了" in doing.text and "已解决" in doing.text
    assert doing.page.locator("#six").count() == 1 and all(word in doing.page.locator("#six").inner_text() for word in ("王管", "何核", "钱审", "李站"))
