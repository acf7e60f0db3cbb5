"""Files sealed at rest: read and written in chunks, so that a file of any size takes little memory.

A sealed file is `MAGIC`, one byte that is the length of the key's name, the name, 32 random bytes, then the chunks:
256 KiB of text each (the last may be shorter), each with its tag of 16 bytes. Every file has a key of its own, derived
from the named key and the random bytes, so nonces never meet between files. The nonce of a chunk is its number in
11 bytes and one byte that says whether it is the last: chunks that were changed, moved, left out or added, and a file
cut off anywhere, do not open.
"""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wenqu.kit.crypto.keys import ALGORITHMS, Key, Keyring
from wenqu.kit.crypto.seal import TAG, CannotOpen, decrypt, encrypt, ring

MAGIC = b"WENQU\x00S\x01"
CHUNK = 256 * 1024
SALT = 32
HALF = ".half"


class Writable(Protocol):
    def write(self, data: bytes, /) -> int: ...


class Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


def is_sealed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def key_of_file(path: Path) -> str:
    """The name of the key that a file is sealed with; "" for a file that is not sealed."""
    with path.open("rb") as file:
        return _head(file, path.name)[0] if file.read(len(MAGIC)) == MAGIC else ""


def clear_size(path: Path) -> int:
    """How many bytes come out of a file, sealed or not."""
    name = key_of_file(path)
    size = path.stat().st_size
    if not name:
        return size
    body = size - len(MAGIC) - 1 - len(name) - SALT
    return body - TAG * max(1, -(-body // (CHUNK + TAG)))


def chunks_of(path: Path, keys: Keyring | None = None) -> Iterator[bytes]:
    """The content of a file in pieces. `CannotOpen` at the first piece that was changed, or where the file was cut off.

    A file from before files were sealed is given as it is.
    """
    with path.open("rb") as file:
        if file.read(len(MAGIC)) != MAGIC:
            file.seek(0)
            while piece := file.read(CHUNK):
                yield piece
            return
        yield from _opened(file, path.name, keys)


def chunks_in(file: Readable, named: str, keys: Keyring | None = None) -> Iterator[bytes]:
    """The same of a sealed file that comes from elsewhere; `read(n)` must give n bytes until its end. Never one that is not sealed."""
    if file.read(len(MAGIC)) != MAGIC:
        raise CannotOpen(f"{named}: not sealed")
    yield from _opened(file, named, keys)


def key_in(head: bytes, named: str) -> str:
    """The name of the key that a file was sealed with, from its first 64 bytes or more; "" for one that is not sealed."""
    file = io.BytesIO(head)
    return _head(file, named)[0] if file.read(len(MAGIC)) == MAGIC else ""


def _opened(file: Readable, named: str, keys: Keyring | None) -> Iterator[bytes]:
    name, salt = _head(file, named)
    ring_ = keys or ring()
    if name not in ring_.keys:
        raise CannotOpen(f"{named}: no key {name!r}")
    key = _own_key(ring_.keys[name], salt)
    piece, number = file.read(CHUNK + TAG), 0
    while True:
        following = file.read(CHUNK + TAG) if len(piece) == CHUNK + TAG else b""
        if len(piece) < TAG:
            raise CannotOpen(f"{named}: cut off")
        try:
            yield decrypt(key, _nonce(number, last=not following), piece, b"")
        except InvalidTag:
            raise CannotOpen(f"{named}: changed or cut off") from None
        if not following:
            return
        piece, number = following, number + 1


@contextmanager
def sealing(target: Path, keys: Keyring | None = None, unless: Callable[[], bool] = lambda: False) -> Iterator[Writable]:
    """Something to write into; `target` stands there, sealed and whole, once the block has ended without an error.

    `FileNotFoundError` where `unless()` holds in the end: what was to be replaced is not what it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.{secrets.token_hex(4)}{HALF}")
    try:
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            writer = _Sealer(file, keys or ring())
            yield writer
            writer.finish()
            file.flush()
            os.fsync(file.fileno())
        if unless():
            raise FileNotFoundError(target)
        half.replace(target)
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def seal_file(source: Path, target: Path, keys: Keyring | None = None) -> None:
    """Seal a file (a sealed one anew, under the active key) to `target`, which may be the file itself."""
    with sealing(target, keys) as out:
        for piece in chunks_of(source, keys):
            out.write(piece)


def open_file(source: Path, target: Path) -> None:
    """Write the content of a file, sealed or not, to `target`, for its owner only."""
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        for piece in chunks_of(source):
            out.write(piece)


class _Sealer:
    """Cuts what is written into chunks. One chunk is held back: only the end tells which is the last."""

    def __init__(self, file: IO[bytes], keys: Keyring) -> None:
        name, salt = keys.active, os.urandom(SALT)
        self.file, self.key, self.number, self.held = file, _own_key(keys.keys[name], salt), 0, bytearray()
        file.write(MAGIC + bytes([len(name)]) + name.encode() + salt)

    def write(self, data: bytes, /) -> int:
        self.held += data
        start = 0
        while len(self.held) - start > CHUNK:
            self._put(bytes(self.held[start : start + CHUNK]), last=False)
            start += CHUNK
        del self.held[:start]
        return len(data)

    def finish(self) -> None:
        self._put(bytes(self.held), last=True)

    def _put(self, piece: bytes, *, last: bool) -> None:
        self.file.write(encrypt(self.key, _nonce(self.number, last=last), piece, b""))
        self.number += 1


def _head(file: Readable, named: str) -> tuple[str, bytes]:
    """The name of the key and the random bytes, after the magic."""
    length = file.read(1)
    rest = file.read(length[0] + SALT) if length else b""
    if not length or len(rest) != length[0] + SALT:
        raise CannotOpen(f"{named}: cut off")
    return rest[: length[0]].decode("ascii", "replace"), rest[length[0] :]


def _own_key(key: Key, salt: bytes) -> Key:
    derived = HKDF(hashes.SM3(), ALGORITHMS[key.algorithm], salt, f"wenqu file {key.name}".encode()).derive(key.secret)
    return Key(key.name, key.algorithm, derived, key.made_at)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
