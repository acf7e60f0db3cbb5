"""Asks every endpoint as one person and keeps the answers, so that two worlds can be compared answer by answer."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import timezone
from openpyxl import load_workbook

from area.endpoints import FILE, NOBODYS, Browser, Endpoint, explore, forms_of, keys_of
from area.world import BIG, CANARY, FIRST_OUTSIDE, OUTSIDE_DIGITS, World
from wenqu.ledger.forms import FORMS
from wenqu.ledger.models import Problem, Report
from wenqu.places.models import Account, Division, Duty
from wenqu.places.rights import Role
from wenqu.quality.showing.notice import address_of as water_notice
from wenqu.watch.notices.public import address_of as watch_notice

# What differs from answer to answer without telling anything: tokens, moments, nonces.
NOISE = [
    (re.compile(r'(?<=csrfmiddlewaretoken" value=")[A-Za-z0-9]{64}|(?<=X-CSRFToken": ")[A-Za-z0-9]{64}'), "TOKEN"),
    (re.compile(r"\bwq[dp]?_[\w-]+|(?<=/people/join/)[\w-]{43}(?=/)"), "TOKEN"),
    (re.compile(r"(?<=audit-)\d{8}-\d{6}"), "MOMENT"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|\+\d\d:?\d\d)?"), "MOMENT"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "NAME"),
    (re.compile(r"data:image/svg\+xml[^\"']+"), "PICTURE"),
    (re.compile(r"\b[A-Z2-7]{32}\b|\b([A-Z2-7]{4} ){7}[A-Z2-7]{4}\b"), "SECRET"),
    (re.compile(r"(?<=请求编号 )[a-z]{12}|(?<=Request )[a-z]{12}"), "REQUEST"),
    (re.compile(r'nonce[-="]+[\w+/=-]+'), "NONCE"),
]


@dataclass
class Answers:
    """(method, url, data) -> the answer as text; and what of the outside stood in one."""

    found: dict[tuple[str, ...], str] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)


def text_of(answer: HttpResponseBase) -> str:
    """Status, address and everything that an answer says, files unpacked."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    head = " ".join(f"{name}={answer.headers[name]}" for name in ("Location", "Content-Disposition", "HX-Redirect") if name in answer.headers)
    text = f"{answer.status_code} {head}\n{unpacked(body)}"
    for pattern, word in NOISE:
        text = pattern.sub(word, text)
    return text


def unpacked(body: bytes) -> str:
    """A workbook as the texts of its cells, anything else as text."""
    if body.startswith(b"PK\x03\x04"):
        try:
            book = load_workbook(io.BytesIO(body))
        except (KeyError, zipfile.BadZipFile):
            return repr(body)
        return "\n".join(f"{sheet.title}!{cell.coordinate}={cell.value}" for sheet in book for row in sheet for cell in row if cell.value is not None)
    return body.decode(errors="replace")


def omniscient() -> Browser:
    """Somebody who may everything everywhere: finds out what there is, and warms every cache with what others may not see."""
    account, made = Account.objects.get_or_create(username="omni", defaults={"name": "全知", "password": "!"})
    if made:
        for top in Division.objects.filter(level=1):
            for role in Role.values:
                Duty.objects.create(account=account, role=role, division=top, from_on="2026-01-01")
    return Browser(account)


@dataclass
class Plan:
    """What to ask: made once in the richer world, obeyed in both."""

    endpoints: list[Endpoint]
    keys: dict[str, list[list[int]]] = field(default_factory=dict)
    forms: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    values: dict[str, list[str]] = field(default_factory=dict)
    codes: dict[str, list[str]] = field(default_factory=dict)


def make_plan(every: list[Endpoint], world: World) -> Plan:
    """Look at everything once as the omniscient: primary keys, forms, and the values of the outside that a parameter may name."""
    browser = omniscient()
    if not any(endpoint.reads for endpoint in every):
        explore(every, browser)
    plan = Plan(every)
    home = world.outside["households"][0]
    run = world.outside.get("runs", [None])[0]
    first, last = (str(world.outside["divisions"][end].pk) for end in (0, -1))
    cursor = f"{home.path}-{home.pk}"
    plan.values = {
        "area": [first, last, str(NOBODYS)], "run": [str(run.pk if run else NOBODYS), str(BIG + 1)], "after": [cursor, str(home.pk)],
        "at": ["2026-03-02", "2020-01-01"], "since": ["2020-01-01"], "until": ["2026-03-02"], "before": [str(BIG)], "q": [home.head_name, home.number, str(world.outside["phones"][0]), CANARY, "内"],
        "number": [home.number], "id_number": [str(world.outside["identities"][0])],
    }
    plan.codes = _codes(world)
    for endpoint in every:
        plan.keys[endpoint.name] = [_few(keys_of(tables)) for tables in endpoint.tables]
        for url in _urls(endpoint, plan)[:2]:
            with browser.asked("get", url) as answer:
                pass
            if answer.status_code == 200 and "html" in answer.headers.get("Content-Type", ""):
                for action, fields in forms_of(answer.content.decode(), url).items():
                    try:
                        plan.forms.setdefault(resolve(action).view_name, fields)
                    except Resolver404:
                        continue
    plan.forms[STEP] = _step_fields()
    return plan


