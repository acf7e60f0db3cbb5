"""What there is to ask: every address of the URL table, the primary keys that it may name, and what it reads of a query or form.

Nothing is listed by hand. Which table an argument is a key of is seen from the SQL that asks for a key that nobody has;
which parameters a view reads is seen from what it takes out of the request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.apps import apps
from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponseBase, QueryDict
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tokens import token_for

from area.phones import HEADED, body_for, phone_for
from wenqu.kit import limited
from wenqu.places.models import Account

API = "/api/"
NOBODYS = 987_654_321
# In place of the value of a field that takes a file.
FILE = "\0file"
_ARGUMENT = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


@dataclass
class Endpoint:
    """One address. `tables` are, for each argument, those that it is looked up in; `reads` is what the view takes from
    a query, `takes` what from a form."""

    name: str
    route: str
    view: Any
    tables: list[set[str]] = field(default_factory=list)
    reads: set[str] = field(default_factory=set)
    takes: set[str] = field(default_factory=set)
    posts: bool = True

    @property
    def arguments(self) -> list[tuple[str, str]]:
        return [(found["kind"] or "str", found["name"]) for found in _ARGUMENT.finditer(self.route)]

    def url(self, *values: object) -> str:
        """The address with its arguments filled in; those that are not given with a key that nobody has."""
        given = iter(values)
        return "/" + _ARGUMENT.sub(lambda _: str(next(given, NOBODYS)), self.route)


def endpoints(resolver: URLResolver | None = None, prefix: str = "", space: str = "") -> list[Endpoint]:
    """Every address of the URL table, static files excepted."""
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            found += endpoints(entry, route, space + (f"{entry.namespace}:" if entry.namespace else ""))
        elif isinstance(entry, URLPattern):
            found.append(Endpoint(f"{space}{entry.name}", route.replace("^", "").replace("$", ""), entry.callback))
    return found


@contextmanager
def _noted(keys: set[str]) -> Iterator[None]:
    """Notes the keys that a view takes out of its query and form."""
    names = ("__getitem__", "get", "getlist", "__contains__")
    kept = {name: getattr(QueryDict, name) for name in names}

    def noting(original: Any) -> Any:
        def read(this: Any, key: Any, *rest: Any, **named: Any) -> Any:
            keys.add(str(key))
            return original(this, key, *rest, **named)

        return read

    for name in names:
        setattr(QueryDict, name, noting(kept[name]))
    try:
        yield
    finally:
        for name in names:
            delattr(QueryDict, name)


class _Forms(HTMLParser):
    """The forms of a page: address -> field -> values that may be chosen."""

    def __init__(self, page: str, url: str) -> None:
        super().__init__()
        self.url, self.forms = url, {}  # type: ignore[var-annotated]
        self.fields: dict[str, list[str]] | None = None
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form" and (told.get("method") or "").lower() == "post":
            self.fields = self.forms.setdefault((told.get("action") or self.url).split("?")[0], {})
        elif self.fields is None:
            return
        elif tag == "select":
            self.select = told.get("name") or ""
            self.fields.setdefault(self.select, [])
        elif tag == "option" and self.select:
            self.fields[self.select].append(told.get("value") or "")
        elif tag in {"input", "textarea", "button"} and told.get("name") and told["name"] != "csrfmiddlewaretoken":
            given = told.get("value") or {"date": "2026-03-01", "number": "1", "file": FILE}.get(told.get("type") or "", "说明文字一二三")
            self.fields.setdefault(str(told["name"]), []).append(given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.fields = None
        elif tag == "select":
            self.select = ""


def forms_of(page: str, url: str) -> dict[str, dict[str, list[str]]]:
    return _Forms(page, url).forms


def _token(account: Account) -> str:
    """A token of the first duty that somebody holds, for the addresses that take no session."""
    duty = account.duties.select_related("account", "division").order_by("pk").first()
    return token_for(duty, may_write=True) if duty else ""


class Browser:
    """Somebody's browser whose every request is forgotten: what it wrote, signed out or chose."""

    def __init__(self, account: Account) -> None:
        self.client = Client(raise_request_exception=False)
        self.client.force_login(account)
        session = self.client.session
        session["second_factor"] = 1_700_000_000
        session.save()
        self.cookies = self.client.cookies.copy()
        self.token = _token(account)
        self.phone = phone_for(account)

    @contextmanager
    def asked(self, method: str, url: str, data: Any = None, **named: Any) -> Iterator[HttpResponseBase]:
        """The answer; inside the block what the request wrote still stands."""
        self.client.cookies = self.cookies.copy()
        limited.forget()
        if url.startswith(API):
            named["headers"] = {"Authorization": f"Bearer {self.token}"}
            if method == "post" and not any(isinstance(value, UploadedFile) for value in (data or {}).values()):
                named["content_type"] = "application/json"
        if url.startswith(HEADED):
            named["headers"] = {"Authorization": f"Bearer {self.phone}"}
            if method == "post" and (body := body_for(url)) is not None:
                data, named["content_type"] = body, "application/json"
        with transaction.atomic():
            yield getattr(self.client, method)(url, data or {}, **named)
            transaction.set_rollback(True)


def explore(every: list[Endpoint], browser: Browser) -> None:
    """Fill in `tables`, `reads` and `takes`, as somebody who may open everything."""
    for endpoint in every:
        real: list[int] = []
        for _argument in endpoint.arguments:
            asked: set[str] = set()
            _take(endpoint, browser, endpoint.url(*real), asked)
            endpoint.tables.append(asked)
            real.append((keys_of(asked) if asked else [NOBODYS])[0])
        _take(endpoint, browser, endpoint.url(*real), set())


def _take(endpoint: Endpoint, browser: Browser, url: str, asked: set[str]) -> None:
    for method, found in (("get", endpoint.reads), ("post", endpoint.takes)):
        keys: set[str] = set()
        with _noted(keys), connection.execute_wrapper(_tables_asked(asked)), browser.asked(method, url) as answer:
            pass
        found.update(key for key in keys if key.isidentifier() and key != "csrfmiddlewaretoken")
        if method == "post":
            endpoint.posts = answer.status_code != 405


def _tables_asked(tables: set[str]) -> Any:
    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if params and any(str(NOBODYS) in str(value) for value in params):
            tables.update(re.findall(r'FROM "(\w+)"', str(sql))[:1])
        return execute(sql, params, many, context)

    return note


def keys_of(tables: set[str]) -> list[int]:
    """The primary keys in these tables; without any, in all tables of the product."""
    found: set[int] = set()
    for model in apps.get_models():
        if (model._meta.db_table in tables) if tables else model.__module__.startswith("wenqu."):
            found.update(pk for pk in model._default_manager.values_list("pk", flat=True) if isinstance(pk, int))
    return sorted(found)
