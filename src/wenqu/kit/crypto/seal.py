"""Seal and open short texts, and the keyed digests by which sealed texts are found again.

A sealed text is `<key>.<base64url of nonce (12), ciphertext and tag (16)>`. The label (`household.phone`) is
authenticated with it, so that a token moved into another field does not open. "" stays "": a missing number is no
secret, and must be countable. Digests are `<index key>.<22 characters>`: 128 bits of HMAC-SM3.
"""

from __future__ import annotations

import base64
import os
from binascii import b2a_base64
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from wenqu.kit.crypto.keys import BadKeys, Key, Keyring, load

NONCE, TAG = 12, 16
_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class CannotOpen(Exception):
    """A sealed text that no key of the ring opens: another key file, another field, or changed bytes."""


def ring() -> Keyring:
    """The ring of the settings, read again when the file changed."""
    path = Path(settings.KEYS_FILE)
    try:
        stamp = path.stat()
    except FileNotFoundError:
        raise BadKeys(f"没有找到密钥文件 {path}：请用 wenqu keys create 生成，或从密钥备份恢复（环境变量 WENQU_KEYS 指定位置）") from None
    return _ring(path, stamp.st_mtime_ns, stamp.st_ino)


@lru_cache(maxsize=4)
def _ring(path: Path, _changed: int, _inode: int) -> Keyring:
    return load(path)


def seal(text: str, label: str, keys: Keyring | None = None) -> str:
    """The sealed form of a text. Pass `keys` when sealing many."""
    if text == "":
        return ""
    keys = keys or ring()
    key = keys.keys[keys.active]
    nonce = os.urandom(NONCE)
    return f"{key.name}.{base64.urlsafe_b64encode(nonce + encrypt(key, nonce, text.encode(), label.encode())).decode()}"


def unseal(token: str, label: str, keys: Keyring | None = None) -> str:
    """The text of a token. `CannotOpen` where it does not belong to the label or to any key."""
    if token == "":
        return ""
    keys = keys or ring()
    name, _dot, body = token.partition(".")
    if name not in keys.keys:
        # A rotation may have begun since the caller took its ring.
        keys = ring()
    if name not in keys.keys:
        raise CannotOpen(f"{label}: no key {name!r}")
    try:
        raw = base64.urlsafe_b64decode(body)
        return decrypt(keys.keys[name], raw[:NONCE], raw[NONCE:], label.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise CannotOpen(f"{label}: {type(error).__name__}") from None


def seal_many(texts: Sequence[str], label: str, keys: Keyring | None = None) -> list[str]:
    """The sealed forms of many texts of one field."""
    keys = keys or ring()
    key, aad, start = keys.keys[keys.active], label.encode(), f"{keys.active}."
    random = os.urandom(NONCE * len(texts))
    out = []
    for place, text in enumerate(texts):
        if text == "":
            out.append("")
            continue
        nonce = random[place * NONCE : place * NONCE + NONCE]
        out.append(start + _text_of(nonce + encrypt(key, nonce, text.encode(), aad)))
    return out


def unseal_many(tokens: Sequence[str], label: str, keys: Keyring | None = None) -> list[str]:
    """The texts of many tokens of one field."""
    keys = keys or ring()
    return [unseal(token, label, keys) for token in tokens]


def digest_many(texts: Sequence[str], label: str, keys: Keyring | None = None) -> list[str]:
    """The search digests of many texts of one field, as written: their plain form is made here."""
    keys = keys or ring()
    key = keys.indexes[keys.active_index]
    plain = map(plain_number, texts)
    return [_digest(text, label, key) if text else "" for text in plain]


def _text_of(raw: bytes) -> str:
    return b2a_base64(raw, newline=False).translate(_URL_SAFE).decode()


def key_of(token: str) -> str:
    """The name of the key that a token or digest was made with."""
    return token.partition(".")[0]


def digest(text: str, label: str, keys: Keyring | None = None) -> str:
    """The search digest of a text under the active index key; "" for "". Give it the plain form (`plain_number`)."""
    keys = keys or ring()
    return _digest(text, label, keys.indexes[keys.active_index]) if text else ""


def digests(text: str, label: str) -> list[str]:
    """The digests of a text under every index key: what to look for while a rotation is under way."""
    return [_digest(text, label, key) for key in ring().indexes.values()] if text else []


def plain_number(text: str) -> str:
    """The form of a number that digests are made of: capitals, without spaces and hyphens."""
    return "".join(text.split()).replace("-", "").upper()


def _digest(text: str, label: str, key: Key) -> str:
    mac = _mac(key.secret).copy()
    mac.update(f"{label}:{text}".encode())
    return f"{key.name}.{base64.urlsafe_b64encode(mac.finalize()[:16]).decode()[:22]}"


@lru_cache(maxsize=8)
def _mac(secret: bytes) -> hmac.HMAC:
    return hmac.HMAC(secret, hashes.SM3())


@lru_cache(maxsize=8)
def _aes(secret: bytes) -> AESGCM:
    return AESGCM(secret)


def encrypt(key: Key, nonce: bytes, data: bytes, label: bytes) -> bytes:
    """Ciphertext and tag of bytes, by the key's own algorithm. A nonce is used once."""
    if key.algorithm == "aes-256-gcm":
        return _aes(key.secret).encrypt(nonce, data, label)
    engine = Cipher(algorithms.SM4(key.secret), modes.GCM(nonce)).encryptor()
    engine.authenticate_additional_data(label)
    return engine.update(data) + engine.finalize() + engine.tag


def decrypt(key: Key, nonce: bytes, data: bytes, label: bytes) -> bytes:
    """The bytes of ciphertext and tag. `InvalidTag` where anything differs."""
    if key.algorithm == "aes-256-gcm":
        return _aes(key.secret).decrypt(nonce, data, label)
    engine = Cipher(algorithms.SM4(key.secret), modes.GCM(nonce, data[-TAG:])).decryptor()
    engine.authenticate_additional_data(label)
    return engine.update(data[:-TAG]) + engine.finalize()
