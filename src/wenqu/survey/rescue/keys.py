"""The office's key pair, and the key of one rescue file."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from wenqu.survey.models import RescueKey

CURVE = ec.SECP256R1()
INFO = b"wenqu rescue 1"
POINT = 65


def rescue_public_key() -> str:
    """The public half of the newest pair as phones import it (base64 of the uncompressed point); "" where there is none yet."""
    return RescueKey.objects.order_by("-pk").values_list("public", flat=True).first() or ""


def make_first_key(at: datetime) -> None:
    """Make the pair where there is none: before the first phone is paired. Two that come at once make two, and both open."""
    if not RescueKey.objects.exists():
        make_key(at)


def make_key(at: datetime) -> RescueKey:
    """A new pair, offered to phones from now on."""
    private = ec.generate_private_key(CURVE)
    number = private.private_numbers().private_value.to_bytes(32, "big")
    point = private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return RescueKey.objects.create(private=base64.b64encode(number).decode(), public=base64.b64encode(point).decode(), made_at=at)


def file_keys(point: bytes) -> Iterator[bytes]:
    """The keys that a file with this point may be sealed with, one for each pair of ours, the newest first. ``ValueError`` for
    what is no point of the curve."""
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    for row in RescueKey.objects.order_by("-pk"):
        own = ec.derive_private_key(int.from_bytes(base64.b64decode(row.private.open()), "big"), CURVE)
        yield derived(own.exchange(ec.ECDH(), theirs))


def derived(shared: bytes) -> bytes:
    """The key out of what both sides know."""
    return HKDF(hashes.SHA256(), 32, b"", INFO).derive(shared)
