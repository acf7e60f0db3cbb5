"""Run a command as a whole process: wall time, peak memory of its process tree, output."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Run:
    """What one run took. Memory is proportional set size summed over the tree, sampled."""

    seconds: float
    peak_mb: float
    output: str


def tree_mb(pid: int) -> float:
    """Memory of a process and all its descendants in MB (shared pages counted once)."""
    total, todo = 0, [pid]
    while todo:
        one = todo.pop()
        try:
            with open(f"/proc/{one}/smaps_rollup") as file:
                total += sum(int(line.split()[1]) for line in file if line.startswith("Pss:"))
            for task in os.listdir(f"/proc/{one}/task"):
                with open(f"/proc/{one}/task/{task}/children") as file:
                    todo.extend(map(int, file.read().split()))
        except OSError:
            continue
    return total / 1024


def measure(command: Sequence[str], *, env: Mapping[str, str] | None = None, ok: Sequence[int] = (0,)) -> Run:
    """Run a command to its end; raises when its status is not one of `ok`."""
    peak = 0.0
    with tempfile.TemporaryFile("w+") as output:
        started = time.perf_counter()
        process = subprocess.Popen(list(command), env=dict(env) if env is not None else None, stdout=output, stderr=subprocess.STDOUT)
        done = threading.Event()

        def watch() -> None:
            nonlocal peak
            while not done.wait(SAMPLE_SECONDS):
                peak = max(peak, tree_mb(process.pid))

        watcher = threading.Thread(target=watch, daemon=True)
        watcher.start()
        status = process.wait()
        seconds = time.perf_counter() - started
        done.set()
        watcher.join()
        output.seek(0)
        text = output.read()
    if status not in ok:
        raise SystemExit(f"{' '.join(command[:4])} … ended with {status}:\n{text[-4000:]}")
    return Run(seconds, peak, text)
