"""What trust costs: audit and encryption at 100 and 500 writes a second against the same writes without them, and list
and count pages at 2,000,000 households for a village, a town and a county person; on SQLite and on PostgreSQL.

    python bench/trust.py [--writes-only | --pages-only] [--households N] [--data FOLDER]
                          FOLDER keeps the SQLite database of the pages for the next time
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from postgres import server as postgres_server
from visitors import WENQU, Visitor, free_port, p95, race, serve

HOUSEHOLDS, RATES, CLIENTS, ROUNDS, GOAL_MS = 2_000_000, (100, 500), 4, 40, 200.0
PASSWORD = "bench-trust-2026"
HERE = Path(__file__).parent


@contextmanager
def engine_of(name: str, folder: Path) -> Iterator[dict[str, str]]:
    """The environment of one engine with a data folder of its own."""
    env = {**os.environ, "WENQU_DATA": str(folder), "WENQU_DEMO": "1"}
    env.pop("DATABASE_URL", None)
    if name == "sqlite":
        yield env
        return
    with postgres_server() as url:
        yield {**env, "DATABASE_URL": url}


def writes(name: str, folder: Path) -> None:
    with engine_of(name, folder) as env:
        subprocess.run([sys.executable, str(HERE / "trust_writes.py"), name, *map(str, RATES)], check=True, env=env)


def people(name: str, folder: Path, env: dict[str, str]) -> dict[str, list[str]]:
    """Make one person of a village, a town and a county in the fullest of each; gives the pages of each."""
    done = subprocess.run([sys.executable, str(HERE / "trust_people.py"), PASSWORD], check=True, env=env, capture_output=True, text=True)
    pages: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        if line.startswith("/"):
            url, who = line.split()
            pages.setdefault(who, []).append(url)
        else:
            print(f"{name}: {line}")
    return pages


def pages(name: str, folder: Path, households: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with engine_of(name, folder) as env:
        subprocess.run([WENQU, "demo-province", "--households", str(households), "--no-history"], check=True, env=env, stdout=subprocess.DEVNULL)
        found = people(name, folder, env)
        os.environ.update({key: env[key] for key in ("WENQU_DATA", "WENQU_DEMO")})
        os.environ.pop("DATABASE_URL", None)
        if "DATABASE_URL" in env:
            os.environ["DATABASE_URL"] = env["DATABASE_URL"]
        port = free_port()
        process = serve(port)
        try:
            for who, urls in found.items():
                visitors = [Visitor(port, who, PASSWORD) for _ in range(CLIENTS)]
                for url in urls:
                    times = race(visitors, url, ROUNDS)
                    word = "ok" if p95(times) < GOAL_MS else "short"
                    print(f"trust-page-{who.removeprefix('bench-')}-{name} {word} {url.split('?')[0]:15} median {statistics.median(times):6.1f} ms, "
                          f"p95 {p95(times):6.1f} ms (goal under {GOAL_MS:.0f} ms), {len(times)} requests by {CLIENTS} clients", flush=True)
        finally:
            process.terminate()
            process.wait(30)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--writes-only", action="store_true")
    parser.add_argument("--pages-only", action="store_true")
    parser.add_argument("--households", type=int, default=HOUSEHOLDS)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--data", help="a folder to keep the SQLite database of the pages in")
    args = parser.parse_args()
    engines = args.engine or ["sqlite", "postgres"]
    with tempfile.TemporaryDirectory(prefix="wenqu-bench-") as scratch:
        for name in engines:
            if not args.pages_only:
                writes(name, Path(scratch, f"writes-{name}"))
        for name in engines:
            if not args.writes_only:
                keep = args.data if name == "sqlite" and args.data else None
                pages(name, Path(keep).resolve() if keep else Path(scratch, f"pages-{name}"), args.households)


if __name__ == "__main__":
    main()
