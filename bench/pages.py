"""Pages with 1,920,000 households in the embedded database: county home page and household list, four clients at once.

A really running server (`wenqu serve`, loopback) and four signed-in clients, each on its own connection with its own
session, each asking one page after another. Times are whole requests, the last byte included.

    python bench/pages.py [HOUSEHOLDS] [--data FOLDER]     FOLDER keeps the database for the next time
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import quote, urlencode

from measure import tree_mb

HOUSEHOLDS, CLIENTS, ROUNDS = 1_920_000, 4, 60
GOAL_MS = 200.0
USERNAME, PASSWORD = "bench", "bench-pages-2026"
WENQU = str(Path(sys.executable).with_name("wenqu"))


class Visitor:
    """One signed-in client on one kept connection."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', self.get("/sign-in/"))
        assert token
        form = {"username": USERNAME, "password": PASSWORD, "csrfmiddlewaretoken": token[1].decode()}
        self.ask("POST", "/sign-in/", urlencode(form), {"Content-Type": "application/x-www-form-urlencoded"}, 302)

    def ask(self, method: str, url: str, body: str | None, headers: dict[str, str], status: int) -> bytes:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, url, body, {**headers, "Cookie": cookie, "Origin": f"http://127.0.0.1:{self.connection.port}"})
        answer = self.connection.getresponse()
        content = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.split(";")[0]
        assert answer.status == status, (url, answer.status, content[:300])
        return content

    def get(self, url: str) -> bytes:
        return self.ask("GET", url, None, {}, 200)


def prepare(folder: Path, households: int) -> None:
    """The register of a province, judged once, and a county account in its largest county."""
    started = time.perf_counter()
    subprocess.run([WENQU, "demo-province", "--households", str(households), "--no-history"], check=True, stdout=subprocess.DEVNULL)
    print(f"database of {households:,} households made (or found) in {time.perf_counter() - started:.0f} s", flush=True)
    size = (folder / "wenqu.sqlite3").stat().st_size / 1e9
    print(f"database file {size:.2f} GB")


def people_and_pages() -> tuple[dict[str, str], dict[str, int]]:
    """Make the account; choose the pages; count the rows and the SQL of each page."""
    import django  # noqa: PLC0415

    os.environ["DJANGO_SETTINGS_MODULE"] = "wenqu.settings"
    django.setup()
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.households.models import Household  # noqa: PLC0415
    from wenqu.judging.models import DivisionCount, Grade  # noqa: PLC0415
    from wenqu.kit.audit import SYSTEM  # noqa: PLC0415
    from wenqu.places.actions import add_account, give_duty  # noqa: PLC0415
    from wenqu.places.models import Account, Level, Role  # noqa: PLC0415

    largest = DivisionCount.objects.filter(division__level=Level.COUNTY).select_related("division").order_by("-households").first()
    assert largest is not None
    now = timezone.now()
    if not Account.objects.filter(username=USERNAME).exists():
        account = add_account(username=USERNAME, password=PASSWORD, name="测量", by=SYSTEM, at=now)
        give_duty(account=account, role=Role.COUNTY_DISPATCHER, division=largest.division, from_on=timezone.localdate(now), by=SYSTEM, at=now)
    county = largest.division
    middle = Household.objects.filter(county=county).order_by("path", "id")[largest.households // 2]
    pages = {
        "home": "/", "households": "/households/", "households deep": f"/households/?after={middle.path}-{middle.pk}",
        "households unsafe": "/households/?overall=unsafe", "households by indicator": "/households/?indicator=quantity&grade=basic",
        "household": f"/households/{middle.pk}/", "search": f"/search/?q={quote(middle.head_name)}", "problems": "/problems/",
        "map data": f"/area/{county.pk}/map.json",
    }
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(Account.objects.get(username=USERNAME))
    counts = {}
    for name, url in pages.items():
        client.get(url)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url).status_code == 200, url
        counts[name] = len(seen)
    print(f"rows: households {Household.objects.count():,}, graded {Grade.objects.count():,}; county {county.name} {largest.households:,}")
    return pages, counts


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(port: int) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([WENQU, "serve", "--port", str(port)], stdout=subprocess.DEVNULL)
    for _ in range(600):
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return process
        except OSError:
            time.sleep(0.1)
    process.terminate()
    raise SystemExit("the server did not start")


def race(visitors: list[Visitor], url: str, rounds: int) -> list[float]:
    """All clients ask for one page again and again; the milliseconds of every request."""
    times: list[float] = []
    failures: list[BaseException] = []
    gate = threading.Barrier(len(visitors))

    def run(visitor: Visitor) -> None:
        mine = []
        try:
            visitor.get(url)
            gate.wait()
            for _ in range(rounds):
                started = time.perf_counter()
                visitor.get(url)
                mine.append((time.perf_counter() - started) * 1000)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)
            gate.abort()
        times.extend(mine)

    threads = [threading.Thread(target=run, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return times


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[18]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("households", type=int, nargs="?", default=HOUSEHOLDS)
    parser.add_argument("--data", help="a folder to keep the database in")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wenqu-bench-") as scratch:
        folder = Path(args.data or scratch).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["WENQU_DATA"] = str(folder)
        os.environ.pop("DATABASE_URL", None)
        prepare(folder, args.households)
        pages, counts = people_and_pages()
        port = free_port()
        server = serve(port)
        try:
            visitors = [Visitor(port) for _ in range(CLIENTS)]
            results = {name: race(visitors, url, ROUNDS) for name, url in pages.items()}
            memory = tree_mb(server.pid)
        finally:
            server.terminate()
            server.wait(30)
    for name, times in results.items():
        print(f"{name:24} {len(times)} requests, {CLIENTS} clients: median {statistics.median(times):6.1f} ms, "
              f"p95 {p95(times):6.1f} ms, worst {max(times):6.1f} ms, {counts[name]} SQL")
    print(f"server memory (all processes, worker included) {memory:.0f} MB")
    for name, key in (("pages-home", "home"), ("pages-households", "households"), ("pages-households-unsafe", "households unsafe")):
        figure = p95(results[key])
        print(f"{name} {'ok' if figure < GOAL_MS else 'short'} p95 {figure:.0f} ms (goal under {GOAL_MS:.0f} ms)")


if __name__ == "__main__":
    main()
