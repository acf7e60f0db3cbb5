"""The code of the office, opened on a phone: on to our own page with the secret behind the #, or to Collect."""

from __future__ import annotations

from typing import Any

import pytest
from cast import AT

from wenqu.survey.devices.actions import offer_pairing
from wenqu.survey.models import Device

pytestmark = pytest.mark.browser


@pytest.fixture
def scanned(chromium: Any, live_server: Any, county: Any) -> Any:
    """A phone that scanned the code: (page, secret, what it asked the server for)."""
    secret = offer_pairing(account=county.cast.wang, by=county.cast.wang, at=AT.now(AT.tzinfo)).secret
    context = chromium.new_context(viewport={"width": 360, "height": 720}, base_url=live_server.url)
    context.set_default_timeout(60_000)
    page, asked = context.new_page(), []
    page.on("request", lambda request: asked.append(request))
    page.goto(f"/pair/{secret}/")
    yield page, secret, asked
    context.close()


def test_our_page_takes_the_code_over_and_no_server_is_told_it_on_the_way(scanned: Any, live_server: Any) -> None:
    page, secret, asked = scanned
    link = page.get_by_role("link", name="用本页填报")
    assert link.bounding_box()["height"] >= 44 and page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    link.click()
    page.wait_for_url(f"{live_server.url}/phone/**")
    told = [request for request in asked[1:] if secret in request.url.partition("#")[0] or secret in (request.headers.get("referer") or "")]
    assert told == [], "after the first address nobody is told the secret"
    page.click("form button")
    page.wait_for_function("() => location.hash !== '#pair'")
    assert Device.objects.get().account.username == "wang"


def test_collect_is_paired_from_the_same_page(scanned: Any) -> None:
    page, _secret, _asked = scanned
    page.get_by_role("button", name="配对 ODK Collect").click()
    page.wait_for_selector("img[src^='data:image/svg']")
    assert Device.objects.get().name == "我的手机"
