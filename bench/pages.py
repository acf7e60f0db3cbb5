"""Pages with 1,920,000 households in the embedded database: county home page and household list, four clients at once.

A really running server (`wenqu serve`, loopback) and four signed-in clients, each on its own connection with its own
session, each asking one page after another. Times are whole requests, the last byte included.

    python bench/pages.py [HOUSEHOLDS] [--data FOLDER]     FOLDER keeps the database for the next time
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

from measure import tree_mb
from visitors import WENQU, Visitor, free_port, p95, race, serve

HOUSEHOLDS, CLIENTS, ROUNDS = 1_920_000, 4, 60
GOAL_MS = 200.0
USERNAME, PASSWORD = "bench", "bench-pages-2026"


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
        Account.objects.filter(pk=account.pk).update(demo=True)
        give_duty(account=account, role=Role.COUNTY_DISPATCHER, division=largest.division, from_on=timezone.localdate(now), by=SYSTEM, at=now)
    county = largest.division
    middle = Household.objects.filter(county=county).order_by("path", "id")[largest.households // 2]
    pages = {
        "home": "/", "households": "/households/", "households deep": f"/households/?after={middle.path}-{middle.pk}",
        "households unsafe": "/households/?overall=unsafe", "households by indicator": "/households/?indicator=quantity&grade=basic",
        "household": f"/households/{middle.pk}/", "problems": "/problems/",
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("households", type=int, nargs="?", default=HOUSEHOLDS)
    parser.add_argument("--data", help="a folder to keep the database in")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wenqu-bench-") as scratch:
        folder = Path(args.data or scratch).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["WENQU_DATA"] = str(folder)
        os.environ["WENQU_DEMO"] = "1"  # the made-up account signs in without a second factor
        os.environ.pop("DATABASE_URL", None)
        prepare(folder, args.households)
        pages, counts = people_and_pages()
        port = free_port()
        server = serve(port)
        try:
            visitors = [Visitor(port, USERNAME, PASSWORD) for _ in range(CLIENTS)]
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
