"""A province in twenty days: a record of every household through the write path of the intake (`read_record`, `place_record`,
`receive_together` in groups of 200, as page servers do with what comes at the same time; several processes, no HTTP), then what
follows from them. Some come twice, some under a number that is taken, some from a phone of another village, some with a photo.
Every writer is killed once in the middle and goes on. Ends with the totals by village, form and state, of files and of facts.

    python bench/replay.py [--households 1920000] [--engine sqlite|postgres] [--processes N] [--no-effects] [--data FOLDER] [--database URL]
                           FOLDER keeps the SQLite database, URL a PostgreSQL database: a replay that was broken off goes on there
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from trust import engine_of

HOUSEHOLDS = 1_920_000
HERE = Path(__file__).parent
# So far each writer comes before it is killed.
KILL_AT = 0.4


def inside(env: dict[str, str], *command: str) -> Any:
    done = subprocess.run([sys.executable, str(HERE / "replay_work.py"), *command], check=True, env=env, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def start(env: dict[str, str], notes: Path, part: int, parts: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(HERE / "replay_work.py"), "write", str(notes), str(part), str(parts)]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


def share(notes: Path, part: int) -> float:
    try:
        told = json.loads((notes / f"part-{part}.json").read_text())
    except FileNotFoundError:
        return 0.0
    return float(told["villages"]) / told["of"]


def write_all(env: dict[str, str], notes: Path, parts: int) -> tuple[list[dict[str, Any]], int, float]:
    """What each writer told in the end, how many were killed, the seconds in all."""
    began = time.perf_counter()
    running = [start(env, notes, part, parts) for part in range(parts)]
    alive, killed = set(range(parts)), 0
    try:
        while alive:
            time.sleep(0.05)
            for part in list(alive):
                if share(notes, part) >= KILL_AT or running[part].poll() is not None:
                    alive.discard(part)
                    if running[part].poll() is None:
                        running[part].kill()
                        running[part].wait()
                        killed += 1
                        running[part] = start(env, notes, part, parts)
        printed = [process.communicate()[0] for process in running]
    finally:
        for process in running:
            process.kill()
    if any(process.returncode for process in running):
        raise SystemExit(f"a writer ended with {[process.returncode for process in running]}")
    return [json.loads(each.splitlines()[-1]) for each in printed], killed, time.perf_counter() - began


def replay(name: str, folder: Path, args: argparse.Namespace) -> None:
    notes = folder / "notes"
    notes.mkdir(parents=True, exist_ok=True)
    kept = args.database if name == "postgres" else None
    with engine_of("sqlite" if kept else name, folder) as env:
        if kept:
            env = {**env, "DATABASE_URL": kept}
        command = [sys.executable, "-m", "wenqu.cli", "demo-province", "--households", str(args.households), "--no-history"]
        subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        inside(env, "prepare")
        told, killed, took = write_all(env, notes, args.processes)
        found = None if args.no_effects else inside(env, "effects")
        totals = inside(env, "totals")
    rate = sum(each["written"] for each in told) / max(each["seconds"] for each in told)
    print(f"replay-{name} {totals['records']:,} records of {args.households:,} households by {args.processes} processes in {took:.0f} s, in the end {rate:.0f} records/s, "
          f"{killed} killed in the middle, peak {max(each['peak_mb'] for each in told):.0f} MB a process, load {os.getloadavg()[0]:.1f}")
    if found:
        print(f"replay-effects-{name} {found['taken']:,} taken, {found['judged']:,} households judged in {found['seconds']:.0f} s, peak {found['peak_mb']:.0f} MB")
    (made_files, files), (made, facts) = totals["files"], totals["facts"]
    word = "ok" if totals["unlike_count"] == 0 and files == made_files and (found is None or facts == made) else "short"
    print(f"replay-totals-{name} {word} {totals['places']:,} totals by village, form and state, {totals['unlike_count']} unlike {totals['unlike']}; states {totals['states']}; "
          f"files {files} of {made_files}; facts {facts if found else 'not asked for'}{'' if facts == made or not found else f' of {made}'}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=HOUSEHOLDS)
    parser.add_argument("--engine", choices=["sqlite", "postgres"], action="append")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--no-effects", action="store_true")
    parser.add_argument("--data", help="a folder to keep the SQLite database and the notes of the writers in")
    parser.add_argument("--database", help="the URL of a PostgreSQL database that is kept")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wenqu-bench-") as scratch:
        for name in args.engine or ["sqlite", "postgres"]:
            keep = args.data and Path(args.data).resolve() / name
            replay(name, keep or Path(scratch, name), args)


if __name__ == "__main__":
    main()
