"""`wenqu ledger tick`: one round of what the worker does by the clock, for those who run it from a timetable of their own."""

from __future__ import annotations

import argparse

from wenqu.kit.boot import start


def add_arguments(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="动作")
    verbs.add_parser(
        "tick", help="按时钟走一遍", description="按时钟走一遍：挂起到期的恢复办理，逾期的按方案上提一级，区域告警触发或解除。服务运行时会自动做，重复运行不会重复办理。",
    )


def run(args: argparse.Namespace) -> int:
    """Exit status 0: the round was walked, whether or not there was anything to do."""
    start()
    from django.utils import timezone  # noqa: PLC0415

    from wenqu.ledger.keeping import tick  # noqa: PLC0415

    done = tick(at=timezone.now())
    print(f"恢复办理 {done.resumed} 个，上提 {done.escalated} 个，触发告警 {done.raised} 个，解除告警 {done.cleared} 个")
    return 0
