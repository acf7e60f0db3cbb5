"""The screens of the phone page: how they look, what they find, what they say where something is missing."""

from __future__ import annotations

import pytest
from crew import bring, make_crew
from thumbs import Filling

from wenqu.survey.models import Submission
from wenqu.survey.phone import buckets, bundle

pytestmark = pytest.mark.browser


def everything(village) -> list[str]:
    """The addresses of all screens, with something on each."""
    path, home = village.cast.village_a1.path, village.homes[0]
    problem = village.problem(home)
    mine = bring(village.problem(village.homes[3], "bad_water"), "assigned", make_crew(village.cast))
    return [
        "home", "villages", f"village/{path}/households", f"village/{path}/schemes", f"village/{path}/problems", f"household/{path}/{home.pk}",
        f"scheme/{path}/{village.plant.pk}", "problems/mine", "problems/villages", f"problem/{path}/{problem.pk}", f"problem/{path}/{mine.pk}",
        "drafts", "outbox", "settings", "rescue", "retire", "pair",
    ]


class TestLooks:
    @pytest.mark.parametrize(("language", "large"), [("zh", False), ("zh", True), ("en", True)])
    def test_every_screen_fits_and_every_button_is_large_enough_for_a_thumb(self, phone, village, language, large):
        addresses = everything(village)
        phone.ready(village.code())
        Filling(phone).begin("王五").answer("4", pictures=False).kept("4")
        phone.page.locator(".f-leave").click()
        if language == "en":
            phone.open("settings")
            phone.page.get_by_role("button", name="English").click()
            phone.until(lambda: phone.page.evaluate("document.documentElement.lang === 'en'"))
            phone.page.get_by_role("button", name="中文").click()
            phone.until(lambda: phone.page.evaluate("document.documentElement.lang === 'zh-CN'"))
        phone.lose_network()
        Filling(phone).begin("黄志强").answer("3", pictures=False).finish()
        phone.open("settings")
        if large:
            phone.page.get_by_label("大字").check()
            phone.until(lambda: phone.page.evaluate("document.documentElement.classList.contains('large')"))
        if language == "en":
            phone.page.get_by_role("button", name="English").click()
            phone.until(lambda: phone.page.evaluate("document.documentElement.lang === 'en'"))
        size = phone.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
        assert size == pytest.approx(17 * 1.35 if large else 17, abs=0.1)
        for address in addresses:
            phone.open(address)
            phone.page.wait_for_timeout(250)
            assert phone.page.evaluate("location.hash.slice(1)") == address and phone.page.locator(".main > *").count()
            phone.picture(f"{language}-{'large' if large else 'plain'}-{address.split('/')[0]}-{address.split('/')[-1][:12]}")
            assert phone.overflow <= 0, address
            assert phone.small() == [], address
        assert phone.foreign == [] and phone.complaints == []

    def test_english_that_was_never_asked_for_needs_a_network_and_takes_nothing_away(self, phone, village):
        phone.ready(village.code())
        phone.lose_network()
        phone.open("settings")
        phone.page.get_by_role("button", name="English").click()
        phone.page.get_by_text("连不上服务器").wait_for()
        phone.page.reload()
        assert phone.page.evaluate("document.documentElement.lang") == "zh-CN" and phone.page.get_by_text("大字").is_visible()

    def test_language_and_type_stay_after_the_page_is_loaded_again(self, phone, village):
        phone.ready(village.code())
        phone.open("settings")
        phone.page.get_by_label("大字").check()
        phone.page.get_by_role("button", name="English").click()
        phone.until(lambda: phone.page.evaluate("document.documentElement.lang === 'en'"))
        phone.page.reload()
        phone.until(lambda: phone.page.evaluate("document.documentElement.lang === 'en' && document.documentElement.classList.contains('large')"))


class TestFinding:
    def test_a_household_is_found_by_name_by_the_end_of_its_number_and_by_group(self, phone, village):
        phone.ready(village.code())
        phone.open("home")
        phone.page.get_by_role("link", name="甲一村").click()
        rows = phone.page.locator("a.row strong")
        for typed, found in (("黄志", ["黄志强"]), ("08", ["黄志强"]), ("张", ["张山", "张良"]), ("2组 马", ["马得水"]), ("张 强", [])):
            phone.page.fill(".find", typed)
            assert rows.all_inner_texts() == found
        phone.page.fill(".find", "")
        assert rows.count() == 30

    def test_a_new_household_is_offered_only_after_a_search(self, phone, village):
        phone.ready(village.code())
        phone.open("home")
        phone.page.get_by_role("link", name="甲一村").click()
        new = phone.page.get_by_role("link", name="新增农户")
        assert new.count() == 0
        phone.page.fill(".find", "张")
        assert new.count() == 0
        phone.page.get_by_role("button", name="都不是要找的这一户").click()
        assert new.count() == 1
        phone.page.fill(".find", "欧阳大海")
        phone.page.get_by_text("名单里没有").wait_for()
        new.click()
        assert Filling(phone).question("head").locator("input, textarea").first.input_value() == "欧阳大海"
        Filling(phone).finish()
        phone.until(lambda: phone.kept("outbox") == [])
        assert "<village>甲一村</village>" in Submission.objects.get().xml.open()

    def test_a_problem_is_reported_of_the_household_that_is_open(self, phone, village):
        phone.ready(village.code())
        phone.open(f"household/{village.cast.village_a1.path}/{village.homes[5].pk}")
        phone.page.get_by_role("link", name="报告问题").click()
        assert Filling(phone).question("pick").count() == 0
        Filling(phone).question("kind").locator(".f-choice").filter(has_text="停水").click()
        Filling(phone).finish()
        phone.until(lambda: phone.kept("outbox") == [])
        assert f"<household>{village.homes[5].pk}</household>" in Submission.objects.get().xml.open()


