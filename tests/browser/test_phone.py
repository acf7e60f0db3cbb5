"""The phone page as it is used: paired, synced, filled without a network, killed, and sent when there is one again."""

from __future__ import annotations

import pytest
from thumbs import Filling, answers_of

from wenqu.survey.models import Submission

pytestmark = pytest.mark.browser


class TestWithoutNetwork:
    def test_filled_without_a_network_killed_and_sent_later_is_exactly_one_record(self, phone, village):
        phone.ready(village.code())
        phone.lose_network()
        phone.page.reload()
        phone.page.get_by_text("没有网络").wait_for()
        Filling(phone).begin("黄志强").answer("7").kept("7")
        phone.until(lambda: len(phone.kept("blobs")) == 2)
        phone.kill()
        phone.start()
        phone.open("drafts")
        phone.page.get_by_role("link", name="继续填").click()
        filling = Filling(phone)
        assert filling.question("people").locator("input").input_value() == "7"
        filling.question("tap").locator("img.f-preview:visible").wait_for()
        filling.finish()
        assert phone.unsent == "待发 1" and phone.kept("drafts") == [] and Submission.objects.count() == 0
        phone.kill()
        phone.start()
        phone.open()
        phone.page.get_by_text("待发 1").wait_for()
        phone.find_network()
        phone.page.get_by_text("待发 0").wait_for()
        row = Submission.objects.get()
        answers = answers_of(row)
        assert (answers["people"], answers["clear"], answers["household"]) == ("7", "y", str(village.homes[8].pk))
        assert row.subject == f"household:{village.homes[8].pk}" and row.missing == [] and row.state == "accepted"
        assert sorted(each.name for each in row.attachments.all()) == sorted([answers["tap"], answers["house"]])
        # What it was given is what arrived: two pictures of different colours, not one twice.
        assert len({each.evidence.sha256 for each in row.attachments.all()}) == 2
        phone.open("outbox")
        phone.page.get_by_text("已发出的记录").wait_for()
        phone.open("home")
        phone.page.get_by_text("已填 1/30").wait_for()
        assert phone.foreign == [] and phone.complaints == []

    def test_the_draft_goes_on_after_the_page_is_loaded_again_and_is_dropped_only_when_asked(self, phone, village):
        phone.ready(village.code())
        Filling(phone).begin("王五").answer("4", pictures=False).kept("4")
        phone.page.reload()
        assert Filling(phone).question("people").locator("input").input_value() == "4"
        phone.page.locator(".f-leave").click()
        phone.page.get_by_role("link", name="继续填草稿").wait_for()
        phone.open("drafts")
        phone.page.once("dialog", lambda dialog: dialog.dismiss())
        phone.page.get_by_role("button", name="删除").click()
        assert len(phone.kept("drafts")) == 1
        phone.page.once("dialog", lambda dialog: dialog.accept())
        phone.page.get_by_role("button", name="删除").click()
        phone.page.get_by_text("没有草稿").wait_for()
        assert phone.kept("drafts") == [] and phone.complaints == []
