"""The second copy of the audit log: JSON lines outside the database, one file a month, in the order of the chain.

Where to go on is read from the last whole line of the newest file, and from nowhere else: a copier that was killed, a
half-written line or a disk that failed leave nothing to repair by hand. A copy that cannot be written never stops the
product; it is tried again, and `second_copy_state` tells.
"""

from __future__ import annotations

import fcntl
import logging
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils import timezone

from wenqu.kit.audit_rows import chained, digest_at, head
from wenqu.kit.chain import BEGINNING, content_of, header_of, line_of, split_line

log = logging.getLogger(__name__)
NAME = re.compile(r"audit-(\d{4}-\d{2})\.jsonl")
PAGE = 2000
_TAIL = 65_536


class CopyFault(Exception):
    """Why the second copy cannot be carried on, in words for whoever keeps the server."""


@dataclass(frozen=True)
class Position:
    """The last whole line of the copy: its place in the chain, its digest, and the file where it stands."""

    seq: int
    digest: str
    file: Path | None = None


@dataclass(frozen=True)
class CopyState:
    """What there is of the second copy: `behind` rows are missing still; `fault` says why where something is wrong."""

    folder: Path
    file: Path | None
    copied: int
    chained: int
    fault: str

    @property
    def behind(self) -> int:
        return max(0, self.chained - self.copied)


def copy_files(folder: Path | None = None) -> list[Path]:
    """The files of the copy, oldest first."""
    folder = folder or Path(settings.AUDIT_DIR)
    return sorted(path for path in folder.glob("audit-*.jsonl") if NAME.fullmatch(path.name)) if folder.is_dir() else []


# Said once, not each second.
_told = ""


def copy_pending(at: datetime, fresh: Sequence[tuple[int, str, bytes]] = ()) -> int:
    """Carry the chain into the copy. Returns how many lines were written; a fault is logged, never raised.

    `fresh` are rows that were chained just now: where the copy stands right before them, they are not read again.
    """
    global _told
    try:
        written = _carry_on(Path(settings.AUDIT_DIR), at, fresh)
    except (OSError, CopyFault) as error:
        if str(error) != _told:
            log.error("second copy of the audit log: %s", error)
        _told = str(error)
        return 0
    _told = ""
    return written


def second_copy_state() -> CopyState:
    """How the copy stands against the chain, without changing it."""
    folder, last = Path(settings.AUDIT_DIR), head()[0]
    try:
        position = _position(folder, repair=False)
        _check_same(position)
        if position.seq < last and not os.access(folder if folder.is_dir() else folder.parent, os.W_OK):
            raise CopyFault(f"目录不可写：{folder}")
    except (OSError, CopyFault) as error:
        return CopyState(folder, None, 0, last, str(error))
    return CopyState(folder, position.file, position.seq, last, "")


def _carry_on(folder: Path, at: datetime, fresh: Sequence[tuple[int, str, bytes]]) -> int:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder) as mine:
        if not mine:
            return 0
        position = _position(folder, repair=True)
        _check_same(position)
        if digest_at(position.seq + 1) is None:
            return 0
        written = 0
        with _opened(folder, position, at) as target:
            lines: list[bytes] = []
            follows = bool(fresh) and fresh[0][0] == position.seq + 1
            for _seq, digest, body in fresh if follows else chained(position.seq, size=PAGE):
                lines.append(line_of(body, digest))
                if len(lines) == PAGE:
                    written += _write(target, lines)
            written += _write(target, lines)
        return written


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether this process alone writes the copy now; the lock goes with the process that holds it."""
    with (folder / ".lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


@contextmanager
def _opened(folder: Path, position: Position, at: datetime) -> Iterator[IO[bytes]]:
    """The file of the month, begun with its header where it is new. Months only go forward, whatever the clock does."""
    month = f"audit-{timezone.localtime(at):%Y-%m}.jsonl"
    newest = max((path.name for path in copy_files(folder)), default="")
    path = folder / max(month, newest)
    with open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab", buffering=0) as target:
        if target.seek(0, os.SEEK_END) == 0:
            _write(target, [header_of("month", position.seq + 1, position.digest)])
            _sync_folder(folder)
        yield target


def _write(target: IO[bytes], lines: list[bytes]) -> int:
    """Append whole lines and wait for the disk."""
    count, rest = len(lines), memoryview(b"".join(lines))
    while rest:
        rest = rest[target.write(rest) :]
    os.fsync(target.fileno())
    lines.clear()
    return count


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _position(folder: Path, *, repair: bool) -> Position:
    """The last whole line of the newest file that has one. A half line, left by a kill, is cut off where `repair`."""
    for path in reversed(copy_files(folder)):
        line = _last_line(path, repair)
        if line is None:
            continue
        parts = split_line(line)
        content = content_of(parts[0]) if parts else None
        if parts and content and isinstance(content.get("seq"), int):
            return Position(content["seq"], parts[1], path)
        if content and isinstance(content.get("first"), int) and isinstance(content.get("before"), str):
            return Position(content["first"] - 1, content["before"], path)
        raise CopyFault(f"{path.name} 的最后一行无法识别，可能被改动。请保存这个目录，另换一个空目录后系统会重新生成副本")
    return Position(0, BEGINNING)


def _last_line(path: Path, repair: bool) -> bytes | None:
    """The last whole line of a file without its line feed; None where there is none."""
    with path.open("r+b" if repair else "rb") as file:
        size = file.seek(0, os.SEEK_END)
        begin, tail = size, b""
        while begin > 0 and tail.count(b"\n") < 2:
            step = min(_TAIL, begin)
            begin -= step
            file.seek(begin)
            tail = file.read(step) + tail
        whole, _feed, half = tail.rpartition(b"\n")
        if half and repair:
            log.warning("second copy of the audit log: a half-written line of %s is cut off", path.name)
            file.truncate(size - len(half))
            os.fsync(file.fileno())
        return whole.rpartition(b"\n")[2] if _feed else None


def _check_same(position: Position) -> None:
    """The copy must be the beginning of this database's chain."""
    known = digest_at(position.seq)
    if known is None:
        raise CopyFault(
            f"副本已到第 {position.seq} 号，比数据库的审计链更长：数据库可能由较早的备份恢复。"
            "请把副本目录改名保存，系统会在新目录中重新生成副本"
        )
    if known != position.digest:
        raise CopyFault(
            f"副本第 {position.seq} 号与数据库的审计链不一致：其中一份被改动，或者属于另一个数据库。"
            "请保存两者，用 wenqu audit verify 查明；把副本目录改名后系统会重新生成副本"
        )
