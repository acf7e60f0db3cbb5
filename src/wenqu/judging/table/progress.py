"""Signs of life on the terminal: steps, and a bar for the long ones. Silent when nobody watches."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any


class Progress:
    """``step`` names what is going on; ``bar`` counts rows. Only on a terminal."""

    def __init__(self) -> None:
        self.watched = sys.stderr.isatty()
        self._bar: Any = None

    def step(self, text: str) -> None:
        """Show one line of text in place of the last one."""
        self._close()
        if self.watched:
            sys.stderr.write(f"\r\033[K{text}…")
            sys.stderr.flush()

    def bar(self, text: str, total: int) -> None:
        """Begin counting rows."""
        self.step(text)
        if self.watched:
            from tqdm import tqdm  # noqa: PLC0415  (only when somebody watches)
            sys.stderr.write("\r\033[K")
            self._bar = tqdm(total=total, desc=text, unit="行", leave=False, file=sys.stderr)

    def add(self, rows: int) -> None:
        """Count rows."""
        if self._bar is not None:
            self._bar.update(rows)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._close()
        if self.watched:
            sys.stderr.write("\r\033[K")
