"""The form screen of the phone page: every kind of question, drafts, repeats, look-ups, and what happens when a form itself is wrong."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from forms.books import ask, compiled
from phone_form import FormPage

pytestmark = pytest.mark.browser
END = ask("end_repeat")


@pytest.fixture
def form(chromium) -> Iterator[FormPage]:
    form = FormPage(chromium)
    yield form
    form.context.close()


def value(form: FormPage, name: str) -> str:
    """What the last draft holds of a question outside of repeats."""
    form.close()
    held = form.told("draft")["state"]["root"]["inside"][name].get("held")
    return str(held[1]) if held else ""


def every_kind() -> dict[str, Any]:
    return compiled(
        ask("note", "hello", "**粗** <img src=x onerror=alert(1)>\n第二行 &amp;"), ask("text", "words", "字", guidance_hint="写清楚", hint="一句话"),
        ask("text", "long", "长", appearance="multiline"), ask("integer", "whole", "整"), ask("decimal", "part", "小"), ask("integer", "big", "大", appearance="thousands-sep"),
        ask("date", "day", "日"), ask("time", "hour", "时"), ask("datetime", "moment", "刻"), ask("select_one yn", "one", "单"),
        ask("select_one yn", "list", "表", appearance="minimal"), ask("select_multiple yn", "some", "多"), ask("barcode", "code", "码"),
        ask("acknowledge", "known", "确认"), ask("text", "fixed", "定", read_only="yes", default="不能改"),
        ask("select_one yn", "fixed_one", "定选", read_only="yes", default="y"),
    ).plan


def test_every_kind_of_question(form: FormPage) -> None:
    form.open(every_kind())
    assert form.page.inner_text(".f-note") == "粗 <img src=x onerror=alert(1)>\n第二行 &amp;"
    assert form.page.locator(".f-note strong").inner_text() == "粗"
    form.type("words", "水 & <b>")
    assert form.question("words").locator(".f-guide div").is_hidden()
    form.question("words").locator("summary").click()
    assert form.question("words").locator(".f-guide div").inner_text() == "写清楚"
    form.type("long", "一\n二")
    assert form.question("whole").locator("input").get_attribute("inputmode") == "numeric"
    form.type("whole", "-12")
    assert form.question("part").locator("input").get_attribute("inputmode") == "decimal"
    form.type("part", "2.50")
    assert form.question("part").locator("input").input_value() == "2.50"
    form.type("big", "1234567")
    form.question("big").locator("input").blur()
    assert form.question("big").locator("input").input_value() == "1,234,567"
    form.type("day", "2026-11-20")
    form.type("hour", "07:45")
    form.next()
    form.type("moment", "2026-11-20T07:45")
    form.choose("one", "否")
    form.question("list").locator("select").select_option(label="是")
    form.choose("some", "否", "是")
    form.type("code", "6901234567892")
    form.choose("known", "我知道了")
    assert form.question("fixed").locator(".f-fixed").inner_text() == "不能改"
    assert form.question("fixed_one").locator(".f-fixed").inner_text() == "是"
    assert form.question("fixed").locator("input").count() == 0
    assert form.overflow <= 0
    form.next()
    xml, files = form.record
    for told in ("<words>水 &amp; &lt;b&gt;</words>", "<long>一\n二</long>", "<whole>-12</whole>", "<part>2.5</part>", "<big>1234567</big>",
                 "<day>2026-11-20</day>", "<hour>07:45:00.000+08:00</hour>", "<moment>2026-11-20T07:45:00.000+08:00</moment>", "<one>n</one>", "<list>y</list>",
                 "<some>y n</some>", "<code>6901234567892</code>", "<known>OK</known>", "<fixed>不能改</fixed>", "<fixed_one>y</fixed_one>"):
        assert told in xml
    assert files == {} and form.complaints == []


def test_a_draft_goes_on_where_it_was(form: FormPage) -> None:
    form.open(every_kind())
    form.type("words", "水")
    form.type("part", "2.50")
    form.type("hour", "07:45")
    form.next()
    form.choose("some", "否")
    form.type("moment", "2026-11-20T07:45")
    # The page goes out of sight: what was typed a moment ago is kept at once.
    form.page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    form.reopen()
    assert form.page.locator(".f-count").inner_text() == "2 / 2 页"
    assert form.question("moment").locator("input").input_value() == "2026-11-20T07:45"
    assert form.question("some").locator(".f-chosen-choice").all_inner_texts() == ["否"]
    form.page.click(".f-back")
    assert form.question("words").locator("input").input_value() == "水"
    assert form.question("hour").locator("input").input_value() == "07:45"
    form.next()
    form.next()
    assert "<part>2.5</part>" in form.record[0]


def test_every_answer_is_a_draft_and_leaving_keeps_it(form: FormPage) -> None:
    form.open(compiled(ask("text", "a"), settings=[["form_id", "form_title", "version", "instance_name"], ["t", "测试", "1", "concat('户 ', ${a})"]]).plan)
    assert form.told("drafts") == 0
    form.type("a", "7")
    form.page.get_by_role("button", name="退出").click()
    form.page.locator("body[data-left]").wait_for()
    assert form.told("draft")["title"] == "户 7"
    assert form.told("draft")["page"] == "/data/a"


def test_what_a_phone_cannot_store_is_told(form: FormPage) -> None:
    form.open(compiled(ask("text", "a")).plan)
    form.set("fail", True)
    form.type("a", "7")
    form.page.get_by_text("没有存进手机").wait_for()
    form.page.get_by_role("button", name="退出").click()
    assert form.question("a").locator("input").input_value() == "7"
    assert form.page.locator("body[data-left]").count() == 0
    with form.page.expect_download() as download:
        form.page.get_by_role("button", name="导出草稿").click()
    told = json.loads(download.value.path().read_text(encoding="utf-8"))
    assert "<a>7</a>" in told["xml"]
    form.set("fail", False)
    form.type("a", "78")
    assert value(form, "a") == "78"


def test_questions_come_and_go_while_somebody_types(form: FormPage) -> None:
    form.open(compiled(ask("begin_group", "g", "组", appearance="field-list"), ask("text", "before"), ask("integer", "n"),
                       ask("text", "more", relevant="${n} > 9"), ask("note", "told", "共 ${n}"), ask("text", "after"), ask("end_group")).plan)
    field = form.question("n").locator("input")
    field.focus()
    form.page.evaluate("window.kept = document.activeElement")
    same = "window.kept === document.activeElement && window.kept.isConnected"
    for key, labels in (("1", 4), ("2", 5), ("Backspace", 4), ("5", 5)):
        form.page.keyboard.press(key)
        assert form.page.locator(".f-question:visible").count() + 1 == labels
        assert form.page.evaluate(same)
    assert field.input_value() == "15"
    assert form.page.inner_text(".f-note") == "共 15"
    assert form.page.evaluate("window.kept.selectionStart") == 2


def test_a_limit_is_told_as_it_is_typed(form: FormPage) -> None:
    form.open(compiled(ask("integer", "n", constraint=". >= 10 and . <= 60", constraint_message="应在 10～60 之间。"), ask("decimal", "d")).plan)
    wrong = form.question("n").locator(".f-wrong")
    form.type("n", "61")
    wrong.get_by_text("应在 10～60 之间。").wait_for()
    form.type("n", "6")
    assert wrong.is_visible()
    form.type("n", "16")
    assert wrong.is_hidden()
    form.type("d", "1.2.3")
    form.question("d").locator(".f-wrong").get_by_text("请填数字").wait_for()
    form.next()
    # What is no number keeps the record back, though nothing has to be filled in there.
    assert "“题 d”" in form.page.inner_text(".f-notice")
    assert form.question("d").locator("input").input_value() == "1.2.3"
    form.type("d", "1.2")
    form.next()
    assert "<n>16</n><d>1.2</d>" in form.record[0]


def test_entries_are_added_and_removed_after_asking_again(form: FormPage) -> None:
    form.open(compiled(ask("begin_repeat", "r", "水样"), ask("text", "a"), END, ask("text", "z")).plan)
    form.type("r[1]/a", "一")
    for number, text in ((2, "二"), (3, "三"), (4, "四")):
        form.page.get_by_role("button", name="＋ 添加水样").click()
        form.type(f"r[{number}]/a", text)
    second = form.page.locator('.f-card[data-path$="/r[2]"]')
    second.get_by_role("button", name="删除").click()
    second.get_by_role("button", name="不删").click()
    assert form.page.locator(".f-card").count() == 4
    second.get_by_role("button", name="删除").first.click()
    second.get_by_role("button", name="删除").last.click()
    assert form.page.locator(".f-card-title").all_inner_texts() == ["水样 1", "水样 2", "水样 3"]
    form.next()
    form.next()
    assert "<r><a>一</a></r><r><a>三</a></r><r><a>四</a></r>" in form.record[0]


def test_entries_by_a_number(form: FormPage) -> None:
    form.open(compiled(ask("integer", "k"), ask("begin_repeat", "r", "点", repeat_count="${k}"), ask("text", "a", required="yes"), ask("end_repeat")).plan)
    form.type("k", "2")
    assert form.page.locator(".f-card").count() == 2
    assert form.page.get_by_role("button", name="添加").count() == 0
    assert form.page.get_by_role("button", name="删除").locator("visible=true").count() == 0
    form.type("r[1]/a", "x")
    form.type("k", "1")
    # What was filled in does not go by a slip in a number: a person takes it away.
    assert form.page.locator(".f-card").count() == 2
    form.page.get_by_text("请删去多余的").wait_for()
    last = form.page.locator(".f-card").last
    last.get_by_role("button", name="删除").first.click()
    last.get_by_role("button", name="删除").last.click()
    assert form.page.locator(".f-card").count() == 1
    form.next()
    assert "<k>1</k><r><a>x</a></r>" in form.record[0]


def test_many_entries_start_closed_and_open_for_what_is_missing(form: FormPage) -> None:
    form.open(compiled(ask("integer", "k"), ask("begin_repeat", "r", "点", repeat_count="${k}"), ask("text", "a", required="yes"), ask("end_repeat")).plan)
    form.type("k", "300")
    assert form.page.locator(".f-card").count() == 300
    assert form.page.locator(".f-card .f-question:visible").count() < 10
    form.page.locator(".f-card-title").nth(250).click()
    form.type("r[251]/a", "x")
    form.next()
    assert "还有 299 处没填好" in form.page.inner_text(".f-notice")
    assert form.question("r[1]/a").locator(".f-wrong").is_visible()


def test_one_of_three_thousand_is_found(form: FormPage) -> None:
    rows = "".join(f"{n},王** …{n % 10000:04d},5227010{n:05d},田坝村\n" for n in range(1, 3001))
    plan = compiled(ask("select_one_from_file households.csv", "home", required="yes"), ask("select_multiple_from_file households.csv", "others")).plan
    form.open(plan, files={"households.csv": "name,label,number,village\n" + rows})
    home = form.question("home")
    assert home.locator(".f-found button").count() == 50
    assert "共 3000 个，先列 50 个" in home.inner_text()
    # By the whole number, which is not in what is shown.
    home.locator("input").fill("522701002345")
    assert home.locator(".f-found button").all_inner_texts() == ["王** …2345"]
    home.locator(".f-found button").click()
    assert home.locator(".f-picked").inner_text().startswith("王** …2345")
    assert home.locator("input").is_hidden()
    home.get_by_role("button", name="换一个").click()
    home.locator("input").fill("没有这户")
    assert "找到 0 个" in home.inner_text()
    home.locator("input").fill("田坝 …１００７")
    home.locator(".f-found button").click()
    for number in ("…0002", "…0003"):
        form.question("others").locator("input").fill(number)
        form.question("others").locator(".f-found button").first.click()
    form.next()
    assert "<home>1007</home><others>2 3</others>" in form.record[0]


def test_what_is_given_is_not_asked_and_what_was_last_known_is_told(form: FormPage) -> None:
    plan = compiled(ask("hidden", "household"), ask("integer", "people"), ask("select_one yn", "piped"), ask("begin_repeat", "r"), ask("integer", "n"), END).plan
    form.open(plan, given={"household": 12, "people": "4", "n": "9", "elsewhere": "x"}, hints={"piped": ["y", "2026-03-02"], "n": [12, "2025-01-01"]})
    assert form.question("people").locator("input").input_value() == "4"
    assert form.question("piped").locator(".f-last").inner_text() == "上次：是（2026-03-02）"
    assert form.question("r[1]/n").locator(".f-last").inner_text() == "上次：12（2025-01-01）"
    form.next()
    assert "<household>12</household><people>4</people>" in form.record[0]
    assert "<r><n/></r>" in form.record[0]


def test_languages_of_a_form(form: FormPage) -> None:
    two = {"label::中文 (zh)": "名字", "label::English (en)": "Name"}
    form.open(compiled({"type": "text", "name": "a", **two}, settings=[["form_id", "form_title", "version", "default_language"], ["t", "x", "1", "中文 (zh)"]]).plan)
    assert form.titles == ["名字"]
    form.type("a", "水")
    form.page.locator(".f-language").select_option(label="English")
    assert form.titles == ["Name"]
    assert form.question("a").locator("input").input_value() == "水"


def test_pages_by_groups(form: FormPage) -> None:
    loose = [ask("text", f"q{n}") for n in range(10)]
    group = [ask("begin_group", "g", "组", appearance="field-list"), *[ask("text", f"g{n}") for n in range(12)], ask("end_group")]
    outer = [ask("begin_group", "o", "外"), ask("text", "o1"), ask("begin_group", "i", "内", appearance="field-list"), ask("text", "i1"), ask("end_group"), ask("end_group")]
    form.open(compiled(ask("note", "n", "先看"), *loose, *group, *outer, ask("note", "bye", "谢谢")).plan)
    seen = []
    for _page in range(5):
        title = form.page.locator("h2")
        seen.append((title.inner_text() if title.is_visible() else "", form.page.locator(".f-question:visible").count(), form.page.locator(".f-note").count()))
        form.next()
    assert seen == [("", 7, 1), ("", 3, 0), ("组", 12, 0), ("外", 1, 0), ("内", 1, 1)]
    assert "<bye/>" in form.record[0]


BROKEN = (ask("begin_repeat", "r"), ask("integer", "d"), END, ask("calculate", "bad", calculation="/data/r[./d > 0]/d"),
          ask("calculate", "double", calculation="2 * count(${r})"), ask("text", "after"))


def test_an_expression_that_fails_loses_nothing(form: FormPage) -> None:
    form.open(compiled(*BROKEN).plan)
    form.type("r[1]/d", "1")
    form.page.get_by_role("button", name="添加").click()
    form.type("r[2]/d", "2")
    notice = form.page.locator(".f-notice")
    notice.get_by_text("已填的都还在").wait_for()
    form.next()
    form.type("after", "接着填")
    form.close()
    inside = form.told("draft")["state"]["root"]["inside"]
    assert [entry["inside"]["d"]["held"] for entry in inside["r"]] == [["int", 1], ["int", 2]]
    # Opened again it fails again, is told again, and the rest goes on.
    form.reopen()
    notice.get_by_text("已填的都还在").wait_for()
    form.next()
    assert form.question("after").locator("input").input_value() == "接着填"
    form.next()
    assert "<r><d>1</d></r><r><d>2</d></r><bad/><double>4</double><after>接着填</after>" in form.record[0]


def test_a_draft_that_cannot_be_opened_can_be_taken_out(form: FormPage) -> None:
    plan = compiled(ask("text", "a"), ask("image", "p")).plan
    form.open(plan, draft={"state": {"root": {"held": "none of ours"}}, "page": "", "blobs": []})
    form.page.get_by_text("这份草稿打不开").wait_for()
    assert form.overflow <= 0
    with form.page.expect_download() as download:
        form.page.get_by_role("button", name="导出草稿").click()
    assert json.loads(download.value.path().read_text(encoding="utf-8"))["state"] == {"root": {"held": "none of ours"}}
    form.page.get_by_role("button", name="退出").click()
    form.page.locator("body[data-left]").wait_for()


def test_a_choice_that_is_no_longer_offered_goes(form: FormPage) -> None:
    form.open(compiled(ask("integer", "n"), ask("select_one yn", "p", choice_filter="area = if(${n} > 3, 'a', area)")).plan)
    form.choose("p", "否")
    form.type("n", "4")
    assert form.question("p").locator(".f-choice").all_inner_texts() == ["是"]
    assert form.question("p").locator(".f-chosen-choice").count() == 0
    form.type("n", "3")
    form.choose("p", "是")
    form.question("p").get_by_role("button", name="不选了").click()
    form.next()
    assert "<n>3</n><p/>" in form.record[0]
