"""Give sealed data a new key, while the product serves. Killed at any point, it goes on when called again.

The new key stands in the key file before anything is sealed with it, and the old ones stay until they are retired, so
at every moment every value opens.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import OperationalError, connection, transaction

from wenqu.kit import audit
from wenqu.kit.crypto import keys
from wenqu.kit.crypto.keys import BadKeys, Keyring
from wenqu.kit.crypto.stores import Store, stores, usage

# Rows that an import holds are waited for; a pass that moves nothing for so long gives up.
PATIENCE, REST = 120.0, 0.5
LOCK_MS = 30_000


@dataclass(frozen=True)
class Rotation:
    """What a rotation did: whether it only went on with an earlier one, what it wrote and what it could not open."""

    ring: Keyring
    resumed: bool
    written: int
    left: int


def rotate(*, cipher: str, index: bool, by: audit.Actor, at: datetime, tell: Callable[[str, int], None]) -> Rotation:
    """Make a new key active and seal everything with it; with `index`, also make a new index key and all digests anew.

    Where an earlier rotation was not finished it is finished, without another key. `cipher` is an algorithm, or "" for
    the one of the settings.
    """
    path = Path(settings.KEYS_FILE)
    with keys.alone(path):
        ring = keys.load(path)
        places = list(stores())
        used = {name for count in usage(places).values() for name in count}
        fresh = ring
        if not (used & ring.keys.keys()) - {ring.active} or (cipher and ring.keys[ring.active].algorithm != cipher):
            fresh = keys.with_new_key(fresh, cipher or settings.CIPHER, at)
        if index and not (used & ring.indexes.keys()) - {ring.active_index}:
            fresh = keys.with_new_index(fresh, at)
        if fresh is not ring:
            with transaction.atomic():
                audit.record(by=by, verb="rotate_keys", at=at, subject=f"key:{fresh.active}", detail=_names(fresh))
                keys.store(path, fresh)
        written = sum(_through(store, fresh, index, tell) for store in places)
        left = _left(places, fresh, index)
        audit.record(by=by, verb="rotated_keys", at=at, subject=f"key:{fresh.active}", detail={**_names(fresh), "values": written, "left": left})
        return Rotation(fresh, fresh is ring, written, left)


def _names(ring: Keyring) -> dict[str, str]:
    return {"key": ring.active, "algorithm": ring.keys[ring.active].algorithm, "index": ring.active_index}


def _through(store: Store, ring: Keyring, index: bool, tell: Callable[[str, int], None]) -> int:
    """Pass over a store until everything in it is made by the active keys, or nothing moves any more."""
    written, moved = 0, time.monotonic()
    while True:
        done = store.renew(ring, index)
        written += done.written
        if done.written:
            moved = time.monotonic()
            tell(store.name, written)
        # What stays behind opens with no key, or is held by somebody: only the second is waited for.
        if done.seen == done.written + done.stuck or time.monotonic() - moved > PATIENCE:
            return written
        time.sleep(REST)


def _left(places: list[Store], ring: Keyring, index: bool) -> int:
    """How many values the active keys did not make."""
    wanted = {ring.active, ring.active_index} if index else {ring.active, *ring.indexes}
    return sum(number for count in usage(places).values() for name, number in count.items() if name not in wanted)


def retire(*, name: str, by: audit.Actor, at: datetime) -> None:
    """Take a key out of the file. `BadKeys` while it is active or while any value still uses it."""
    path = Path(settings.KEYS_FILE)
    with keys.alone(path):
        ring = keys.load(path)
        if name not in {*ring.keys, *ring.indexes}:
            raise BadKeys(f"没有名为 {name} 的密钥")
        lesser = keys.without(ring, name)
        places = list(stores())
        with transaction.atomic():
            _hold(places)
            using = {store: count[name] for store, count in usage(places).items() if count[name]}
            if using:
                told = "；".join(f"{store} {number} 个" for store, number in using.items())
                raise BadKeys(f"密钥 {name} 还有数据在用，不能停用：{told}。请先运行 wenqu keys rotate{' --index' if name in ring.indexes else ''}")
            audit.record(by=by, verb="retire_key", at=at, subject=f"key:{name}", detail={"key": name})
            # Last: when the file is written the key is gone, whatever becomes of the transaction.
            keys.store(path, lesser)


def _hold(places: list[Store]) -> None:
    """Wait for whoever is writing sealed values, perhaps still with the old key, and let nobody begin.

    On SQLite the transaction itself is the only writer.
    """
    if connection.vendor != "postgresql":
        return
    tables = ", ".join(connection.ops.quote_name(table) for store in places for table in store.tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = {LOCK_MS}")
        try:
            cursor.execute(f"LOCK TABLE {tables} IN SHARE MODE")
        except OperationalError:
            raise BadKeys("有任务正在写入数据（例如导入），请等它完成后再停用密钥") from None
