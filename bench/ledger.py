"""The desk and the ledger at 2,000,000 households and 200,000 problems: 4 clients, for a village, a town, a county dispatcher,
a county reviewer and a department; on SQLite and on PostgreSQL. Of every page the first request after the start of the
server, then warm ones, and how many SQL statements it takes (`tests/ledger/test_sql_counts.py` pins them).

The factor is how much longer than a signed-in page without rows of the ledger (/me/) in the same run. Beside it stands
the processor time of the server for one request (without that of PostgreSQL), which others on the machine do not change.

    python bench/ledger.py [--households N] [--problems N] [--engine sqlite|postgres] [--data FOLDER] [--database URL]
                           FOLDER keeps the SQLite database for the next time, URL names a PostgreSQL database that is kept
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from trust import engine_of
from visitors import WENQU, Visitor, free_port, p95, race, serve

HOUSEHOLDS, PROBLEMS, CLIENTS, ROUNDS, GOAL_MS = 2_000_000, 200_000, 4, 30, 200.0
PASSWORD, PLAIN = "bench-ledger-2026", "/me/"
# More waiting processes than cores before we begin: the figures are those of a busy machine.
NOISY = 1.5
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Page:
    """One page that one person asks for."""

    who: str
    url: str
    sql: int

    @property
    def name(self) -> str:
        return self.url if len(self.url) <= 40 else f"{self.url[:39]}…"


def prepare(env: dict[str, str], households: int, problems: int) -> list[Page]:
    """The register of a province, judged once, with its full ledger; gives the pages."""
    subprocess.run([WENQU, "demo-province", "--households", str(households), "--no-history"], check=True, env=env, stdout=subprocess.DEVNULL)
    done = subprocess.run([sys.executable, str(HERE / "ledger_fill.py"), PASSWORD, str(problems)], env=env, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise SystemExit(done.stdout)
    pages = []
    for line in done.stdout.splitlines():
        if line.startswith("page "):
            _word, who, url, sql = line.split()
            pages.append(Page(who, url, int(sql)))
        else:
            print(line, flush=True)
    return pages


def timed(visitor: Visitor, url: str) -> float:
    started = time.perf_counter()
    visitor.get(url)
    return (time.perf_counter() - started) * 1000


def cpu_ms(pid: int) -> float:
    """The processor time that a process and all its descendants have taken."""
    total, todo = 0, [pid]
    while todo:
        one = todo.pop()
        try:
            total += sum(int(each) for each in Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[11:15])
            for task in os.listdir(f"/proc/{one}/task"):
                todo.extend(map(int, Path(f"/proc/{one}/task/{task}/children").read_text().split()))
        except OSError:
            continue
    return total * 1000 / os.sysconf("SC_CLK_TCK")


def ask_all(name: str, port: int, server: int, pages: list[Page], rounds: int) -> None:
    people = {who: [Visitor(port, f"ledger-{who}", PASSWORD) for _ in range(CLIENTS)] for who in dict.fromkeys(page.who for page in pages)}
    first = {page: timed(people[page.who][0], page.url) for page in pages}
    plain = p95(race(people["county"], PLAIN, rounds))
    print(f"ledger-plain-{name} {PLAIN} p95 {plain:.1f} ms", flush=True)
    for page in pages:
        for visitor in people[page.who]:
            # One that waited for its turn was hung up on: it connects anew by itself.
            visitor.connection.close()
        began = cpu_ms(server)
        times = race(people[page.who], page.url, rounds)
        spent = (cpu_ms(server) - began) / (len(times) + CLIENTS)
        word = "ok" if p95(times) < GOAL_MS else "short"
        print(
            f"ledger-page-{name}-{page.who} {word} {page.name:40} median {statistics.median(times):6.1f} ms, p95 {p95(times):6.1f} ms "
            f"(goal under {GOAL_MS:.0f} ms), {p95(times) / plain:4.1f}x plain, first {first[page]:6.1f} ms, {page.sql} SQL, processor {spent:5.1f} ms a request", flush=True,
        )


def measure(name: str, folder: Path, args: argparse.Namespace) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    kept = args.database if name == "postgres" else None
    with engine_of("sqlite" if kept else name, folder) as env:
        if kept:
            env = {**env, "DATABASE_URL": kept}
        pages = prepare(env, args.households, args.problems)
        load = os.getloadavg()[0]
        print(f"{name}: load {load:.1f} on {os.cpu_count()} cores before the pages{' (noisy)' if load > NOISY * (os.cpu_count() or 1) else ''}")
        os.environ.pop("DATABASE_URL", None)
        os.environ.update({key: env[key] for key in ("WENQU_DATA", "WENQU_DEMO", "DATABASE_URL") if key in env})
        port = free_port()
        process = serve(port)
        try:
            ask_all(name, port, process.pid, pages, args.rounds)
        finally:
            process.terminate()
            process.wait(30)
        print(f"{name}: load {os.getloadavg()[0]:.1f} after them")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=HOUSEHOLDS)
    parser.add_argument("--problems", type=int, default=PROBLEMS)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each client asks for each page")
    parser.add_argument("--engine", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--data", help="a folder to keep the SQLite database in")
    parser.add_argument("--database", help="the URL of a PostgreSQL database that is kept, instead of a server of its own")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wenqu-bench-") as scratch:
        for name in args.engine or ["sqlite", "postgres"]:
            keep = args.data and Path(args.data).resolve() / ("" if name == "sqlite" else "postgres")
            measure(name, keep or Path(scratch, name), args)


if __name__ == "__main__":
    main()
