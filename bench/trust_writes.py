"""One engine, one rate after the other: the same writes bare, with the audit log, and with audit and sealed numbers.

A write is what a door-to-door visit brings in, one transaction: four facts of a household recorded (the action of the
product) and its telephone corrected. «Bare» runs the same code with the audit entry left out and the number stored as
it is. The worker, which chains the log and writes its second copy, runs beside all of them; what it costs in processor
time is counted with the writes. Run by `trust.py`, which sets the environment.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from unittest import mock

from visitors import WENQU, p95

ROUNDS, SECONDS, WRITERS = 3, 6, 4
# Above what a disk commits one by one, writes come grouped, as an intake brings them: so many in one transaction.
GROUPS = {100: 1, 500: 10}
VARIANTS = ("bare", "audit", "audit+seal")


@dataclass(frozen=True)
class Figures:
    """One run of one variant at one rate. Times in milliseconds a write."""

    service: float
    tail: float
    processor: float
    rate: float


def processor_seconds(pid: int) -> float:
    """User and system time of a process and its threads so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def make_write(ids: list[int]) -> Callable[[int, int], None]:
    from django.db import transaction  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.facts.actions import record_facts  # noqa: PLC0415
    from wenqu.facts.models import Key, SourceKind, SubjectKind  # noqa: PLC0415
    from wenqu.households.models import Household  # noqa: PLC0415
    from wenqu.kit.audit import SYSTEM  # noqa: PLC0415
    from wenqu.kit.crypto import fields  # noqa: PLC0415

    answers = {Key.PIPED: "yes", Key.LITRES: "60", Key.ROUND_TRIP: "5", Key.SENSORY_OK: "yes"}

    def write(number: int, group: int) -> None:
        with transaction.atomic():
            for each in range(number, number + group):
                visit(each)

    def visit(number: int) -> None:
        pk = ids[number % len(ids)]
        token, digest = fields.sealed_pair(f"138{number % 10**8:08}", "household.phone")
        Household.objects.filter(pk=pk).update(phone=fields.Sealed(token, "household.phone"), phone_digest=digest)
        record_facts(
            source=SourceKind.SURVEY, title="入户核查", batch=None, by=SYSTEM, at=timezone.now(),
            facts=[(int(SubjectKind.HOUSEHOLD), pk, int(key), value, date(2026, 3, 1), "") for key, value in answers.items()],
        )

    return write


@contextmanager
def variant(name: str):
    with ExitStack() as stack:
        if name == "bare":
            stack.enter_context(mock.patch("wenqu.kit.audit.record", lambda **_told: None))
        if name != "audit+seal":
            stack.enter_context(mock.patch("wenqu.kit.crypto.fields.sealed_pair", lambda text, label: (text, text)))  # found by an index in the clear, as it was
        yield


def run(write: Callable[[int, int], None], rate: int, first: int, worker: int) -> Figures:
    """Write at a rate for SECONDS, by WRITERS threads that take turns; each write starts at its own moment."""
    from django.db import connection  # noqa: PLC0415

    total, group = rate * SECONDS, GROUPS.get(rate, 1)
    tickets = iter(range(0, total, group))
    lock = threading.Lock()
    times: list[float] = []
    failures: list[BaseException] = []
    begin = time.perf_counter() + 0.2

    def work() -> None:
        try:
            while True:
                with lock:
                    ticket = next(tickets, None)
                if ticket is None:
                    return
                time.sleep(max(0.0, begin + ticket / rate - time.perf_counter()))
                started = time.perf_counter()
                write(first + ticket, group)
                times.append((time.perf_counter() - started) * 1000 / group)
        except BaseException as error:  # noqa: BLE001
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(WRITERS)]
    before = time.process_time() + processor_seconds(worker)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - begin
    if failures:
        raise failures[0]
    time.sleep(2.5)  # the worker chains what is left
    spent = time.process_time() + processor_seconds(worker) - before
    return Figures(statistics.mean(times), p95(times), spent * 1000 / total, total / elapsed)


def main() -> None:
    engine, rates = sys.argv[1], [int(each) for each in sys.argv[2:]]
    subprocess.run([WENQU, "demo", "--households", "5000", "--schemes", "50"], check=True, stdout=subprocess.DEVNULL)
    import django  # noqa: PLC0415

    os.environ["DJANGO_SETTINGS_MODULE"] = "wenqu.settings"
    django.setup()
    from wenqu.households.models import Household  # noqa: PLC0415

    write = make_write(list(Household.objects.order_by("pk").values_list("pk", flat=True)))
    worker = subprocess.Popen([WENQU, "worker"])
    try:
        time.sleep(3)
        first = 0
        for rate in rates:
            found: dict[str, list[Figures]] = {name: [] for name in VARIANTS}
            for turn in range(ROUNDS):
                for name in VARIANTS[turn % 3 :] + VARIANTS[: turn % 3]:
                    with variant(name):
                        found[name].append(run(write, rate, first, worker.pid))
                    first += rate * SECONDS
            report(engine, rate, found)
    finally:
        worker.terminate()
        worker.wait(30)


def report(engine: str, rate: int, found: dict[str, list[Figures]]) -> None:
    for name, rounds in found.items():
        print(f"{engine} {rate}/s {name:11} {statistics.median(r.service for r in rounds):6.2f} ms a write "
              f"(p95 {statistics.median(r.tail for r in rounds):6.2f}), processor {statistics.median(r.processor for r in rounds):5.2f} ms, "
              f"reached {statistics.median(r.rate for r in rounds):.0f}/s")
    for name in VARIANTS[1:]:
        service, processor = (
            statistics.median(getattr(mine, what) / getattr(bare, what) - 1 for mine, bare in zip(found[name], found["bare"], strict=True))
            for what in ("service", "processor")
        )
        extra = statistics.median(mine.processor - bare.processor for mine, bare in zip(found[name], found["bare"], strict=True))
        goal = " (goal under 5%)" if name == "audit" and rate == 100 else ""
        word = "" if not goal else "ok " if service < 0.05 else "short "
        print(f"trust-{name}-{rate}-{engine} {word}{service:+.1%} time a write, {processor:+.1%} processor time, "
              f"{extra * rate / 1000:.1%} of one core{goal}", flush=True)


if __name__ == "__main__":
    main()
