"""The phone page as it is used: paired, synced, filled without a network, killed, and sent when there is one again."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from evidence.files import photo
from handset import Handset
from watered import Village

from wenqu.survey.models import Device, Submission

pytestmark = pytest.mark.browser


@pytest.fixture
def village(transactional_db, cast):
    return Village(cast)


@pytest.fixture
def phone(chromium, live_server, village, tmp_path):
    handset = Handset(chromium.browser_type, live_server.url, tmp_path / "profile")
    yield handset
    handset.close()


class Filling:
    """The short form of the village, filled by thumb."""

    def __init__(self, phone: Handset) -> None:
        self.phone, self.page = phone, phone.page

    def question(self, name: str):
        return self.page.locator(f'[data-path$="/{name}"]')

    def begin(self, head: str) -> Filling:
        """Search for the household, open it and begin."""
        self.phone.open("home")
        self.page.get_by_role("link", name="甲一村").click()
        self.page.fill(".find", head)
        self.page.locator("a.row").filter(has_text=head).click()
        self.page.get_by_role("link", name="核查").click()
        return self

    def answer(self, people: str = "5", *, pictures: bool = True) -> Filling:
        """Each answer is typed after the draft of the one before was kept."""
        self.question("people").locator("input").fill(people)
        self.question("clear").locator(".f-choice").filter(has_text="是").click()
        if pictures:
            self.picture("tap", (200, 30, 30)).picture("house", (30, 200, 30))
        return self

    def picture(self, name: str, colour: tuple[int, int, int]) -> Filling:
        given = {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": photo(640, 480, colour=colour)}
        self.question(name).locator("input[type=file]").first.set_input_files(given)
        self.question(name).locator("img.f-preview:visible").wait_for()
        return self

    def kept(self, people: str) -> None:
        """Wait until the draft on the phone's disk holds the answer."""
        self.phone.until(lambda: any(f'["int", {people}]' in json.dumps(row["state"]) for row in self.phone.kept("drafts")))

    def finish(self) -> None:
        self.page.locator(".f-next").click()
        self.page.get_by_text("已存入发件箱").wait_for()


def answers_of(row: Submission) -> dict[str, str]:
    return {element.tag.rpartition("}")[2]: (element.text or "") for element in ElementTree.fromstring(row.xml.open()).iter() if len(element) == 0}


def ready(phone: Handset, village: Village) -> Handset:
    """Paired, synced, and able to open without a network."""
    phone.pair(village.code())
    phone.installed()
    return phone


class TestWithoutNetwork:
    def test_filled_without_a_network_killed_and_sent_later_is_exactly_one_record(self, phone, village):
        ready(phone, village)
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
        ready(phone, village)
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