class TestSyncing:
    def test_a_download_that_breaks_off_goes_on_where_it_was(self, phone, village, monkeypatch):
        monkeypatch.setattr(buckets, "MOST_BYTES", 1500)
        asked = []

        def breaking(route) -> None:
            asked.append(len((route.request.post_data_json or {}).get("have", {})))
            route.abort() if len(asked) == 2 else route.fallback()

        phone.context.route("**/phone/api/changes", breaking)
        phone.page.goto(f"/phone/#pair={village.code()}")
        phone.page.get_by_role("button", name="登记", exact=True).click()
        phone.page.get_by_text("连不上服务器").wait_for()
        held = len(phone.kept("buckets"))
        assert held > 0
        phone.page.get_by_role("button", name="同步").click()
        phone.synced()
        assert asked[2] == held and sum(len(bucket["rows"]) for bucket in phone.kept("buckets") if bucket["id"].startswith("h/")) == 30

    def test_where_nothing_changed_one_short_question_is_asked(self, phone, village):
        phone.ready(village.code())
        sizes = []
        phone.context.on("response", lambda response: sizes.append((response.url.rpartition("/")[2], response.status)) if "/phone/api/" in response.url else None)
        before = phone.kept("buckets")
        phone.page.get_by_role("button", name="同步").click()
        phone.until(lambda: len(sizes) >= 2)
        phone.synced()
        assert sizes == [("tasks", 304), ("changes", 200)] and phone.kept("buckets") == before


    def test_days_without_a_sync_are_told(self, phone, village):
        phone.ready(village.code())
        phone.lose_network()
        four_days_ago = "import(document.documentElement.dataset.base + 'store.js').then((store) => store.keep('synced_at', new Date(Date.now() - 4 * 86400e3).toISOString()))"
        phone.page.evaluate(four_days_ago)
        phone.page.reload()
        phone.page.get_by_text("已 4 天没有同步").wait_for()


class TestTabs:
    @pytest.mark.parametrize("locks", ["of the browser", "rows"])
    def test_one_draft_is_open_in_one_tab_and_both_send_each_record_once(self, phone, village, locks):
        if locks == "rows":
            phone.context.add_init_script("Object.defineProperty(navigator, 'locks', { get: () => undefined })")
        phone.ready(village.code())
        Filling(phone).begin("王五").answer("4", pictures=False).kept("4")
        # Loaded again it is the same tab.
        phone.page.reload()
        Filling(phone).question("people").wait_for()
        address = phone.page.url
        first, second = phone.page, phone.context.new_page()
        phone.watch(second)
        second.goto(address)
        second.get_by_text("正在另一个页面里填写").wait_for()
        phone.lose_network()
        Filling(phone).finish()
        phone.page = second
        Filling(phone).begin("黄志强").answer("3", pictures=False).finish()
        phone.page.get_by_text("待发 2").wait_for()
        first.get_by_text("待发 2").wait_for()
        phone.find_network()
        phone.until(lambda: phone.kept("outbox") == [])
        first.get_by_text("待发 0").wait_for()
        assert Submission.objects.count() == 2 and phone.complaints == []


class TestMissing:
    def test_a_browser_that_keeps_nothing_is_told_so(self, phone, village):
        phone.page.add_init_script("Object.defineProperty(window, 'indexedDB', { get: () => ({ open: () => { const asked = {}; setTimeout(() => asked.onerror(), 0); return asked; } }) })")
        phone.page.goto("/phone/")
        phone.page.get_by_text("不能在手机里保存记录").wait_for()

    def test_a_full_phone_is_told_and_what_was_kept_stays(self, phone, village):
        phone.ready(village.code())
        Filling(phone).begin("王五").answer("4", pictures=False).kept("4")
        phone.page.evaluate("""() => { const put = IDBObjectStore.prototype.put;
          IDBObjectStore.prototype.put = function (...given) { if (window.full) throw new DOMException("full", "QuotaExceededError"); return put.apply(this, given); };
          window.full = true; }""")
        Filling(phone).question("people").locator("input").fill("9")
        phone.page.get_by_text("没有存进手机").wait_for()
        phone.picture("full")
        assert '["int", 4]' in str(phone.kept("drafts")).replace("'", '"')
        phone.page.evaluate("window.full = false")
        Filling(phone).question("people").locator("input").fill("8")
        Filling(phone).kept("8")


class TestNewVersion:
    def test_it_is_offered_but_not_while_a_form_is_open(self, phone, village, monkeypatch):
        phone.ready(village.code())
        old = phone.page.evaluate("document.documentElement.dataset.version")
        Filling(phone).begin("王五").answer("4", pictures=False).kept("4")
        monkeypatch.setitem(bundle.WORDS, "app", "问渠二")
        bundle._made.cache_clear()
        try:
            phone.page.evaluate("navigator.serviceWorker.getRegistration('/phone/').then((found) => found.update())")
            phone.until(lambda: phone.page.evaluate("navigator.serviceWorker.getRegistration('/phone/').then((found) => Boolean(found.waiting))"))
            assert phone.page.get_by_text("有新版本").count() == 0
            phone.page.locator(".f-leave").click()
            phone.page.get_by_text("有新版本").click()
            phone.until(lambda: phone.page.evaluate("document.documentElement.dataset.version") != old)
            phone.open("drafts")
            phone.page.get_by_role("link", name="继续填").wait_for()
            assert phone.complaints == []
        finally:
            monkeypatch.undo()
            bundle._made.cache_clear()
