"""The contents, told to the rotation of keys and to the sweep; and looked over for what is missing or changed."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from wenqu.evidence.models import Evidence
from wenqu.evidence.stores import content_of, name_of, storage
from wenqu.kit.crypto.keys import Keyring
from wenqu.kit.crypto.seal import CannotOpen
from wenqu.kit.crypto.stores import Store, offer_rotation
from wenqu.kit.crypto.walking import Pass
from wenqu.kit.sweeping import offer_sweep

_AT_ONCE = 500


def offer() -> None:
    offer_rotation(Store("佐证材料", count, renew))
    offer_sweep("evidence", sweep)


def count() -> Counter[str]:
    """How many contents and copies each key sealed."""
    place = storage()
    return Counter(key for name, _at in place.each() if (key := _key(name)))


def renew(keys: Keyring, index: bool) -> Pass:
    """Seal anew what the active key did not seal."""
    done, place = Pass(), storage()
    for name in [name for name, _at in place.each()]:
        if _key(name) == keys.active:
            continue
        done.seen += 1
        if place.reseal(name, keys):
            done.written += 1
        else:
            done.stuck += 1
    return done


def _key(name: str) -> str:
    try:
        return storage().key_of(name)
    except (FileNotFoundError, CannotOpen):
        return ""


def sweep(before: datetime) -> int:
    """Remove what was received and never attached, and what a kill left half-written."""
    place = storage()
    swept = place.halves(before)
    old = (name for name, at in place.each() if at < before)
    while names := list(islice(old, _AT_ONCE)):
        contents = {content_of(name) for name in names}
        known = set(Evidence.objects.filter(sha256__in=contents).values_list("sha256", flat=True))
        # Asked again with the moment: who receives a content writes it first, and it is young from then on.
        swept += sum(place.remove(name, before) for name in names if content_of(name) not in known)
    return swept


@dataclass
class Looked:
    """What looking over the contents found: how many there are, how many were read whole, and which are not as they should be."""

    contents: int = 0
    read: int = 0
    missing: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)


def look_over(seconds: float) -> Looked:
    """See that every content that a row names is there, and read as many as the time allows, the newest first."""
    found, place = Looked(), storage()
    there = {content_of(name) for name, _at in place.each() if name == name_of(content_of(name))}
    until = time.monotonic() + seconds
    for sha256 in _contents():
        found.contents += 1
        if sha256 not in there:
            found.missing.append(sha256)
        elif time.monotonic() < until:
            found.read += 1
            if not _is_whole(sha256):
                found.changed.append(sha256)
    return found


def _contents() -> Iterator[str]:
    """The hashes that rows name, each once, the newest first."""
    seen: set[str] = set()
    for sha256 in Evidence.objects.order_by("-pk").values_list("sha256", flat=True).iterator(chunk_size=10_000):
        if sha256 not in seen:
            seen.add(sha256)
            yield sha256


def _is_whole(sha256: str) -> bool:
    digest = hashlib.sha256()
    try:
        for piece in storage().pieces(name_of(sha256)):
            digest.update(piece)
    except (CannotOpen, FileNotFoundError):
        return False
    return digest.hexdigest() == sha256
