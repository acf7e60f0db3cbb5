"""A real Chromium against a live server. Where CI asks for it, a missing browser is a failure, not a skip."""

from __future__ import annotations

import os

import pytest
from cast import PASSWORD, make_cast
from crew import make_crew
from handset import ARGS, CHROMIUM, PICTURES, Handset
from judged import make_county
from watered import Village

from wenqu.places.models import Account

VIEWPORTS = {"office": {"width": 1366, "height": 768}, "phone": {"width": 360, "height": 720}}


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing, and CI must not skip the browser tests")
        pytest.skip(f"{CHROMIUM} is not installed")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    # The tests make rows in the thread in which the browser's own event loop runs.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield browser
        browser.close()


class Visitor:
    """A page that remembers every foreign request and every complaint of the browser."""

    def __init__(self, browser, base: str, viewport: str) -> None:
        self.base = base
        self.context = browser.new_context(viewport=VIEWPORTS[viewport], locale="zh-CN", base_url=base)
        # A loaded machine is slow, not wrong.
        self.context.set_default_timeout(120_000)
        self.context.set_default_navigation_timeout(120_000)
        self.page = self.context.new_page()
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self._seen(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type in {"error", "warning"} else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _seen(self, url: str) -> None:
        if not url.startswith((self.base, "data:", "blob:")):
            self.foreign.append(url)

    def sign_in(self, username: str) -> None:
        self.page.goto("/sign-in/")
        self.page.fill("#id_username", username)
        self.page.fill("#id_password", PASSWORD)
        self.page.click("button.wide")
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)

    def open(self, url: str) -> None:
        self.page.goto(url)
        if self.page.locator("#map-notes").count():
            self.page.locator("#map-notes:not(:empty)").wait_for(state="attached")

    @property
    def overflow(self) -> int:
        return self.page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")

    def low(self, selector: str) -> list[str]:
        """The shown elements that are less than 44 px high, which a thumb misses."""
        return self.page.eval_on_selector_all(
            selector, "all => all.filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 120))",
        )

    def resize(self, viewport: str) -> None:
        self.page.set_viewport_size(VIEWPORTS[viewport])

    def picture(self, name: str) -> None:
        """Take a picture of the whole page, under a name that says what it shows."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(PICTURES / f"{name}.png"), full_page=True)


@pytest.fixture
def county(transactional_db, settings):
    """The county as a demo: its people sign in with a password alone."""
    county = make_county(make_cast())
    settings.DEMO = True
    Account.objects.update(demo=True)
    return county


@pytest.fixture(params=VIEWPORTS)
def viewport(request):
    return request.param


@pytest.fixture
def visitor(chromium, live_server, county, viewport):
    visitor = Visitor(chromium, live_server.url, viewport)
    yield visitor
    visitor.context.close()


@pytest.fixture
def crew(county):
    """The county's people who take problems round their loop, beside those of the cast."""
    crew = make_crew(county.cast)
    Account.objects.update(demo=True)
    return crew


@pytest.fixture
def village(transactional_db, cast):
    return Village(cast)


@pytest.fixture
def phone(chromium, live_server, village, tmp_path):
    """A phone that was not paired yet."""
    handset = Handset(chromium.browser_type, live_server.url, tmp_path / "profile")
    yield handset
    handset.close()


@pytest.fixture
def enter(chromium, live_server, county):
    """Somebody signs in, in a browser of their own: `enter("wang", "phone")`."""
    visitors = []

    def enter(username: str, viewport: str = "office") -> Visitor:
        visitors.append(visitor := Visitor(chromium, live_server.url, viewport))
        visitor.sign_in(username)
        return visitor

    yield enter
    for visitor in visitors:
        visitor.context.close()
