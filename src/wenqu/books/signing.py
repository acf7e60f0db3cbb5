"""The signature of a result workbook: keyed digests (HMAC-SM3) under a key derived from the product's own.

It proves to us, who hold the key file, that what comes back is what we sent. To anybody else it proves nothing: it is
no certificate, and whoever has the key file could make it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache

from cryptography.hazmat.primitives import constant_time, hashes, hmac
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wenqu.kit.crypto.keys import Keyring
from wenqu.kit.crypto.seal import ring

ROW_DIGITS = 20


class Signer:
    """Signs the rows and the cover of one issue of one comparison under the key `name`."""

    def __init__(self, name: str, secret: bytes, about: str) -> None:
        self.name, self.about = name, about
        self.mac = hmac.HMAC(secret, hashes.SM3())

    def row(self, n: int, kind: str, cells: Sequence[str]) -> str:
        """The code that stands behind a row."""
        return self._digest(["row", self.about, n, kind, list(cells)])[:ROW_DIGITS]

    def cover(self, lines: Iterable[Sequence[str]], codes: str) -> str:
        """The signature of the whole: its cover and the digest of the codes of all its rows."""
        return f"{self.name}.{self._digest(['cover', self.about, [list(line) for line in lines], codes])}"

    def _digest(self, told: object) -> str:
        mac = self.mac.copy()
        mac.update(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode())
        return mac.finalize().hex()


def signer(about: str, name: str = "") -> Signer | None:
    """The signer of an issue, under the active key or the one named; None where that key was retired."""
    keys: Keyring = ring()
    name = name or keys.active
    if name not in keys.keys:
        return None
    return Signer(name, _derived(keys.keys[name].secret), about)


@lru_cache(maxsize=8)
def _derived(secret: bytes) -> bytes:
    return HKDF(hashes.SM3(), 32, None, b"wenqu books signature").derive(secret)


def same(one: str, two: str) -> bool:
    """Whether two signatures are the same, in a time that tells nothing of them."""
    return constant_time.bytes_eq(one.encode(), two.encode())
