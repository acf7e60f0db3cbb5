"""The intake of records (`/x/<token>/submission`: token, limits, place, round, duty, sealing, audit) against a bare Django view
(`intake_bare.py`: parse the XML, insert one row idempotently, the photo to the disk), on the same page server with as many
processes, on the same database with the same settings, in turns in one run; on SQLite and on PostgreSQL. «bare» is such a view in a
new Django project, «raw» the least that Django can do, without middleware and without models. Small is a filled
household check, large the same with a photo of 200 kB that no other record has. Then the worker runs beside the intake, and
last the server is killed ten times in the middle, and every receipt is looked for (`intake_kill.py`).

    python bench/intake.py [--engine sqlite|postgres] [--rounds N] [--seconds N] [--kills N | --no-kills]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from intake_kill import kill_ten_times
from intake_phones import Phone, storm
from intake_servers import Server, page_server, worker
from ledger import NOISY, cpu_ms
from trust import engine_of

PHONES, ROUNDS, SECONDS, KILLS, GOAL = 8, 11, 1.5, 10, 0.6
HERE = Path(__file__).parent


@dataclass(frozen=True)
class Figures:
    """One server in one round; processor time with that of PostgreSQL."""

    rate: float
    times: list[float]
    processor: float


def inside(env: dict[str, str], *command: str) -> Any:
    """What a command of `intake_stage.py` prints."""
    done = subprocess.run([sys.executable, str(HERE / "intake_stage.py"), *command], check=True, env=env, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def database_pid(env: dict[str, str]) -> int:
    """The first process of PostgreSQL, whose children are the connections; 0 for SQLite."""
    if "DATABASE_URL" not in env:
        return 0
    with psycopg.connect(env["DATABASE_URL"]) as connection:
        return int(Path(f"/proc/{connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()[1])


def one_round(server: Server, told: dict[str, Any], photo: bool, connections: int, seconds: float, database: int) -> Figures:
    phones = [Phone(server.port, each, told["record"], photo) for each in told["phones"][:connections]]
    began = cpu_ms(server.pid) + (cpu_ms(database) if database else 0.0)
    times, took = storm(phones, seconds)
    spent = cpu_ms(server.pid) + (cpu_ms(database) if database else 0.0) - began
    return Figures(len(times) / took, times, spent / len(times))


def describe(name: str, rounds: list[Figures]) -> str:
    rates = [each.rate for each in rounds]
    times = sorted(each for one in rounds for each in one.times)
    p50, tail, p99 = (times[min(len(times) - 1, int(len(times) * part))] for part in (0.5, 0.95, 0.99))
    return (f"{name:26} {statistics.median(rates):6.0f} records/s ({min(rates):.0f}-{max(rates):.0f}), p50 {p50:6.1f}, p95 {tail:6.1f}, p99 {p99:6.1f} ms, "
            f"processor {statistics.median(each.processor for each in rounds):5.2f} ms a record, {len(times)} records")


def compare(engine: str, servers: dict[str, Server], told: dict[str, Any], args: argparse.Namespace, database: int) -> None:
    for photo in (False, True):
        for connections in args.connections or (1, PHONES):
            size = "photo" if photo else "small"
            found: dict[str, list[Figures]] = {name: [] for name in servers}
            names = list(servers)
            for turn in range(args.rounds):
                # Each comes first, in the middle and last as often as the others.
                first = turn % len(names)
                for name in names[first:] + names[:first]:
                    found[name].append(one_round(servers[name], told, photo, connections, args.seconds, database))
            for name in servers:
                print(describe(f"{engine}-{size}-{connections} {name}", found[name]), flush=True)
            ratios, to_raw = ([ours.rate / other.rate for ours, other in zip(found["wenqu"], found[name], strict=True)] for name in ("bare", "raw"))
            ratio = statistics.median(ratios)
            word = "" if connections == 1 else "ok " if ratio >= GOAL else "short "
            goal = "" if connections == 1 else f" (goal at least {GOAL})"
            print(f"intake-{engine}-{size}-{connections} {word}{ratio:.2f} x bare ({min(ratios):.2f}-{max(ratios):.2f}){goal}, "
                  f"{statistics.median(to_raw):.2f} x raw ({min(to_raw):.2f}-{max(to_raw):.2f})", flush=True)


def with_worker(engine: str, server: Server, told: dict[str, Any], env: dict[str, str], args: argparse.Namespace, database: int) -> None:
    """As in service: what chains the log and does what follows from a record runs beside, with all that came before still to do."""
    with worker(env):
        for photo in (False, True):
            rounds = [one_round(server, told, photo, PHONES, args.seconds, database) for _ in range(args.rounds)]
            print(describe(f"{engine}-{'photo' if photo else 'small'}-{PHONES} wenqu+worker", rounds), flush=True)


@contextmanager
def prepared(engine: str, folder: Path) -> Iterator[tuple[dict[str, str], dict[str, str], dict[str, Any]]]:
    """The environments of both servers, and the phones."""
    with engine_of(engine, folder / "wenqu") as env:
        (folder / "bare").mkdir(parents=True)
        env = {**env, "WENQU_FIELD_PER_MINUTE": "1000000", "PROMETHEUS_MULTIPROC_DIR": str(folder)}
        bare = {**env, "WENQU_DATA": str(folder / "bare")}
        told = inside(env, "stage", str(PHONES))
        subprocess.run([sys.executable, "-c", "import intake_bare; intake_bare.prepare()"], check=True, env=bare, cwd=HERE)
        yield env, bare, told


def measure(engine: str, folder: Path, args: argparse.Namespace) -> None:
    with prepared(engine, folder) as (env, bare, told):
        load = os.getloadavg()[0]
        print(f"{engine}: load {load:.1f} on {os.cpu_count()} cores before{' (noisy)' if load > NOISY * (os.cpu_count() or 1) else ''}, "
              f"a record of {len(told['record'])} bytes", flush=True)
        database = database_pid(env)
        with (
            page_server("intake_bare:application", bare, HERE) as theirs,
            page_server("intake_bare:application", {**bare, "BARE_RAW": "1"}, HERE) as raw,
            page_server("wenqu.wsgi:application", env, HERE) as ours,
        ):
            servers = {"bare": theirs, "raw": raw, "wenqu": ours}
            for server in servers.values():
                one_round(server, told, True, PHONES, args.seconds, database)
            compare(engine, servers, told, args, database)
            with_worker(engine, ours, told, env, args, database)
        if args.kills:
            receipts, sent = kill_ten_times(env, HERE, told, args.kills)
            Path(folder, "receipts.json").write_text(json.dumps(receipts))
            found = inside(env, "check", str(folder / "receipts.json"))
            word = "ok" if not (found["lost"] or found["photo_lost"] or found["twice"]) else "short"
            print(f"intake-kills-{engine} {word} server killed {args.kills} times under {PHONES} connections: {sent} requests, "
                  + ", ".join(f"{name} {count}" for name, count in found.items()) + " (goal: none lost, none twice)", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each server in each round")
    parser.add_argument("--connections", type=int, action="append")
    parser.add_argument("--kills", type=int, default=KILLS)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wenqu-bench-") as scratch:
        for engine in args.engine or ["sqlite", "postgres"]:
            measure(engine, Path(scratch, engine), args)


if __name__ == "__main__":
    main()
