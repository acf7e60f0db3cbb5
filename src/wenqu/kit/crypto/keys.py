"""The key file: the keys that seal personal data, kept outside the database.

A JSON file that only its owner can read. `active` names the key that seals; older ones only open. `index` holds the
keys of the search digests in the same way. Losing the file loses the data; it is backed up apart from the database.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes

ALGORITHMS = {"aes-256-gcm": 32, "sm4-gcm": 16}
INDEX_BYTES = 32


class BadKeys(Exception):
    """The key file is missing or unusable; the message says what to do."""


@dataclass(frozen=True)
class Key:
    name: str
    algorithm: str
    secret: bytes = field(repr=False)
    made_at: str


@dataclass(frozen=True)
class Keyring:
    """`active` and `active_index` are names in `keys` and `indexes`."""

    active: str
    keys: dict[str, Key]
    active_index: str
    indexes: dict[str, Key]

    @property
    def fingerprint(self) -> str:
        """16 hex digits that tell whether a key file is the one that belongs to a database; tells nothing of the keys."""
        digest = hashes.Hash(hashes.SM3())
        for key in sorted([*self.keys.values(), *self.indexes.values()], key=lambda each: each.name):
            digest.update(f"{key.name}:{key.algorithm}:".encode() + key.secret)
        return digest.finalize().hex()[:16]


def load(path: Path) -> Keyring:
    """Read a key file. `BadKeys` names the file and what is wrong with it."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        ring = Keyring(
            raw["active"], {name: _key(name, each) for name, each in raw["keys"].items()},
            raw["active_index"], {name: _key(name, each) for name, each in raw["indexes"].items()},
        )
        ring.keys[ring.active], ring.indexes[ring.active_index]
    except FileNotFoundError:
        raise BadKeys(f"没有找到密钥文件 {path}：请用 wenqu keys create 生成，或从密钥备份恢复（环境变量 WENQU_KEYS 指定位置）") from None
    except OSError as error:
        raise BadKeys(f"密钥文件 {path} 无法读取：{error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadKeys(f"密钥文件 {path} 内容有误（{type(error).__name__}）：请从密钥备份恢复") from None
    return ring


def _key(name: str, raw: dict[str, str]) -> Key:
    secret = base64.b64decode(raw["secret"], validate=True)
    if raw["algorithm"] in ALGORITHMS and len(secret) != ALGORITHMS[raw["algorithm"]]:
        raise ValueError("length")
    if raw["algorithm"] not in {*ALGORITHMS, "hmac-sm3"}:
        raise ValueError("algorithm")
    return Key(name, raw["algorithm"], secret, raw["made_at"])


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else changes the key file meanwhile. `BadKeys` where somebody does already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600), "r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadKeys("另一个密钥操作正在进行，请等它完成") from None
        yield


def create(path: Path, algorithm: str, at: datetime) -> Keyring:
    """Make a new key file with one sealing and one index key. `BadKeys` where there is one already."""
    if path.exists():
        raise BadKeys(f"密钥文件 {path} 已存在，不会覆盖")
    ring = Keyring("k1", {"k1": _fresh("k1", algorithm, at)}, "i1", {"i1": _fresh("i1", "hmac-sm3", at)})
    store(path, ring)
    return ring


def with_new_key(ring: Keyring, algorithm: str, at: datetime) -> Keyring:
    """The ring with one more sealing key, made the active one."""
    name = f"k{max(int(each[1:]) for each in ring.keys) + 1}"
    return Keyring(name, {**ring.keys, name: _fresh(name, algorithm, at)}, ring.active_index, ring.indexes)


def with_new_index(ring: Keyring, at: datetime) -> Keyring:
    """The ring with one more index key, made the active one."""
    name = f"i{max(int(each[1:]) for each in ring.indexes) + 1}"
    return Keyring(ring.active, ring.keys, name, {**ring.indexes, name: _fresh(name, "hmac-sm3", at)})


def without(ring: Keyring, name: str) -> Keyring:
    """The ring without one key that is not active."""
    if name in {ring.active, ring.active_index}:
        raise BadKeys(f"密钥 {name} 正在使用，不能停用")
    return Keyring(
        ring.active, {each: key for each, key in ring.keys.items() if each != name},
        ring.active_index, {each: key for each, key in ring.indexes.items() if each != name},
    )


def store(path: Path, ring: Keyring) -> None:
    """Write the file whole or not at all, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    body: dict[str, Any] = {
        "active": ring.active, "keys": {name: _raw(key) for name, key in ring.keys.items()},
        "active_index": ring.active_index, "indexes": {name: _raw(key) for name, key in ring.indexes.items()},
    }
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(body, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        # Rotated by an administrator, the file still belongs to the service that reads it.
        owner = path.stat()
        with contextlib.suppress(PermissionError):
            os.chown(fresh, owner.st_uid, owner.st_gid)
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _raw(key: Key) -> dict[str, str]:
    return {"algorithm": key.algorithm, "secret": base64.b64encode(key.secret).decode(), "made_at": key.made_at}


def _fresh(name: str, algorithm: str, at: datetime) -> Key:
    length = ALGORITHMS.get(algorithm, INDEX_BYTES)
    return Key(name, algorithm, secrets.token_bytes(length), at.isoformat(timespec="seconds"))