def _codes(world: World) -> dict[str, list[str]]:
    """Pages that hang in public -> the codes of places inside: whoever has one sees the page, and nothing beyond its place."""
    inside = Division.objects.filter(path__startswith=world.inside.path).order_by("path")
    found = [resolve(url) for address_of in (water_notice, watch_notice) for place in inside if (url := address_of(place))]
    codes: dict[str, list[str]] = {}
    for page in found:
        codes.setdefault(page.view_name, []).append(page.kwargs["code"])
    return codes


def _step_fields() -> dict[str, list[str]]:
    """What the forms of all steps take together, whatever state the problems are in that were looked at."""
    people = [str(pk) for pk in Account.objects.order_by("pk").values_list("pk", flat=True)]
    return {
        "version": ["0"], "key": ["key-of-the-walk"], "note": ["说明文字一二三"], "severity": ["ordinary"], "level": ["town"], "unit": [""],
        "holder": [people[0], people[-1]], "until": [f"{timezone.now().year + 1}-01-01T08:00"], "visited_on": ["2026-03-01"], "answer": ["satisfied"], "outcome": ["fixed"],
        "into": ["WT-2026-000001", "WT-2026-000009"], "kind": ["bad_water"], "reports": [str(pk) for pk in Report.objects.order_by("pk").values_list("pk", flat=True)],
    }


def at_its_version(url: str, data: dict[str, Any]) -> dict[str, Any]:
    """The form of a step as somebody sends it who has just looked: with the version of the problem that is true now."""
    found = resolve(url)
    if found.view_name != STEP or not data or found.kwargs["pk"] >= FIRST_OUTSIDE:
        return data
    version = Problem.objects.filter(pk=found.kwargs["pk"]).values_list("version", flat=True).first()
    return {**data, "version": str(version or 0)}


STEP = "ledger:step"
# Every other parameter is asked for the name of something outside.
_LIKE = {"division": "area", "county": "area", "place": "area", "cursor": "after", "page": "before"}


def values_of(plan: Plan, key: str) -> list[str]:
    """What to ask of a parameter."""
    return plan.values.get(_LIKE.get(key, key)) or plan.values["q"][:1]


def _few(keys: list[int]) -> list[int]:
    """Some of many keys, of the inside, the outside and what was made after both, and one that nobody has."""
    inside, outside, after = ([key for key in keys if low <= key < high] for low, high in ((0, FIRST_OUTSIDE), (FIRST_OUTSIDE, BIG), (BIG, NOBODYS)))
    return [*inside[:2], *outside[:1], *outside[1:][-1:], *after[-1:], NOBODYS]


