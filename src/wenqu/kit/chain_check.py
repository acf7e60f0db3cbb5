"""Check files of the audit log with nothing but the files: exports, months of the second copy, selections. Pure.

The first thing that is wrong is named with its file, line and place in the chain; nothing after it is looked at, for
behind a broken row everything hangs on it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from wenqu.kit.chain import BEGINNING, FORMAT, VERSION, content_of, link, split_line

SELECTION = "selection"
_HEX = frozenset("0123456789abcdef")
_NOT_IN_CHAIN = "用来对照的链文件中没有这一号，请给出含有它的文件"


@dataclass(frozen=True)
class Fault:
    """The first thing that is wrong, in Chinese: whoever checks a file reads it."""

    file: str
    line: int
    seq: int | None
    what: str

    def __str__(self) -> str:
        place = f"（链上第 {self.seq} 号）" if self.seq is not None else ""
        return f"{self.file} 第 {self.line} 行{place}：{self.what}"


class Broken(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


@dataclass(frozen=True)
class Row:
    """A sound row of a file."""

    seq: int
    digest: str


@dataclass
class Checked:
    """What the files hold, up to the first fault."""

    count: int = 0
    first: int = 0
    last: int = 0
    head: str = BEGINNING
    selection: bool = False
    fault: Fault | None = None
    # Where the digest that was asked for stands, if it does.
    found_at: int | None = None


def check_files(paths: Sequence[Path], asked: str = "") -> Checked:
    """Check files given in order as one chain; `asked` is a digest, noted earlier elsewhere, that must stand in it."""
    checked = Checked()
    chain = Chain()
    try:
        for row in chain.walk(paths):
            checked.first = checked.first or row.seq
            checked.count, checked.last, checked.head = checked.count + 1, row.seq, row.digest
            if asked and hmac.compare_digest(asked, row.digest):
                checked.found_at = row.seq
    except Broken as broken:
        checked.fault = broken.fault
    checked.selection = chain.selection
    return checked


def compare(selection: Sequence[Path], whole: Sequence[Path]) -> tuple[int, Fault | None]:
    """Look for every row of a selection in files that hold the chain itself: how many were compared, and the first that
    is not there. A row of a selection carries the digest it is checked against, so whoever writes one anew passes alone.
    """
    chain, mine = Chain(), Chain()
    try:
        wanted = {row.seq: (row.digest, Fault(mine.file, mine.line, row.seq, _NOT_IN_CHAIN)) for row in mine.walk(selection)}
        count = len(wanted)
        for row in chain.walk(whole):
            digest, fault = wanted.pop(row.seq, ("", None))
            if fault is not None and not hmac.compare_digest(digest, row.digest):
                return 0, replace(fault, what="与审计链中的这一条不同：其中一份被改动")
    except Broken as broken:
        return 0, broken.fault
    if chain.selection:
        return 0, Fault(chain.file, 1, None, "用来对照的也是摘录，不是审计链")
    return count, next((fault for _digest, fault in wanted.values()), None)


class Chain:
    """A walk along the files; `seq` and `digest` are where it stands."""

    def __init__(self) -> None:
        self.seq: int | None = None
        self.digest = BEGINNING
        self.selection = False
        self.file, self.line = "", 0

    def walk(self, paths: Iterable[Path]) -> Iterator[Row]:
        """The sound rows in order; raises Broken at the first that is not."""
        for path in paths:
            with path.open("rb") as lines:
                yield from self._file(path.name, lines)

    def _file(self, name: str, lines: Iterable[bytes]) -> Iterator[Row]:
        header: dict[str, Any] | None = None
        number = count = 0
        for number, raw in enumerate(lines, 1):
            if not raw.endswith(b"\n"):
                raise Broken(Fault(name, number, self._next(), "这一行不完整（末尾没有换行），文件被截断"))
            found = self._take_header(raw[:-1]) if header is None else self._take_row(raw[:-1], header)
            if isinstance(found, tuple):
                raise Broken(Fault(name, number, found[0], found[1]))
            if header is None:
                header = found
                continue
            count += 1
            self.file, self.line = name, number
            yield Row(found["seq"], self.digest)
        if header is None:
            raise Broken(Fault(name, 1, None, "文件是空的"))
        self._check_end(name, number + 1, header, count)

    def _next(self) -> int | None:
        return None if self.seq is None or self.selection else self.seq + 1

    def _take_header(self, line: bytes) -> dict[str, Any] | tuple[int | None, str]:
        parts = split_line(line)
        header = content_of(parts[0]) if parts else None
        if parts is None or header is None or header.get("format") != FORMAT:
            return None, "缺少文件头，不是审计记录文件，或者文件头被改动"
        if link(BEGINNING, parts[0]) != parts[1]:
            return None, "文件头被改动：与它自己的摘要不符"
        if header.get("version") != VERSION:
            return None, f"文件头的版本 {header.get('version')} 不认识，请用新版的 wenqu 校验"
        first, before = header.get("first"), header.get("before")
        if not isinstance(first, int) or not isinstance(before, str) or not isinstance(header.get("last", 0), int):
            return None, "文件头不完整"
        self.selection = header.get("part") == SELECTION
        if self.selection:
            self.seq = 0
            return header
        if self.seq is not None and first != self.seq + 1:
            if first > self.seq + 1:
                return self.seq + 1, f"与上一个文件之间缺少第 {self.seq + 1} 至 {first - 1} 号"
            return first, f"与上一个文件重叠：上一个文件已到第 {self.seq} 号，这个文件从第 {first} 号开始"
        if self.seq is not None and before != self.digest:
            return first, "与上一个文件接不上：文件头写的前一摘要，不是上一个文件最后一行的摘要"
        if first == 1 and before != BEGINNING:
            return first, "文件头写的前一摘要不是链的起点"
        self.seq, self.digest = first - 1, before
        return header

    def _take_row(self, line: bytes, header: dict[str, Any]) -> dict[str, Any] | tuple[int | None, str]:
        expected = self._next()
        parts = split_line(line, self.selection)
        content = content_of(parts[0]) if parts else None
        seq = content.get("seq") if content else None
        if parts is None or not isinstance(seq, int) or not set(parts[1]) <= _HEX:
            return expected, "这一行不是完整的审计记录，内容被改动"
        body, digest, before = parts
        sound = link(before if self.selection else self.digest, body) == digest
        if self.selection:
            if not sound:
                return seq, "内容或摘要被改动：与摘要不符"
            if seq <= (self.seq or 0):
                return seq, "顺序不对：行被重复、插入或调换"
        elif seq != expected:
            if seq > (expected or 0):
                return expected, f"应为第 {expected} 号，却是第 {seq} 号：前面的行被删除，或者顺序被调换"
            return expected, f"应为第 {expected} 号，却是第 {seq} 号：行被重复、插入或调换"
        elif not sound:
            return seq, "内容或摘要被改动：与前一行接不上"
        if "last" in header and seq > header["last"]:
            return seq, f"文件头写明到第 {header['last']} 号为止，这一行是多出来的"
        self.seq, self.digest = seq, digest
        return {"seq": seq}

    def _check_end(self, name: str, line: int, header: dict[str, Any], count: int) -> None:
        """What the header promised must have come."""
        if "count" not in header:
            return
        if count != header["count"] or (count and self.seq != header.get("last")):
            raise Broken(Fault(
                name, line, self._next(), f"文件被截断：文件头写明共 {header['count']} 条、到第 {header.get('last')} 号，实际只有 {count} 条"
            ))
        if not self.selection and self.digest != header.get("head"):
            raise Broken(Fault(name, line, self.seq, "最后一行的摘要与文件头写的链头不符"))
