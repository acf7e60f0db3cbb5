"""The form screen of the phone page alone in a browser: what it is given is given here, what it tells is kept here."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.utils import translation

import wenqu.web
from wenqu.survey.phone.words import WORDS

STATIC = Path(wenqu.web.__file__).parent / "static" / "phone"
HARNESS = Path(__file__).parent / "phone" / "harness.js"
# Browsers tell where they are only to pages that came by https.
BASE = "https://form.test"
TYPES = {".js": "text/javascript", ".css": "text/css"}
PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="/phone.css"><link rel="stylesheet" href="/form/form.css"><body style="margin:0"><div id="app"></div></body></html>"""


@dataclass(frozen=True, slots=True)
class File:
    """What a record carries."""

    name: str
    type: str
    content: bytes


class FormPage:
    """A page on which forms are filled as people do: by what they see."""

    def __init__(self, browser: Any, *, large: bool = False, **context: Any) -> None:
        self.context = browser.new_context(
            viewport={"width": 360, "height": 720}, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=True, **context)
        self.context.set_default_timeout(60_000)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.route(f"{BASE}/**", self._serve)
        self.page.goto(f"{BASE}/")
        self.large = large
        if large:
            self.page.evaluate("document.documentElement.classList.add('large')")
        with translation.override("zh-hans"):
            self.words = {key: str(text) for key, text in WORDS.items()}
        self.options: dict[str, Any] = {}

    def _serve(self, route: Any) -> None:
        path = urlsplit(route.request.url).path
        if path == "/":
            route.fulfill(body=PAGE, content_type="text/html")
            return
        file = HARNESS if path == "/harness.js" else STATIC / path[1:]
        if file.is_file():
            route.fulfill(body=file.read_bytes(), content_type=TYPES.get(file.suffix, "text/plain"))
        else:
            route.fulfill(status=200, body="", content_type=TYPES.get(file.suffix, "text/plain"))

    def _call(self, name: str, *arguments: Any) -> Any:
        return self.page.evaluate(f"async (args) => (await import('/harness.js')).{name}(...args)", list(arguments))

    def open(self, plan: Mapping[str, Any], **options: Any) -> None:
        self.options = json.loads(json.dumps({"plan": plan, "large": self.large, **options}))
        self._call("open", self.options, self.words)

    def reopen(self) -> None:
        """As after the browser was killed: from the draft that was stored last."""
        self._call("reopen", self.options, self.words)

    def told(self, what: str) -> Any:
        return self._call("answer", what)

    def set(self, what: str, value: Any) -> None:
        self._call("set", what, value)

    def close(self) -> None:
        self._call("close")

    @property
    def record(self) -> tuple[str, dict[str, File]]:
        """The XML that was finished, and its files by name."""
        self.page.locator("body[data-finished]").wait_for()
        found = self.told("finished")
        files = [File(each["name"], each["type"], base64.b64decode(each["content"])) for each in found["files"]]
        return found["xml"], {file.name: file for file in files}

    def question(self, name: str) -> Any:
        """The question of a name (the end of its path, with the numbers of entries)."""
        return self.page.locator(f'[data-path$="/{name}"]')

    def type(self, name: str, text: str) -> None:
        self.question(name).locator("input, textarea").first.fill(text)

    def choose(self, name: str, *labels: str) -> None:
        for label in labels:
            self.question(name).locator(".f-choice").filter(has_text=label).filter(has=self.page.get_by_text(label, exact=True)).click()

    def sign(self, name: str) -> None:
        """Draws a line on the sheet with the mouse."""
        sheet = self.question(name).locator("canvas")
        # Bars stand above and below: what is signed on lies between them.
        sheet.evaluate("sheet => sheet.scrollIntoView({block: 'center'})")
        box = sheet.bounding_box()
        mouse = self.page.mouse
        mouse.move(box["x"] + 30, box["y"] + 60)
        mouse.down()
        for x, y in ((80, 110), (120, 40), (170, 120), (230, 60)):
            mouse.move(box["x"] + x, box["y"] + y, steps=4)
        mouse.up()
        self.question(name).locator("img.f-preview, canvas").first.wait_for()

    def photograph(self, name: str, content: bytes, title: str = "IMG_0001.jpg") -> None:
        self.question(name).locator("input[type=file]").first.set_input_files({"name": title, "mimeType": "image/jpeg", "buffer": content})
        self.question(name).locator("img.f-preview:visible").wait_for()

    def next(self) -> None:
        self.page.click(".f-next")

    @property
    def titles(self) -> list[str]:
        return self.page.locator(".f-label:visible").all_inner_texts()

    @property
    def overflow(self) -> int:
        return self.page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")

    def picture(self, path: Path) -> None:
        self.page.screenshot(path=str(path), full_page=True)
