"""The one script of the phone page gives what its modules give where each is imported by itself."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from phone_form import BASE, STATIC

from wenqu.survey.phone.bundle import BEGINNING, SCRIPT, WORKER, bundle, sources

pytestmark = pytest.mark.browser
# Marked as a browser that is too old, so that the page does not begin.
PAGE = f'<!doctype html><html data-unable><script src="/{SCRIPT}"></script>'
COMPARE = """async (names) => {
  const told = (module) => Object.keys(module).sort().map((name) => `${name}: ${typeof module[name]}`).join();
  const differing = [];
  for (const name of names) if (told(await import(`/${name}`)) !== told(wenqu(name))) differing.push(name);
  return differing;
}"""


def test_every_module_gives_the_same_in_one_script_as_by_itself(chromium: Any) -> None:
    def serve(route: Any) -> None:
        path = urlsplit(route.request.url).path
        if path == "/":
            route.fulfill(body=PAGE, content_type="text/html")
        else:
            body = bundle().files[SCRIPT].content if path == f"/{SCRIPT}" else (STATIC / path[1:]).read_bytes()
            route.fulfill(body=body, content_type="text/javascript")

    context = chromium.new_context()
    page = context.new_page()
    page.route(f"{BASE}/**", serve)
    page.goto(f"{BASE}/")
    # The beginning of all cannot be imported without beginning.
    names = sorted(name for name in sources() if name.endswith(".js") and name not in {WORKER, BEGINNING, "app.js"})
    assert len(names) > 40 and page.evaluate(COMPARE, names) == []
    context.close()
