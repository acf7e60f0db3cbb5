"""Stages of a long command as progress bars on the terminal, and as plain lines where there is none."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any

from tqdm import tqdm


class Stages:
    """Told (stage, done, total); shows one bar at a time."""

    def __init__(self) -> None:
        self.stage = ""
        self.bar: Any = None

    def __enter__(self) -> Stages:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.bar is not None:
            self.bar.close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self.stage:
            if self.bar is not None:
                self.bar.close()
            self.stage = stage
            if not sys.stderr.isatty():
                print(f"{stage}……", file=sys.stderr, flush=True)
            self.bar = tqdm(desc=stage, total=total or None, unit_scale=True, file=sys.stderr, disable=None)
        self.bar.total = total or None
        self.bar.update(done - self.bar.n)
