"""Time-based codes (RFC 6238) and one-time recovery codes. Pure: nothing is kept here."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from datetime import datetime

import pyotp
import segno

STEP_SECONDS = 30
# A phone's clock may be half a minute off either way.
WINDOW = (0, -1, 1)
ISSUER = "Wenqu"
RECOVERY_CODES = 8
# 16 characters of 32: 80 bits, too many to try even for who has the digests, so that these need no key and outlive any.
ALPHABET, LENGTH = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ", 16


def new_secret() -> str:
    return pyotp.random_base32()


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The 30-second step that a code belongs to, or None where it belongs to none in the window."""
    if not is_time_code(code):
        return None
    totp = pyotp.TOTP(secret)
    now = int(at.timestamp()) // STEP_SECONDS
    for step in (now + shift for shift in WINDOW):
        if hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def address_of_secret(secret: str, username: str) -> str:
    """The otpauth: address that authenticator apps read."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=ISSUER)


def picture(text: str) -> str:
    """A QR code as a data: address of an SVG picture."""
    return str(segno.make(text, error="m").svg_data_uri(scale=5, border=4, light="#ffffff"))


def typed(text: str) -> str:
    """What was meant by what was typed: no spaces, no hyphens, capitals."""
    return re.sub(r"[\s\-–—]", "", text).upper()


def is_time_code(code: str) -> bool:
    return re.fullmatch(r"[0-9]{6}", code) is not None


def new_recovery_codes() -> list[str]:
    plain = ["".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(RECOVERY_CODES)]
    return ["-".join(code[i : i + 4] for i in range(0, LENGTH, 4)) for code in plain]


def recovery_digest(code: str, account_id: int) -> str:
    return hashlib.sha256(f"wenqu.recovery:{account_id}:{typed(code)}".encode()).hexdigest()
