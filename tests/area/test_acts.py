"""Every act by every role: a form that is shown is taken, one that is not shown is refused, and in the words of the page."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import Resolver404, resolve

from area.endpoints import Browser, forms_of
from area.test_walk import EVERY, in_world, roles_at
from area.walker import Plan, _filled, _urls, at_its_version, make_plan, omniscient
from area.world import FIRST_OUTSIDE, World

# The shell's own forms, on every page.
SHELL = {"web:sign-in", "web:sign-out", "web:language", "reports:search"}
FORBIDDEN = re.compile(r"代码 (wrong_role|outside_area) ")
SENTENCE = re.compile(r"您在这里没有“[^”]+”的权限；需要的职责：[^<]+|您的职责不包括“[^”]+”；需要的职责：[^<]+|不在您的管辖区域内")


def shown(browser: Browser, urls: list[str]) -> tuple[dict[str, set[str]], dict[str, str]]:
    """What pages offer: page -> addresses of its forms; and page -> its text."""
    forms, texts = {}, {}
    for url in urls:
        with browser.asked("get", url) as answer:
            if answer.status_code == 200 and "html" in answer.headers.get("Content-Type", ""):
                texts[url] = unescape(answer.content.decode())
                forms[url] = {action for action in forms_of(texts[url], url) if _name(action) not in SHELL}
    return forms, texts


def _name(url: str) -> str:
    try:
        return resolve(url).view_name
    except Resolver404:
        return ""


def inside_pages(plan: Plan) -> list[str]:
    """The pages about things inside: whatever lies outside is not found by anybody of the inside anyway."""
    every = (url for endpoint in plan.endpoints for url in _urls(endpoint, plan))
    return [url for url in every if not url.startswith("/api/") and all(int(key) < FIRST_OUTSIDE for key in re.findall(r"/(\d+)(?=/)", url))]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["county", "town", "village"])
def test_what_is_offered_is_taken_and_what_is_not_is_refused(name: str) -> None:
    def ask(world: World) -> list[str]:
        plan = make_plan(EVERY, world)
        urls = inside_pages(plan)
        every, _texts = shown(omniscient(), urls)
        wrong, taken, refused = [], 0, 0
        for role in roles_at(name):
            browser = Browser(world.accounts[role])
            mine, texts = shown(browser, urls)
            for page, actions in every.items():
                for action in sorted(actions):
                    endpoint = next(each for each in EVERY if each.name == _name(action))
                    offered = action in mine.get(page, set())
                    for data in ({}, *_filled(plan, endpoint, world)[:1]):
                        with browser.asked("post", action, at_its_version(action, data)) as answer:
                            text = unescape(answer.content.decode()) if not answer.streaming else ""
                        forbidden = FORBIDDEN.search(text)
                        if offered and forbidden:
                            wrong.append(f"{role}: {page} offers {action}, which is refused: {forbidden.group()}")
                        if not offered and answer.status_code < 400 and page in texts:
                            wrong.append(f"{role}: {page} does not offer {action}, which is taken ({answer.status_code})")
                        taken += offered and answer.status_code < 400
                        refused += bool(forbidden)
                        told = set(SENTENCE.findall(texts.get(page, "")))
                        said = set(SENTENCE.findall(text)) if forbidden else set()
                        if told and said and not told & said:
                            wrong.append(f"{role}: {page} says {told}, {action} says {said}")
        assert taken > 3 and refused > 3, (taken, refused)
        return wrong

    wrong = in_world(name, 1, ask)
    assert not wrong, f"{len(wrong)}\n" + "\n".join(dict.fromkeys(wrong))
