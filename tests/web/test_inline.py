"""No page writes a script or a style into itself: walked from link to link, as several people and as nobody."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django.test import Client

MOST = 150
# Templates of data, never run: their types say so.
_DATA = {"application/json", "application/geo+json"}


class Reader(HTMLParser):
    """Collects the links of a page, and what the content policy would refuse."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "style" or (tag == "script" and "src" not in given and given.get("type") not in _DATA):
            self.inline.append(f"<{tag}>")
        self.inline += [f"<{tag} {name}=…>" for name in given if name == "style" or name.startswith(("on", "hx-on"))]
        self.inline += [f"<{tag} {name}={value}>" for name, value in given.items() if (value or "").strip().lower().startswith("javascript:")]
        for name in ("src", "href", "action"):
            if (given.get(name) or "").startswith(("http:", "https:", "//")):
                self.inline.append(f"<{tag} {name}={given[name]}>")
        if tag == "a" and (given.get("href") or "").startswith("/"):
            self.links.append(given["href"].partition("#")[0])


def walk(client, start: list[str]) -> dict[str, list[str]]:
    """address -> what is wrong with the page."""
    waiting, done, shapes = list(start), {}, {}
    while waiting and len(done) < MOST:
        url = waiting.pop(0)
        # A few of each kind of page are enough: digits and queries make no other template.
        shape = "".join("0" if each.isdigit() else each for each in url.partition("?")[0])
        if url in done or shapes.get(shape, 0) >= 3:
            continue
        shapes[shape] = shapes.get(shape, 0) + 1
        answered = client.get(url)
        done[url] = []
        if not answered.get("Content-Type", "").startswith("text/html") or answered.streaming:
            continue
        reader = Reader()
        reader.feed(answered.content.decode())
        done[url] = reader.inline
        waiting += reader.links
    return done


@pytest.mark.parametrize("who", ["chen", "li", "wang", "nobody", None])
def test_no_page_writes_a_script_or_a_style_into_itself(county, sign_in, who):
    client = sign_in(getattr(county.cast, who)) if who else Client()
    found = walk(client, ["/", "/me/", "/me/password/", "/me/recovery-codes/", "/sign-in/", "/sign-in/enrol/", "/no-such-page/", "/search/?q=x"])
    assert {url: wrong for url, wrong in found.items() if wrong} == {}
    assert len(found) > (20 if who in {"chen", "li"} else 5)


def test_the_reader_sees_what_the_policy_would_refuse():
    reader = Reader()
    reader.feed('<p style="x"><a onclick="x" href="javascript:x"></a><script>x</script><style></style><img src="https://x/">'
                '<script src="/static/x.js"></script><script type="application/json">{}</script>')
    assert len(reader.inline) == 6


def test_the_pages_of_the_second_step_have_none_either(cast):
    client = Client()
    client.force_login(cast.chen)
    reader = Reader()
    reader.feed(client.get("/sign-in/enrol/").content.decode())
    assert reader.inline == []
