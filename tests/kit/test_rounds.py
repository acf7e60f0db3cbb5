"""Rounds: walked again whatever goes wrong, and ended between two pieces of work when the worker is told to stop."""

from __future__ import annotations

import argparse
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from wenqu.jobs import actions, beat, worker
from wenqu.kit import rounds, sweeping
from wenqu.kit.rounds import Round


def alive() -> set[str]:
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("round-")}


def test_the_rounds_that_are_offered_come_with_their_pace() -> None:
    assert {each.name: each.every_seconds for each in rounds.rounds()} == {
        "audit": 1.0, "ledger": 30.0, "survey_effects": 2.0, "survey_photos": 3.0, "survey_doubled": 20.0, "watch_judging": 60.0, "quality_verdicts": 30.0,
        "quality_overdue": 30.0, "quality_overdue_tasks": 600.0,
    }


def test_a_round_is_walked_again_after_it_went_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    walked: list[datetime] = []
    again = threading.Event()

    def work(at: datetime, going_on: Callable[[], bool]) -> None:
        walked.append(at)
        if len(walked) == 1:
            raise ValueError("once")
        again.set()

    monkeypatch.setattr(rounds, "_rounds", {"probe": Round("probe", 0.01, work)})
    end = rounds.start()
    assert again.wait(10)
    end()
    assert alive() == set()


def test_a_worker_that_is_told_to_stop_ends_its_rounds_between_two_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, pieces = threading.Event(), 0

    def work(_at: datetime, going_on: Callable[[], bool]) -> None:
        nonlocal pieces
        while going_on():
            pieces += 1
            begun.set()

    def told_to_stop(*_given: Any, **_named: Any) -> None:
        assert begun.wait(10) and alive() == {"round-probe"}
        raise SystemExit(0)

    monkeypatch.setattr(rounds, "_rounds", {"probe": Round("probe", 0.01, work)})
    monkeypatch.setattr("django.core.management.call_command", told_to_stop)
    for place, name in ((worker, "start"), (beat, "start"), (actions, "resume_interrupted"), (sweeping, "sweep_all")):
        monkeypatch.setattr(place, name, lambda *_given, **_named: None)
    for name in ("sweep_work", "keep_temporary_files_private"):
        monkeypatch.setattr(f"wenqu.kit.crypto.workplace.{name}", lambda: None)
    with pytest.raises(SystemExit):
        worker.run(argparse.Namespace(beside_others=False))
    assert pieces and alive() == set()
