"""Nobody's number gets into a log line, whatever way it came; every request is told by its view and its number."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from wenqu.kit import logs
from wenqu.kit.masking import SCRUBBED, scrub

CANARIES = ("11010519491231002X", "110105194912310021", "130503670401001", "13800001234", "138 0000 1234", "138-0000-1234", "029-87654321",
            "6222021234567890123", "6222 0212 3456 7890 123", "１３８００００１２３４")


def breaks(request: HttpRequest, what: str) -> HttpResponse:
    raise ValueError(f"bad number {what} {request.GET['q']}")


urlpatterns = [path("breaks/<str:what>/", breaks, name="breaks"), path("", include("wenqu.urls"))]
handler500 = "wenqu.web.views.errors.server_error"


@pytest.mark.parametrize("canary", CANARIES)
@pytest.mark.parametrize("formatter", [logs.Plain(), logs.JsonLines()], ids=["plain", "json"])
def test_no_number_in_message_arguments_or_traceback(formatter: logging.Formatter, canary: str) -> None:
    try:
        raise ValueError(f"电话{canary}") from KeyError(canary)
    except ValueError:
        caught = sys.exc_info()
    for message, args in ((f"户主 {canary} 有误", ()), ("户主 %s 有误", (canary,)), ("%(a)s", ({"a": canary},)), ("%d rows %s", ("x", canary))):
        record = logging.LogRecord("wenqu.test", logging.ERROR, __file__, 1, message, args, caught)
        assert canary not in formatter.format(record)
    told = logging.LogRecord("wenqu.test", logging.INFO, __file__, 1, "x", (), None)
    told.told = {"view": canary}
    assert canary not in formatter.format(told)


@pytest.mark.parametrize("text", ["2026-03-01 09:30:12", "127.0.0.1:8000", "12 个任务，3,456 行", "run:42", "bcdfghjkmnpq", "0.123456789", "WT-2026-000123"])
def test_what_is_nobodys_number_stays(text: str) -> None:
    assert scrub(text) == text


def test_what_ends_a_process_or_a_thread_is_scrubbed_too() -> None:
    script = (
        "import threading\nfrom wenqu.kit.logs import scrub_uncaught\nscrub_uncaught()\n"
        "t = threading.Thread(target=lambda: int('13800001234x')); t.start(); t.join()\nint('11010519491231002X')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stderr.count("ValueError") == 2 and done.stderr.count(SCRUBBED) >= 2
    assert "13800001234" not in done.stderr and "11010519491231002X" not in done.stderr


class Kept(logging.Handler):
    """Keeps the lines as the server writes them."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.JsonLines())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def kept():
    handler, root, access = Kept(), logging.getLogger(), logging.getLogger("wenqu.access")
    level = access.level
    root.addHandler(handler)
    access.setLevel(logging.INFO)
    yield handler
    access.setLevel(level)
    root.removeHandler(handler)


@pytest.mark.urls(__name__)
def test_a_page_that_breaks_tells_its_number_and_nobody_elses(client, sign_in, cast, kept: Kept) -> None:
    client = sign_in(cast.chen)
    client.raise_request_exception = False
    breaks.rights = ()  # type: ignore[attr-defined]
    answer = client.get("/breaks/13900001234/?q=11010519491231002X")
    number = answer.headers["X-Request-ID"]
    assert answer.status_code == 500 and number in answer.content.decode()
    page, written = answer.content.decode(), "\n".join(kept.lines)
    for canary in ("11010519491231002X", "13900001234"):
        assert canary not in page and canary not in written
    told = [json.loads(line) for line in kept.lines]
    (access,) = [each for each in told if each["logger"] == "wenqu.access"]
    assert (access["view"], access["status"], access["method"], access["request"], access["user"]) == ("breaks", 500, "GET", number, cast.chen.pk)
    (error,) = [each for each in told if each["level"] == "ERROR"]
    assert error["request"] == number and "bad number" in error["message"] and SCRUBBED in error["message"]


def test_an_address_that_there_is_not_is_logged_without_it(client, db, kept: Kept) -> None:
    answer = client.get("/households/张三丰/?phone=13800001234")
    assert answer.status_code == 404 and answer.headers["X-Request-ID"] in answer.content.decode()
    assert not [line for line in kept.lines if "张三丰" in line or "phone" in line]
    assert json.loads(kept.lines[-1])["view"] == "unmatched"


def test_every_request_has_another_number(client, db) -> None:
    numbers = {client.get("/sign-in/", headers={"X-Request-ID": "mine"}).headers["X-Request-ID"] for _ in range(5)}
    assert len(numbers) == 5 and "mine" not in numbers and all(number.isalpha() for number in numbers)
