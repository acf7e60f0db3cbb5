"""A rescue file as a phone makes it, written from the description alone: nothing here is the server's."""

from __future__ import annotations

import base64
import json
import os
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


def payload_of(token: str, records: list[tuple[str, bytes, dict[str, bytes]]], **more: Any) -> bytes:
    """The header and the bytes of the files, in order."""
    header = {
        "token": token, "device": 1, "made_at": "2026-03-05T08:00:00Z", "part": 1, "parts": 1,
        "records": [
            {"instance": instance, "xml": xml.decode(), "files": [{"name": name, "type": "image/jpeg", "size": len(content)} for name, content in files.items()]}
            for instance, xml, files in records
        ], **more,
    }
    text = json.dumps(header, ensure_ascii=False).encode()
    return struct.pack(">I", len(text)) + text + b"".join(content for _instance, _xml, files in records for content in files.values())


def sealed(payload: bytes, office: str) -> bytes:
    """WQR1, the point of a key made for this file, the nonce, the sealed payload."""
    own = ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), base64.b64decode(office))
    key = HKDF(hashes.SHA256(), 32, None, b"wenqu rescue 1").derive(own.exchange(ec.ECDH(), theirs))
    nonce = os.urandom(12)
    point = own.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return b"WQR1" + point + nonce + AESGCM(key).encrypt(nonce, payload, None)


def rescue_file(token: str, records: list[tuple[str, bytes, dict[str, bytes]]], office: str, **more: Any) -> bytes:
    return sealed(payload_of(token, records, **more), office)