def _urls(endpoint: Endpoint, plan: Plan) -> list[str]:
    if not endpoint.arguments:
        return [endpoint.url()]
    choices: list[list[Any]] = []
    if endpoint.name == STEP:
        # Every step of one problem inside and of one outside, some of the others.
        return [endpoint.url(pk, step) for at, pk in enumerate(plan.keys[STEP][0]) for step in (list(FORMS) if at in (0, 2) else list(FORMS)[at::4])]
    for (kind, _name), keys in zip(endpoint.arguments, plan.keys[endpoint.name], strict=True):
        choices.append(keys if kind == "int" else [*plan.codes.get(endpoint.name, ()), *keys[1:3], *plan.values["q"][:2], "national-2018"])
    firsts, rest = choices[0], choices[1:]
    # Every first argument with few of the others: those that belong to it and those that do not are among them.
    return [endpoint.url(first, *more) for first in firsts for more in product(*(each[:: max(1, len(each) // 4)] for each in rest))]


def warm(plan: Plan) -> None:
    """Open every page as the omniscient, so that whatever is kept between requests holds the outside."""
    browser = omniscient()
    for endpoint in plan.endpoints:
        for url in _urls(endpoint, plan)[:1]:
            with browser.asked("get", url):
                pass


def walk(plan: Plan, account: Account, world: World, *, light: bool = False) -> Answers:
    """Ask everything as one person; `light`ly without sending forms."""
    browser = Browser(account)
    answers = Answers()
    watch = _watch(world)
    for endpoint in plan.endpoints:
        if endpoint.name in NOT_FOR_PEOPLE:
            continue
        _walk_one(plan, endpoint, browser, answers, watch, world, light)
    return answers


def _walk_one(plan: Plan, endpoint: Endpoint, browser: Browser, answers: Answers, watch: Any, world: World, light: bool) -> None:
    def ask(method: str, url: str, data: Any = None) -> int:
        with browser.asked(method, url, data) as answer:
            text = text_of(answer)
            if method == "post" and answer.status_code in {302, 303} and answer.headers["Location"].startswith("/"):
                text += "\n→ " + text_of(browser.client.get(answer.headers["Location"]))
            if endpoint.name in ALLOWED:
                text = ALLOWED[endpoint.name].sub("ALLOWED", text)
        key = (method, url, ", ".join(f"{name}={value}" for name, value in sorted(data.items())) if data else "")
        answers.found[key] = text
        if answer.status_code >= 500:
            answers.leaks.append(f"{key}: {answer.status_code} {getattr(answer, 'exc_info', None) and answer.exc_info[1]!r}")
        if leak := watch(text, f"{url} {data}"):
            answers.leaks.append(f"{key}: …{leak}…")
        return answer.status_code

    urls = _urls(endpoint, plan)
    codes = {ask("get", url) for url in urls[:2]}
    if codes == {403}:
        ask("post", urls[0], {})
        return  # the right to the page is missing, whatever it is asked for
    if codes != {405}:
        for url in urls[2:]:
            ask("get", url)
        if not light:
            ask("head", urls[-1])
        for key in sorted(endpoint.reads):
            for value in values_of(plan, key)[: 1 if light else None]:
                ask("get", urls[0], {key: value})
    if endpoint.posts and not light:
        acts = bool(plan.forms.get(endpoint.name) or endpoint.takes - endpoint.reads or codes == {405})
        for url in urls if acts else urls[:1]:
            ask("post", url, {})
            for data in _filled(plan, endpoint, world)[: None if url == urls[0] else 1] if acts else ():
                ask("post", url, at_its_version(url, data))


def _filled(plan: Plan, endpoint: Endpoint, world: World) -> list[dict[str, Any]]:
    """Forms as people would send them: with what lies inside, and each choice turned to something outside."""
    offered = plan.forms.get(endpoint.name, {})
    fields = {key: offered.get(key, ["说明文字一二三"]) for key in sorted({*endpoint.takes, *offered})}
    if not fields:
        return []
    inside = {str(pk) for pk in Division.objects.filter(path__startswith=world.inside.path).values_list("pk", flat=True)}
    first = {key: next((value for value in values if value in inside), next((value for value in values if value), "")) for key, values in fields.items()}
    out = [first]
    for key, values in fields.items():
        foreign = [value for value in values if value.isdecimal() and value not in inside and value not in {"0", "1"}][:2]
        out += [{**first, key: value} for value in foreign or (values_of(plan, key) if key in plan.values or key in _LIKE else [])]
    return [{key: _file(key) if value == FILE else value for key, value in data.items()} for data in out]


def _file(key: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{key}.csv", "户编号,户主姓名\n1,内\n".encode())


def _watch(world: World) -> Any:
    """What of the outside stands in a text, but for what was asked for (pages repeat it)."""
    signs = re.compile("|".join([CANARY, *(re.escape(str(each)) for kind in ("phones", "identities") for each in world.outside[kind]), OUTSIDE_DIGITS + r"\d"]))

    def leak(text: str, asked: str) -> str:
        for found in signs.finditer(text):
            around = text[max(0, found.start() - 60) : found.end() + 30]
            if found.group() not in asked:
                return around.replace("\n", " ")
        return ""

    return leak


# What legitimately differs, by endpoint: each with its reason.
ALLOWED = {
    # The chain of the audit log is one for the whole product, and an export must be checkable against it: it gives the
    # places of its entries in the chain and the digests, which tell that other entries exist, and nothing of them.
    "audit:export": re.compile(r'"(digest|previous|seal|before)":"[0-9a-f]{64}"|"(seq|first|last)":\d+'),
    # Problems are numbered in one row a year: what is split off gets the next number, which tells how many there are and nothing of them.
    "ledger:step": re.compile(r"(?<=拆出的问题：)WT-\d{4}-\d{6}"),
}
# What tells of the whole service to whoever watches the machine, never to people: refused to every address but the machine's own.
NOT_FOR_PEOPLE = {"operations:metrics"}


def differences(one: Answers, two: Answers) -> list[str]:
    """Where two walks were answered differently: the question and the first line that differs."""
    out = []
    for key, text in one.found.items():
        other = two.found.get(key, "(not asked)")
        if text != other:
            mine, theirs = next(((a, b) for a, b in zip(text.splitlines(), other.splitlines(), strict=False) if a != b), (text[-80:], other[-80:]))
            at = next((place for place, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), 0)
            out.append(f"{' '.join(key)}\n    1: {mine[max(0, at - 80) :][:200]}\n    2: {theirs[max(0, at - 80) :][:200]}")
    return out


def told_once(lines: list[str]) -> list[str]:
    """One of all that look alike but for the query."""
    seen: dict[str, str] = {}
    for line in lines:
        seen.setdefault(re.sub(r"\d+|\?\S*", "", line.split("\n")[0].split(" ", 3)[2] if " " in line else line), line)
    return list(seen.values())
