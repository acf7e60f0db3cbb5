"""Log lines: plain or one JSON object a line, with the number of the request, and without anybody's numbers.

Whatever goes out passes `masking.scrub` last, after arguments and traceback are part of the text: nothing that a
library logs and no exception that carries a value gets past it.
"""

from __future__ import annotations

import json
import logging
import secrets
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from wenqu.kit.masking import scrub

# Letters only: a request's number can never look like a person's, and survives the scrubbing.
_LETTERS = "bcdfghjkmnpqrstvwxz"
_request: ContextVar[str] = ContextVar("request_id", default="")


def request_id() -> str:
    """The number of the request that is being answered, "" outside of one."""
    return _request.get()


@contextmanager
def numbered_request() -> Iterator[str]:
    """Everything logged inside carries this request's number."""
    number = "".join(_LETTERS[byte % len(_LETTERS)] for byte in secrets.token_bytes(12))
    token = _request.set(number)
    try:
        yield number
    finally:
        _request.reset(token)


class Plain(logging.Formatter):
    """A line for people."""

    def format(self, record: logging.LogRecord) -> str:
        when = self.formatTime(record)
        number = f" [{request_id()}]" if request_id() else ""
        return f"{when} {record.levelname} {record.name}{number} {_text(record)}"


class JsonLines(logging.Formatter):
    """A line for machines. `record.told` (a dict of plain values) adds keys of its own."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname, "logger": record.name,
        }
        if request_id():
            line["request"] = request_id()
        told = getattr(record, "told", None)
        if told is None:
            line["message"] = _text(record)
        else:
            line |= {key: scrub(value) if isinstance(value, str) else value for key, value in told.items()}
        return json.dumps(line, ensure_ascii=False, default=str)


def _text(record: logging.LogRecord) -> str:
    """The message with its traceback, scrubbed as one text. A record that cannot be put together is told by its place."""
    try:
        text = record.getMessage()
    except (TypeError, ValueError, KeyError):
        text = f"unreadable message at {record.pathname}:{record.lineno}"
    if record.exc_info and record.exc_info[0] is not None:
        text += "\n" + "".join(traceback.format_exception(*record.exc_info)).rstrip()
    if record.stack_info:
        text += "\n" + record.stack_info
    return scrub(text)


def scrub_uncaught() -> None:
    """What ends a process or a thread is printed scrubbed too."""

    def show(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        sys.stderr.write(scrub("".join(traceback.format_exception(kind, error, trace))))

    def show_of_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and args.exc_type is not SystemExit:
            show(args.exc_type, args.exc_value, args.exc_traceback)

    sys.excepthook = show
    threading.excepthook = show_of_thread
