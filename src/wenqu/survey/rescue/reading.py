"""A rescue file -> the records in it. It comes from outside: bounded in size, nothing of it is believed before its seal is true.

``WQR1``, a point of the curve (65 bytes), a nonce (12), AES-256-GCM of: the length of the header (4 bytes, big end first),
the header as JSON, the bytes of the files in its order. It is opened in pieces into a folder of ours: whatever its size,
no more than its header and one file of a record is in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.utils.translation import gettext as _

from wenqu.kit.crypto.workplace import work_folder
from wenqu.kit.refusal import Refused
from wenqu.survey.rescue.keys import POINT, file_keys

MAGIC = b"WQR1"
NONCE, TAG = 12, 16
HEAD = len(MAGIC) + POINT + NONCE
# Phones cut at 30 MB; a record with many files is never cut.
MOST_BYTES = 128 * 1024 * 1024
MOST_HEADER = 48 * 1024 * 1024
MOST_RECORDS = 20_000
_PIECE = 256 * 1024


@dataclass(frozen=True)
class RescuedFile:
    """A file of a record: where its bytes lie in the opened payload."""

    name: str
    start: int
    size: int


@dataclass(frozen=True)
class RescuedRecord:
    instance: str
    xml: str
    files: tuple[RescuedFile, ...]


@dataclass(frozen=True)
class Rescued:
    """What a rescue file says. `token` is a secret: it names the phone."""

    token: str
    part: int
    parts: int
    records: tuple[RescuedRecord, ...]
    payload: Path

    def bytes_of(self, file: RescuedFile) -> bytes:
        with self.payload.open("rb") as payload:
            payload.seek(file.start)
            return payload.read(file.size)

    def __repr__(self) -> str:
        return f"Rescued({len(self.records)} records)"


@contextmanager
def opened_rescue(file: IO[bytes], size: int) -> Iterator[Rescued]:
    """The records of a rescue file, until the end of the block. `Refused` for what is none, in a sentence for whoever uploads it."""
    if size > MOST_BYTES:
        raise Refused("file_too_large", _("文件超过 %(limit)d MB，不是手机导出的救援文件。") % {"limit": MOST_BYTES // 1024**2})
    file.seek(0)
    head = file.read(HEAD)
    if not head.startswith(MAGIC) or size < HEAD + TAG + 4:
        raise Refused("not_a_rescue_file", _("这不是手机导出的救援文件（.wqr）。请在手机上打开“救援导出”，把存下来的文件原样发过来。"))
    with work_folder() as folder:
        payload = folder / "payload"
        _open(file, size, head, payload)
        yield _read(payload)


def _open(file: IO[bytes], size: int, head: bytes, payload: Path) -> None:
    """Whether it opens with one of our keys is known only at its end; until then nobody reads what came out."""
    point, nonce = head[len(MAGIC) : len(MAGIC) + POINT], head[len(MAGIC) + POINT :]
    try:
        for key in file_keys(point):
            if _opens(file, size, key, nonce, payload):
                return
    except ValueError:
        pass
    raise Refused("does_not_open", _(
        "这个救援文件打不开：它是为别的系统导出的，或在传送中损坏。请从手机重新导出，并按原文件传送（不要压缩、改名或转换格式）。"))


def _opens(file: IO[bytes], size: int, key: bytes, nonce: bytes, payload: Path) -> bool:
    file.seek(size - TAG)
    tag = file.read(TAG)
    opener = Cipher(algorithms.AES(key), modes.GCM(nonce, tag)).decryptor()
    file.seek(HEAD)
    left = size - HEAD - TAG
    with payload.open("wb") as out:
        while left:
            piece = file.read(min(_PIECE, left))
            if not piece:
                return False
            left -= len(piece)
            out.write(opener.update(piece))
    try:
        opener.finalize()
    except InvalidTag:
        return False
    return True


def _read(payload: Path) -> Rescued:
    """Sealed for us it is, and still anybody may have sealed it: our key is public."""
    try:
        size = payload.stat().st_size
        with payload.open("rb") as file:
            length = int.from_bytes(file.read(4), "big")
            if length > min(MOST_HEADER, size - 4):
                raise ValueError("header")
            told = json.loads(file.read(length).decode("utf-8"))
        records = _records(told["records"], 4 + length, size)
        return Rescued(_text(told["token"]), _number(told.get("part", 1)), _number(told.get("parts", 1)), records, payload)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Refused("rescue_broken", _("这个救援文件的内容不完整，没有导入。请从手机重新导出。")) from None


def _records(told: Any, start: int, size: int) -> tuple[RescuedRecord, ...]:
    if not isinstance(told, list) or len(told) > MOST_RECORDS:
        raise ValueError("records")
    out = []
    for each in told:
        files = []
        for file in each.get("files", []):
            files.append(RescuedFile(_text(file["name"]), start, _number(file["size"])))
            start += files[-1].size
        out.append(RescuedRecord(_text(each["instance"]), _text(each["xml"]), tuple(files)))
    if start != size:
        raise ValueError("size")
    return tuple(out)


def _text(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value:
        raise TypeError("text")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError("number")
    return value
