"""How somebody fills a form on their phone, and what arrived of it."""

from __future__ import annotations

import json
from xml.etree import ElementTree

from evidence.files import photo
from handset import Handset

from wenqu.survey.models import Submission


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
