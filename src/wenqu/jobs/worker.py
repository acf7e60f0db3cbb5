"""`wenqu worker`: run queued jobs, first those that a killed worker left half-way, and what the clock does."""

from __future__ import annotations

import argparse

from wenqu.kit.boot import start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--beside-others", action="store_true", help="另有工作进程在运行：只接手超时未报进度的任务")


def run(args: argparse.Namespace) -> int:
    start()
    from django.core.management import call_command
    from django.utils import timezone

    from wenqu.jobs import beat
    from wenqu.jobs.actions import resume_interrupted
    from wenqu.kit import rounds
    from wenqu.kit.crypto.workplace import keep_temporary_files_private, sweep_work
    from wenqu.kit.sweeping import sweep_all

    sweep_work()
    keep_temporary_files_private()
    sweep_all(timezone.now())
    beat.start()
    end_rounds = rounds.start()
    try:
        resume_interrupted(at=timezone.now(), everything=not args.beside_others)
        call_command("db_worker", verbosity=0, interval=0.5, startup_delay=False)
    finally:
        # Told to stop, the queue's worker leaves by SystemExit.
        end_rounds()
    return 0
